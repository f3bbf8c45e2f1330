"""`oaflow store clerks import`: what came of each line of a table of clerks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.figures_source import whose_people
from bot.cli.imported import figures
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Language, Translatable, tr
from bot.operations.clerk_file import clerk_lines_of, end_of_day
from bot.operations.clerk_import import ClerkImport, import_clerks
from bot.operations.import_report import in_words
from bot.playbook.valid import ValidPlaybook


def import_file(wanted: Arguments, words: Language) -> int:
    """Take a file of clerks, and print what came of it; exit 1 where lines were refused."""
    folder, files = folder_and_words(wanted.words)
    if len(files) != 1:
        raise UsageWrong(tr("write one file, after the playbook"))
    refused = 0

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        nonlocal refused
        playbook, progress, file = served.playbook, Progress(words), Path(files[0])
        day = wanted.old_codes_until
        until = None if day is None else end_of_day(day, playbook)
        people = await whose_people(opened, words)
        done = await import_clerks(
            people,
            playbook,
            file.name,
            clerk_lines_of(file),
            commander(wanted.by),
            old_until=until,
            tell=lambda so_far: progress.tell(tr("{number} lines", number=f"{so_far.done:,}")),
        )
        progress.over()
        refused = done.refused
        show_answer(_told(done, words), map(words.text, _lines(done)), for_programs=wanted.json)

    on_database(folder, work)
    return WRONG if refused else RIGHT


def _told(done: ClerkImport, words: Language) -> dict[str, object]:
    return {**figures(done, words), "left_behind": done.left}


def _lines(done: ClerkImport) -> Iterator[Translatable]:
    yield from in_words(done)
    for number, people in done.left.items():
        yield tr(
            "{number} works in another store now; {people} people stay with the old one, unless you say"
            "  oaflow store clerks hand-over {number} {number}",
            number=number,
            people=f"{people:,}",
        )
