"""`oaflow audience size`: about how many people are in an audience, exactly how many, and who is left out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, floor

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.audience.look import so_many, unit_of
from bot.cli.folder_and_words import folder_and_name
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.conditions.people import Unreachable
from bot.model.proportions import SURE
from bot.model.said import Language, Said, say
from bot.operations.audiences import (
    AudienceEstimate,
    AudienceSize,
    estimate_of,
    left_out_of,
    limited_in,
    people_meant,
    size_of,
)
from bot.playbook.valid import ValidPlaybook


def size(wanted: Arguments, words: Language) -> int:
    """Print about how many they are, then how many; the exit code. Raises `NoSuchAudience`."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        meant = people_meant(served.playbook, name)
        people = await whose_people(opened, words)
        about = await estimate_of(people, served.playbook, meant)
        _write((_about(channel, one) for channel, one in about.items()), words, wanted)
        found = await size_of(people, served.playbook, meant)
        _write(_lines(found), words, wanted)
        without = await left_out_of(people, served.playbook, meant)
        limited = await limited_in(people, served.playbook, meant)
        if wanted.json:
            told = {**_told(name, about, found, without), "limited": dict(limited)}
            show_answer(told, (), for_programs=True)
        _write((*_without(without), *_limited(limited)), words, wanted)

    return on_database(folder, work, drafts=True)


def _write(lines: Iterable[Said], words: Language, wanted: Arguments) -> None:
    """At once, for who looks on; programs are told all at the end."""
    if not wanted.json:
        show_answer(None, (words.text(line) for line in lines), for_programs=False)
        sys.stdout.flush()


def _about(channel: str, estimate: AudienceEstimate) -> Said:
    low, high = estimate.between.low, estimate.between.high
    unit = unit_of(high)
    return say(
        "{channel}: ≈ {people} people ({low} to {high}, {sure} sure: {some} contacts were looked at);"
        " now all are counted",
        channel=channel,
        people=f"{round(estimate.people / unit) * unit:,}",
        low=f"{floor(low / unit) * unit:,}",
        high=f"{ceil(high / unit) * unit:,}",
        sure=f"{SURE:.0%}",
        some=f"{estimate.sample.looked_at:,}",
    )


def _lines(found: AudienceSize) -> Iterator[Said]:
    for channel, number in found.people.items():
        yield say("{channel}: {people}", channel=channel, people=so_many(number))


def _without(found: Mapping[str, Mapping[Unreachable, int]]) -> Iterator[Said]:
    for channel, by_reason in found.items():
        for why, number in by_reason.items():
            if number:
                yield say("{channel}: not among them {people}", channel=channel, people=_who(why, number))


def _limited(found: Mapping[str, int]) -> Iterator[Said]:
    for channel, number in found.items():
        if number:
            yield say(
                "{channel}: of them {people} had as many pushes as `limits` allow just now",
                channel=channel,
                people=so_many(number),
            )


def _who(why: Unreachable, number: int) -> Said:
    match why:
        case "blocked":
            return say("{people} who blocked the account", people=so_many(number))
        case "stopped":
            return say("{people} wanting no marketing", people=so_many(number))
        case "not_here":
            return say("{people} without LINE, known from a shop or a list", people=so_many(number))


def _told(
    name: str | None,
    about: Mapping[str, AudienceEstimate],
    found: AudienceSize,
    without: Mapping[str, Mapping[Unreachable, int]],
) -> Mapping[str, object]:
    """For programs."""
    return {
        "audience": name,
        "at": found.at,
        "people": dict(found.people),
        "without": {channel: dict(why) for channel, why in without.items()},
        "estimate": {
            channel: {
                "people": one.people,
                "low": floor(one.between.low),
                "high": ceil(one.between.high),
                "looked_at": one.sample.looked_at,
            }
            for channel, one in about.items()
        },
    }
