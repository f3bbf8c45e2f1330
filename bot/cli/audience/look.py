"""`oaflow audience list`: which audiences there are, and how many people are in each now."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.compiled.playbook import Audience
from bot.model.said import Language, Said, SaidValue, row, say
from bot.operations.audiences import AudienceCount, counts_of, people_meant
from bot.playbook.valid import ValidPlaybook

DIGITS = 3
"""Of an estimate: more would say that it is surer than it is."""


def listed(wanted: Arguments, words: Language) -> int:
    """Print a line for each audience of the playbook; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        people = await whose_people(opened, words)
        found = [
            (one, await counts_of(people, playbook, people_meant(playbook, name)))
            for name, one in playbook.audiences.items()
        ]
        lines = [words.text(_line(one, counts)) for one, counts in found]
        none = [words.text(say("this playbook has no audiences but  everyone"))]
        show_answer([_told(one, counts) for one, counts in found], lines or none, for_programs=wanted.json)

    return on_database(wanted.playbook, work)


def _told(one: Audience, counts: Mapping[str, AudienceCount]) -> dict[str, object]:
    """For programs."""
    found: dict[str, object] = {
        "audience": one.name,
        "title": one.title or None,
        "people": {channel: count.people for channel, count in counts.items()},
        "estimated": [channel for channel, count in counts.items() if count.about],
        "list": None,
    }
    if one.people is not None:
        found["list"] = {
            "file": one.csv,
            "column": one.people.column,
            "people": len(one.people.entries),
            "twice": one.twice,
            "refused": one.refused,
        }
    return found


def _line(one: Audience, counts: Mapping[str, AudienceCount]) -> Said:
    """For people."""
    called = one.name if not one.title else f"{one.name} ({one.title})"
    numbers = row(_count(channel, count, len(counts)) for channel, count in counts.items())
    if one.people is None:
        return say("{name}: {numbers}", name=called, numbers=numbers)
    listed = say(
        "{name}: {numbers}; on the list {file}: {people}",
        name=called,
        numbers=numbers,
        file=str(one.csv),
        people=so_many(len(one.people.entries)),
    )
    if one.twice:
        listed = say("{told}, lines twice: {number}", told=listed, number=f"{one.twice:,}")
    if one.refused:
        listed = say("{told}, lines left out: {number}", told=listed, number=f"{one.refused:,}")
    return listed


def _count(channel: str, count: AudienceCount, channels: int) -> SaidValue:
    """With the account where there are several."""
    people = so_many(count.people)
    if count.about:
        unit = unit_of(count.people)
        people = say("≈ {number} people", number=f"{round(count.people / unit) * unit:,}")
    return people if channels == 1 else say("{channel} {people}", channel=channel, people=people)


def so_many(number: int) -> Said:
    """People, counted."""
    return say("1 person") if number == 1 else say("{number} people", number=f"{number:,}")


def unit_of(number: float) -> int:
    """What an estimate of about this size is rounded to."""
    digits: int = max(0, floor(log10(max(number, 1))) + 1 - DIGITS)
    return int(10**digits)
