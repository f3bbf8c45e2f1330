"""`oaflow deadletters`: what was given up and what was set aside, without whose it is."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import (
    Arguments,
    actions_of,
    add_action,
    add_days,
    add_json,
    add_language,
    add_playbook,
    describe,
)
from bot.cli.clock_words import to_the_second
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.compiled.playbook import Playbook
from bot.model.said import Language, Said, row, say
from bot.operations.given_up import given_up
from bot.playbook.valid import ValidPlaybook
from bot.store.events.given_up import EVENT, GivenUp


def arguments(command: ArgumentParser) -> None:
    """What is done with them."""
    says = "Calls that were given up, and events that nobody could decide."
    describe(command, says, example="oaflow deadletters list")
    actions = actions_of(command)
    listed = add_action(
        actions,
        "list",
        "a line for each, oldest first, without whose it is",
        list_,
        says="A line for each, oldest first: when, name, channel, kind and reason.",
        example="oaflow deadletters list my-shop --days 7",
    )
    add_playbook(listed)
    add_days(listed, "the last N days (%(default)s)")
    add_json(listed)
    add_language(listed)


def list_(wanted: Arguments, words: Language) -> int:
    """Print them, oldest first; the exit code. The days are times 24 hours, back from now."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        lost = await given_up(await whose_people(opened, words), wanted.days)
        told = [asdict(one) for one in lost.found]
        lines = _lines(lost.found, lost.since, served.playbook, words)
        show_answer(told, lines, for_programs=wanted.json)

    return on_database(wanted.playbook, work)


def _lines(found: Sequence[GivenUp], since: datetime, playbook: Playbook, words: Language) -> Iterator[str]:
    at = to_the_second(playbook.zone)
    for one in found:
        why = one.reason + (f": {one.detail}" if one.detail else "")
        yield f"{at(one.at)}  {one.name}  {one.channel}  {one.kind}  {why}"
    yield words.text(_counted(found, at(since)))


def _counted(found: Sequence[GivenUp], since: str) -> Said:
    aside = sum(one.kind == EVENT for one in found)
    calls = len(found) - aside
    many = [_calls(calls)] * (calls > 0) + [_events(aside)] * (aside > 0)
    if not many:
        return say("nothing was given up or set aside since {since}", since=since)
    return say("{found}; one of them:  oaflow explain --event NAME", found=row(many, "and"))


def _calls(number: int) -> Said:
    return say("1 call was given up") if number == 1 else say("{number} calls were given up", number=number)


def _events(number: int) -> Said:
    return say("1 event is set aside") if number == 1 else say("{number} events are set aside", number=number)
