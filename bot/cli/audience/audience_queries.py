"""`oaflow audience list`, `size`, `people`, `export`: how many are in an audience, and who."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, floor, log10

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_name
from bot.cli.refusal import tell
from bot.cli.report_output import headings
from bot.cli.terminal_text import write_file_out
from bot.engine.compiled.playbook import Audience
from bot.engine.conditions.people import Unreachable
from bot.model.proportions import SURE
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.audiences import (
    AudienceCount,
    AudienceEstimate,
    AudienceSize,
    InAudience,
    counts_of,
    estimate_of,
    left_out_of,
    limited_in,
    people_in,
    people_meant,
    size_of,
)
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook
from bot.sms.phone import national

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
        none = [words.text(tr("this playbook has no audiences but  everyone"))]
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


def _line(one: Audience, counts: Mapping[str, AudienceCount]) -> Translatable:
    """For people."""
    called = tr("{name} ({title})", name=one.name, title=one.title) if one.title else one.name
    numbers = row(_count(channel, count, len(counts)) for channel, count in counts.items())
    if one.people is None:
        return tr("{name}: {numbers}", name=called, numbers=numbers)
    listed = tr(
        "{name}: {numbers}; on the list {file}: {people}",
        name=called,
        numbers=numbers,
        file=str(one.csv),
        people=so_many(len(one.people.entries)),
    )
    if one.twice:
        listed = tr("{told}, lines twice: {number}", told=listed, number=f"{one.twice:,}")
    if one.refused:
        listed = tr("{told}, lines left out: {number}", told=listed, number=f"{one.refused:,}")
    return listed


def _count(channel: str, count: AudienceCount, channels: int) -> TranslatableValue:
    """With the account where there are several."""
    people = so_many(count.people)
    if count.about:
        unit = unit_of(count.people)
        people = tr("≈ {number} people", number=f"{round(count.people / unit) * unit:,}")
    return people if channels == 1 else tr("{channel} {people}", channel=channel, people=people)


def so_many(number: int) -> Translatable:
    """People, counted."""
    return tr("1 person") if number == 1 else tr("{number} people", number=f"{number:,}")


def unit_of(number: float) -> int:
    """What an estimate of about this size is rounded to."""
    digits: int = max(0, floor(log10(max(number, 1))) + 1 - DIGITS)
    return int(10**digits)


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
            told = {**_size_told(name, about, found, without), "limited": dict(limited)}
            show_answer(told, (), for_programs=True)
        _write((*_without(without), *_limited(limited)), words, wanted)

    return on_database(folder, work, drafts=True)


def _write(lines: Iterable[Translatable], words: Language, wanted: Arguments) -> None:
    """At once, for who looks on; programs are told all at the end."""
    if not wanted.json:
        show_answer(None, (words.text(line) for line in lines), for_programs=False)
        sys.stdout.flush()


def _about(channel: str, estimate: AudienceEstimate) -> Translatable:
    low, high = estimate.between.low, estimate.between.high
    unit = unit_of(high)
    return tr(
        "{channel}: ≈ {people} people ({low} to {high}, {sure} sure: {some} contacts were looked at);"
        " now all are counted",
        channel=channel,
        people=f"{round(estimate.people / unit) * unit:,}",
        low=f"{floor(low / unit) * unit:,}",
        high=f"{ceil(high / unit) * unit:,}",
        sure=f"{SURE:.0%}",
        some=f"{estimate.sample.looked_at:,}",
    )


def _lines(found: AudienceSize) -> Iterator[Translatable]:
    for channel, number in found.people.items():
        yield tr("{channel}: {people}", channel=channel, people=so_many(number))


def _without(found: Mapping[str, Mapping[Unreachable, int]]) -> Iterator[Translatable]:
    for channel, by_reason in found.items():
        for why, number in by_reason.items():
            if number:
                yield tr("{channel}: not among them {people}", channel=channel, people=_who(why, number))


def _limited(found: Mapping[str, int]) -> Iterator[Translatable]:
    for channel, number in found.items():
        if number:
            yield tr(
                "{channel}: of them {people} had as many pushes as `limits` allow just now",
                channel=channel,
                people=so_many(number),
            )


def _who(why: Unreachable, number: int) -> Translatable:
    match why:
        case "blocked":
            return tr("{people} who blocked the account", people=so_many(number))
        case "stopped":
            return tr("{people} wanting no marketing", people=so_many(number))
        case "not_here":
            return tr("{people} without LINE, known from a shop or a list", people=so_many(number))


def _size_told(
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


MOST = 100
"""People who are told of in lines."""
COLUMNS = ("channel", "line_id", "name", "phone", "member_no")


def people(wanted: Arguments, words: Language) -> int:
    """Print a line for each person; the exit code. Raises `NoSuchAudience`."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        meant = people_meant(served.playbook, name)
        theirs = await whose_people(opened, words)
        found: list[InAudience] = []
        async for one in people_in(theirs, served.playbook, meant):
            if len(found) == wanted.most:
                tell(tr("there are more: write  --most N, or  oaflow audience export"), words)
                break
            found.append(one)
        lines = ("  ".join(printable(cell) for cell in _cells(one) if cell) for one in found)
        told = [dict(zip(COLUMNS, _cells(one), strict=True)) for one in found]
        show_answer(told, lines, for_programs=wanted.json)

    return on_database(folder, work, drafts=True)


def export(wanted: Arguments, words: Language) -> int:
    """Print all of them as CSV for spreadsheets; the exit code. Raises `NoSuchAudience`."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        meant = people_meant(served.playbook, name)
        actor = commander() if wanted.reveal else None
        write_file_out(MARK + csv_line(headings(COLUMNS, words)))
        async for one in people_in(await whose_people(opened, words), served.playbook, meant, actor):
            write_file_out(csv_line(_cells(one)))

    return on_database(folder, work, drafts=True)


def _cells(one: InAudience) -> list[str]:
    contact = one.contact.contact
    phone = "" if contact.phone is None else national(contact.phone)
    return [
        one.identity.channel,
        one.identity.user or "",
        contact.name or "",
        phone,
        contact.member_no or "",
    ]
