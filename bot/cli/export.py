"""`oaflow export`: everything of everybody, or of an audience, as files."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import Progress, answered
from bot.model.translatable import Refusal, tr
from bot.operations.audiences import size_of, target_audience
from bot.operations.data_export import DataExport, export_data
from bot.operations.payload import pick
from bot.operations.simulated_time import now_among


class NotExported(Refusal):
    """Nobody has confirmed it; the sentence says so."""


def arguments(command: ArgumentParser) -> None:
    """Of whom, what, where to."""
    says = "All data of everybody, or of an audience, unmasked: contacts, and what was said with them."
    describe(command, says, example="oaflow export my-shop --into moving-out --conversations", run=run)
    add_playbook(command)
    command.add_argument("--audience", metavar="NAME", help="only who is in this audience")
    command.add_argument(
        "--as", dest="form", choices=["csv", "jsonl"], default="csv", help="tables, or JSON lines (csv)"
    )
    command.add_argument("--conversations", action="store_true", help="what was said with them, too")
    command.add_argument("--into", type=Path, metavar="FOLDER", help="a new folder (named after the day)")
    command.add_argument("--yes", action="store_true", help="without asking")
    add_by(command)
    add_json(command)


@carried_out()
async def run(order: CommandOrder) -> None:
    """Show how many they are, ask, write. Raises `NotExported`, `NoSuchAudience`, `ExportNotWritten`."""
    options, people, progress = order.options, await order.people(), Progress(order.speech)
    meant = None if options.audience is None else target_audience(order.playbook, options.audience)
    if meant is None:
        number = await people.all_contacts.count()
    else:
        number = sum((await size_of(people, order.playbook, meant)).people.values())
    if not options.yes:
        _confirm(number, order)
    folder = options.into or Path(f"export-{await now_among(people):%Y%m%d}")
    export = DataExport(folder, options.form, options.audience or "")
    await export_data(
        people,
        order.playbook,
        meant,
        export,
        order.by,
        order.speech,
        conversations=options.conversations,
        tell=lambda so_far: progress.show(
            tr("{done} of {all} people", done=f"{so_far.people:,}", all=f"{number:,}")
        ),
    )
    progress.over()
    payload = {"folder": str(export.folder), **pick(export, "files", "people", "messages")}
    order.show(
        payload,
        tr("{people} people are in {folder}", people=f"{export.people:,}", folder=str(export.folder)),
        tr("these are personal data: keep them as such, and delete them when they have moved"),
    )


def _confirm(number: int, order: CommandOrder) -> None:
    if not sys.stdin.isatty():
        raise NotExported(tr("nothing is exported without a confirmation: add  --yes"))
    question = tr("to write the data of these people, type their number ({number}):", number=f"{number:,}")
    if answered(question, order.speech).replace(",", "") != str(number):
        raise NotExported(tr("that is another number: nothing was written"))
