"""`oaflow places`: how many places of the rules with `first` are taken."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase, folder_of
from bot.cli.language import language
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook, places_of
from bot.model.said import Language, say
from bot.model.settings import Settings


async def places(folder: Path, *, for_programs: bool, spoken: str | None) -> int:
    """Print a line for each rule, in the order of the playbook; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        most = places_of(playbook)
        taken = await (await whose_people(opened, spoken)).places.taken(most)
        told = [{"rule": rule, "first": first, "taken": taken.get(rule, 0)} for rule, first in most.items()]
        words = language(spoken, os.environ)
        show_answer(told, lines(most, taken, folder_of(folder), words), for_programs=for_programs)

    return await on_database(folder, work)


def lines(most: Mapping[str, int], taken: Mapping[str, int], folder: Path, words: Language) -> Iterator[str]:
    """For people; at last which folder was meant, where none was named."""
    for rule, first in most.items():
        number = f"{taken.get(rule, 0):,}"
        yield words.text(
            say("{rule}: {taken} of {first} places are taken", rule=rule, taken=number, first=f"{first:,}")
        )
    if not most:
        yield words.text(say("no rule of this playbook has  first"))
    yield words.text(say("counted: {folder}", folder=str(folder.resolve())))
