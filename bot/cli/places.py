"""`oaflow places`: how many places of the rules with `first` are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.app.database import OpenDatabase, folder_of
from bot.cli.answer import show_answer
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook
from bot.model.said import Language, say
from bot.model.settings import Settings
from bot.operations.places import RulePlaces, places_taken
from bot.scenario.command_to_paste import command_to_paste


async def places(folder: Path, *, for_programs: bool, words: Language) -> int:
    """Print a line for each rule, in the order of the playbook; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        found = await places_taken(await whose_people(opened, words), playbook)
        told = [asdict(one) for one in found]
        show_answer(told, lines(found, folder_of(folder), words), for_programs=for_programs)

    return await on_database(folder, work, words=words)


def lines(found: Sequence[RulePlaces], folder: Path, words: Language) -> Iterator[str]:
    """For people; first which folder was meant, and at last how another is named where none was."""
    yield words.text(say("counted: {folder}", folder=str(folder.resolve())))
    for one in found:
        taken, first = f"{one.taken:,}", f"{one.first:,}"
        yield words.text(
            say("{rule}: {taken} of {first} places are taken", rule=one.rule, taken=taken, first=first)
        )
    if not found:
        yield words.text(say("no rule of this playbook has  first"))
    if not found and folder == Path():
        command = command_to_paste("places", "../my-shop")
        yield words.text(say("for another folder, write it behind:  {command}", command=command))
