"""`oaflow restore`: a backup becomes the database, as it was, or as a copy for trying that calls nobody."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser

from bot.app.database import database_to_restore
from bot.app.playbook_environment import environment_of, folder_of
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.backup import file_of, payload
from bot.cli.database_settings import load_settings
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import add_in_place_of
from bot.cli.operator import add_by, commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.terminal_text import Progress, agreed
from bot.engine.compiled.playbook import TAIPEI
from bot.model.backup import BackupContent
from bot.model.clock import SystemClock
from bot.model.translatable import Language, Refusal, tr
from bot.operations.backups import RestoreOrder, restore


class NotRestored(Refusal):
    """Nobody has confirmed that what is there goes; the sentence says so."""


def arguments(command: ArgumentParser) -> None:
    """Which one, and as what."""
    says = "A backup becomes the database of a playbook, which has to be empty, and which no process uses."
    describe(command, says, example="oaflow restore my-shop /backups/20261128-030000.oaflow-backup", run=run)
    command.usage = "%(prog)s [OPTION…] [PLAYBOOK] FILE"
    command.add_argument(
        "words", nargs="*", metavar="FILE", help="the backup; before it: folder with bot.yaml"
    )
    command.add_argument(
        "--staging",
        action="store_true",
        help="as a copy for trying: nothing leaves it, to nobody, and all pushes are stopped",
    )
    command.add_argument(
        "--replace", action="store_true", help="what is in the database is removed: it asks first"
    )
    add_in_place_of(command)
    command.add_argument("--yes", action="store_true", help="without asking")
    add_by(command)
    add_json(command)


def run(options: Arguments, speech: Language) -> int:
    """Ask, where something is removed, and do it. Raises `NotRestored`, and what `restore` does."""
    folder, words = folder_and_words(options.words)
    file, settings = file_of(words), load_settings(folder).settings
    if options.replace and not options.yes:
        _confirm(speech)
    progress = Progress(speech)

    async def restored() -> BackupContent:
        opening = database_to_restore(
            settings, folder_of(folder), environment_of(folder, os.environ), in_place_of=options.instead_of
        )
        async with opening as (database, ring):
            return await restore(
                *(database, ring, file),
                RestoreOrder(commander(options.by), options.replace, options.staging),
                SystemClock().now(),
                lambda read: progress.show(tr("{done} rows read", done=f"{read:,}")),
            )

    content = on_event_loop(restored())
    progress.over()
    lines = [
        tr(
            "the database is as it was at {moment}: {rows} rows, all of them counted",
            moment=to_the_second(TAIPEI)(content.as_of),
            rows=f"{content.rows:,}",
        ),
        tr("what came after that moment is not in it: see docs/operations/backup.md"),
    ]
    if options.staging:
        lines[1] = tr("it is a copy for trying: nothing leaves it, to nobody, and all pushes are stopped")
    show_answer(
        {**payload(content), "staging": options.staging},
        lines,
        for_programs=options.json,
        words=speech,
    )
    return RIGHT


def _confirm(speech: Language) -> None:
    if not sys.stdin.isatty():
        raise NotRestored(tr("nothing is removed without a confirmation: add  --yes"))
    question = tr("all that is in the database now is removed, for good. Go on?")
    if not agreed(question, speech):
        raise NotRestored(tr("nothing was changed"))
