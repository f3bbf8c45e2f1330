"""`oaflow members import`: what came of each line of a table of members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.figures_source import whose_people
from bot.cli.imported import figures, lines_told
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.find_contacts import NotFound
from bot.operations.import_report import in_order, in_words
from bot.operations.member_import import (
    ChannelUnsaid,
    MemberImport,
    SeveralShops,
    import_members,
    member_file,
)
from bot.operations.member_table import ShopUnsaid
from bot.operations.table_lines import TableWrong
from bot.playbook.similar import quoted
from bot.playbook.valid import ValidPlaybook


def import_file(wanted: Arguments, words: Language) -> int:
    """Take a file of members, and print what came of it; exit 1 where lines were refused."""
    folder, files = folder_and_words(wanted.words)
    if len(files) > 1:
        raise UsageWrong(tr("write one file, after the playbook"))
    refused = 0

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        nonlocal refused
        progress = Progress(words)
        written = Path(files[0]) if files else None
        try:
            file = member_file(served.playbook, served.settings, written, wanted.shop, wanted.channel)
        except SeveralShops as error:
            raise NotFound(tr("{why}: add  --shop NAME", why=error.message)) from error
        if written is None:
            file = replace(file, path=(folder if folder.is_dir() else folder.parent) / file.path)
        try:
            done = await import_members(
                await whose_people(opened, words),
                served.playbook,
                file,
                commander(),
                dry=wanted.dry_run,
                tell=lambda so_far: progress.tell(tr("{number} lines", number=f"{so_far.done:,}")),
            )
        except ShopUnsaid as error:
            raise TableWrong(tr("{why}: add  --shop NAME", why=error.message)) from error
        except ChannelUnsaid as error:
            raise TableWrong(tr("{why}: add  --channel NAME", why=error.message)) from error
        progress.over()
        refused = done.refused
        lines = map(words.text, _lines(done, dry=wanted.dry_run))
        show_answer(_told(done, words), lines, for_programs=wanted.json)

    on_database(folder, work)
    return WRONG if refused else RIGHT


def _told(done: MemberImport, words: Language) -> dict[str, object]:
    return {
        **figures(done, words),
        "on_line": done.met,
        "joined": done.joined,
        "partly": done.partly,
        "notes": lines_told(done.notes, words),
        "unused": list(done.unused),
        "has_bindings": done.has_bindings,
    }


def _lines(done: MemberImport, *, dry: bool) -> Iterator[Translatable]:
    if dry:
        yield tr("nothing was written; so it would be:")
    yield from in_words(done)
    for one in in_order(done.notes):
        yield tr("line {line}, taken: {why}", line=one.number, why=one.why)
    if done.partly:
        yield tr("{number} lines were taken but for what stands above", number=f"{done.partly:,}")
    if done.met:
        yield tr("{number} lines are about people who are on LINE", number=f"{done.met:,}")
    if done.joined:
        yield tr("{number} people without LINE have turned out to be on it", number=f"{done.joined:,}")
    if done.unused:
        yield tr("columns that nobody reads: {names}", names=row(map(quoted, done.unused)))
    if done.has_bindings:
        yield tr("bindings of another system are not taken over yet: each person binds once more, by a code")
    if dry and done.new + done.changed:
        yield tr("to take them over, the same command without  --dry-run")
