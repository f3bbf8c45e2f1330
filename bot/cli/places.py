"""`oaflow places`: how many places of the rules with `first` are taken."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.app.playbook_environment import folder_of
from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import Translatable, tr
from bot.operations.places import RulePlaces, places_taken
from bot.wording.command_to_paste import command_to_paste


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print a line for each rule, in the order of the playbook."""
    found = await places_taken(await order.people(), order.playbook)
    order.show_all(found, _lines(found, order.folder))


def arguments(command: ArgumentParser) -> None:
    """A playbook."""
    says = "How many places are taken of each rule that is for the first so many people."
    describe(command, says, example="oaflow places my-shop", run=run)
    add_playbook(command)
    add_json(command)


def _lines(found: Sequence[RulePlaces], folder: Path) -> Iterator[Translatable]:
    """First which folder was meant, and at last how another is named where none was."""
    yield tr("counted: {folder}", folder=str(folder_of(folder).resolve()))
    for one in found:
        taken, first = f"{one.taken:,}", f"{one.first:,}"
        yield tr("{rule}: {taken} of {first} places are taken", rule=one.rule, taken=taken, first=first)
    if not found:
        yield tr("no rule of this playbook has  first")
    if not found and folder == Path():
        command = command_to_paste("places", "../my-shop")
        yield tr("for another folder, write it behind:  {command}", command=command)
