"""`oaflow backup`: everything that is stored, as of one moment, in one sealed file; and what is in one."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.app.database import ring_for_backup
from bot.app.playbook_environment import environment_of, folder_of
from bot.app.presence import PROGRAM
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.database_settings import load_settings
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.operator import add_by
from bot.cli.order import FolderOrder, on_folder
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress
from bot.engine.compiled.playbook import TAIPEI
from bot.model.backup import BackupContent
from bot.model.clock import SystemClock
from bot.model.translatable import Language, Translatable, tr
from bot.operations.backups import back_up, look_at
from bot.operations.payload import Payload


def arguments(command: ArgumentParser) -> None:
    """Where to, or which one to look at."""
    says = "All that is stored, as of one moment, in one compressed and sealed file. The keys are not in it."
    describe(command, says, example="oaflow backup my-shop /backups", run=run)
    command.usage = "%(prog)s [OPTION…] [PLAYBOOK] FILE"
    command.add_argument(
        "words", nargs="*", metavar="FILE", help="a folder, or a new file in one (*.oaflow-backup)"
    )
    command.add_argument(
        "--check", action="store_true", help="reads FILE, which is there, as a whole: what is in it"
    )
    add_by(command)
    add_json(command)


def run(options: Arguments, speech: Language) -> int:
    """Make it, or look at it."""
    return _check(options, speech) if options.check else _made(options, speech)


def file_of(words: Sequence[str]) -> Path:
    """The one file that was named. Raises `UsageWrong`."""
    match words:
        case [one]:
            return Path(one)
        case _:
            raise UsageWrong(tr("name one file, behind the playbook where one is named"))


def _named(words: Sequence[str], options: Arguments) -> None:
    file_of(words)


@on_folder(check=_named)
async def _made(order: FolderOrder) -> None:
    if len(await order.opened.everywhere()) > 1:
        order.note(
            tr("the pretend people of the simulator that runs here are not in it: it has the real ones")
        )
    progress = Progress(order.speech)
    made = await back_up(
        *(order.opened.stores, order.opened.seal, file_of(order.words)),
        by=order.by,
        program=PROGRAM,
        now=SystemClock().now(),
        tell=lambda done, of: progress.show(tr("{done} of {all} rows", done=f"{done:,}", all=f"{of:,}")),
    )
    progress.over()
    order.show(
        {"file": str(made.path), "bytes": made.size, **payload(made.content)},
        tr(
            "{rows} rows, as of {moment}, are in {file} ({size} MB)",
            rows=f"{made.content.rows:,}",
            moment=order.at(made.content.as_of),
            file=str(made.path),
            size=f"{made.size / 1_000_000:,.1f}",
        ),
        tr("without the keys nobody can read it, and they are not in it: keep a copy of them elsewhere"),
    )


def _check(options: Arguments, speech: Language) -> int:
    folder, words = folder_and_words(options.words)
    settings = load_settings(folder).settings
    ring = ring_for_backup(settings, folder_of(folder), environment_of(folder, os.environ))
    progress = Progress(speech)
    content = on_event_loop(
        look_at(
            *(file_of(words), ring),
            lambda read: progress.show(tr("{done} rows read", done=f"{read:,}")),
        )
    )
    progress.over()
    show_answer(payload(content), _lines(content), for_programs=options.json, words=speech)
    return RIGHT


def payload(content: BackupContent) -> Payload:
    """What is in a backup, as data."""
    origin = content.origin
    return {
        "as_of": content.as_of,
        "program": origin.program,
        "database": origin.database,
        "keys": dict(origin.keys),
        "rows": content.rows,
        "collections": {name: one.rows for name, one in content.collections.items()},
    }


def _lines(content: BackupContent) -> Iterator[Translatable | str]:
    origin, at = content.origin, to_the_second(TAIPEI)
    yield tr(
        "whole, and as it was written: {rows} rows, as of {moment}",
        rows=f"{content.rows:,}",
        moment=at(content.as_of),
    )
    yield tr(
        "made by oaflow {program}, from MongoDB {database}", program=origin.program, database=origin.database
    )
    yield tr("needs these keys, which are here: {keys}", keys=" ".join(sorted(origin.keys)))
    yield from (f"  {name}: {one.rows:,}" for name, one in content.collections.items() if one.rows)
