"""`oaflow places`: how many places of the rules with `first` are taken."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.app.database import OpenDatabase, folder_of
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, add_playbook, describe
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.model.translatable import Language, tr
from bot.operations.places import RulePlaces, places_taken
from bot.playbook.valid import ValidPlaybook
from bot.scenario.command_to_paste import command_to_paste


def arguments(command: ArgumentParser) -> None:
    """A playbook."""
    says = "How many places are taken of each rule that is for the first so many people."
    describe(command, says, example="oaflow places my-shop", run=run)
    add_playbook(command)
    add_json(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print a line for each rule, in the order of the playbook; the exit code."""
    folder: Path = wanted.playbook

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        found = await places_taken(await whose_people(opened, words), served.playbook)
        told = [asdict(one) for one in found]
        show_answer(told, _lines(found, folder_of(folder), words), for_programs=wanted.json)

    return on_database(folder, work)


def _lines(found: Sequence[RulePlaces], folder: Path, words: Language) -> Iterator[str]:
    """For people; first which folder was meant, and at last how another is named where none was."""
    yield words.text(tr("counted: {folder}", folder=str(folder.resolve())))
    for one in found:
        taken, first = f"{one.taken:,}", f"{one.first:,}"
        yield words.text(
            tr("{rule}: {taken} of {first} places are taken", rule=one.rule, taken=taken, first=first)
        )
    if not found:
        yield words.text(tr("no rule of this playbook has  first"))
    if not found and folder == Path():
        command = command_to_paste("places", "../my-shop")
        yield words.text(tr("for another folder, write it behind:  {command}", command=command))
