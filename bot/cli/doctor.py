"""`oaflow doctor`: the set-up of the accounts, checked item by item (A3, A4, C8)."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.addresses import line_api, public_address
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.database_settings import load_settings
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.on_database import database_of
from bot.cli.operator import commander
from bot.cli.own_address import as_simulated, only_simulator, simulator_of
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong, note
from bot.model.translatable import Language, Quoted, Translatable, TranslatableValue, row, tr
from bot.operations.doctor.examine import Examination, Surroundings, examination_payload, examine
from bot.operations.doctor.finding import AREAS, FindingState, SetupFinding
from bot.operations.doctor.orders import answer_question, set_webhook
from bot.store.unavailable import DatabaseUnavailable

MARKS: dict[FindingState, str] = {"fine": "✓", "wrong": "✗", "unknown": "?", "unasked": "☐"}


def run(options: Arguments, speech: Language) -> int:
    """Check, or carry out what is asked for, and print what there is.

    Raises `PlaybookMissing`, `PlaybookWrong` where the files leave open which database is meant, `UsageWrong`
    and `SetupNotDone`.
    """
    folder, words = folder_and_words(options.words)
    return on_event_loop(_doctor(folder, words, options, speech))


def arguments(command: ArgumentParser) -> None:
    """PLAYBOOK and CHANNEL."""
    says = (
        "The set-up, checked item by item: what was seen, why it matters, how to mend it. Exit code 1 where "
        "something needs somebody."
    )
    describe(command, says, example="oaflow doctor my-shop main", run=run)
    command.add_argument(
        "words", nargs="*", metavar="PLAYBOOK CHANNEL", help="folder with bot.yaml (.), a channel"
    )
    add_json(command)
    command.add_argument("--set-webhook", action="store_true", help="have LINE send the webhooks here, first")
    command.add_argument("--answer", metavar="ITEM", help="what a person has looked at: it is right")
    command.add_argument("--not-yet", metavar="ITEM", help="what a person has looked at: it is not right yet")
    command.add_argument(
        "--words", dest="reply", metavar="TEXT", default="", help="the answer in a few words"
    )
    command.add_argument("--all", action="store_true", help="also what is fine")
    command.add_argument("--by", metavar="NAME", help="who has looked (you)")


async def _doctor(folder: Path, words: Sequence[str], options: Arguments, speech: Language) -> int:
    async with _surroundings(folder, speech) as around:
        channels = _channels(around, words)
        if len(channels) > 1 and (options.answer or options.not_yet):
            raise UsageWrong(
                tr("say which channel the answer is about; there are {known}", known=row(channels))
            )
        for channel in channels:
            await _orders(around, channel, options, speech)
        found = [await examine(around, channel) for channel in channels]
    payload = [examination_payload(one) for one in found]
    lines = [line for one in found for line in _lines(one, around.zone, everything=options.all)]
    show_answer(payload, lines, for_programs=options.json, words=speech)
    return RIGHT if all(one.is_fine for one in found) else WRONG


async def _orders(around: Surroundings, channel: str, options: Arguments, speech: Language) -> None:
    actor = commander(options.by)
    if options.set_webhook:
        address = await set_webhook(around, channel, actor)
        note(tr("{channel}: LINE sends the webhooks to {address}", channel=channel, address=address), speech)
    for item, right in ((options.answer, True), (options.not_yet, False)):
        if item is not None:
            await answer_question(around, channel, item, actor, right=right, words=options.reply)


@asynccontextmanager
async def _surroundings(folder: Path, speech: Language) -> AsyncIterator[Surroundings]:
    """What is known of a folder, also without its database, and with mistakes in its files."""
    loaded = load_settings(folder)
    bare = Surroundings(
        loaded.settings,
        loaded.playbook,
        line_api(os.environ),
        public_address(os.environ),
        datetime.now(UTC),
        embedded=loaded.settings.database == "embedded",
        mistakes=sum(one.level == "error" for one in loaded.problems),
    )
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(database_of(folder, loaded.settings))
            simulated = await only_simulator(opened)
        except DatabaseUnavailable as error:
            yield replace(bare, no_database=error.message)
            return
        if simulated is None:
            yield replace(bare, stores=opened.stores)
            return
        note(tr("this is the simulator's LINE, with its pretend accounts"), speech)
        serving = await simulator_of(simulated)
        served = as_simulated(folder, serving)
        yield replace(
            bare,
            settings=served.settings,
            playbook=served.playbook,
            api=serving.line,
            public=served.playbook.public,
            stores=simulated,
            is_simulated=True,
        )


def _channels(around: Surroundings, words: Sequence[str]) -> Sequence[str]:
    """The one that is named, or all. Raises `UsageWrong`."""
    known = list(around.settings.channels)
    if not words:
        if not known:
            raise UsageWrong(tr("bot.yaml names no channel that can be read: oaflow check"))
        return known
    name = " ".join(words)
    if name not in known:
        raise UsageWrong(tr("no channel {name}; there are {known}", name=Quoted(name), known=row(known)))
    return [name]


def _lines(found: Examination, zone: ZoneInfo, *, everything: bool) -> Iterator[TranslatableValue]:
    """What needs somebody, by area, with what to do; the rest as a number, or too."""
    fine = sum(not one.needs_somebody for one in found.findings)
    yield tr(
        "{channel}: {fine} of {all} are fine",
        channel=found.channel,
        fine=str(fine),
        all=str(len(found.findings)),
    )
    area = None
    for one in found.findings:
        if not (one.needs_somebody or everything):
            continue
        if one.area != area:
            area = one.area
            yield ""
            yield AREAS[area]
        yield from _of_finding(one, zone, found.channel)


def _of_finding(one: SetupFinding, zone: ZoneInfo, channel: str) -> Iterator[Translatable]:
    yield tr("{mark} {title}: {saw}", mark=MARKS[one.state], title=one.title, saw=one.saw)
    if one.by is not None and one.at is not None:
        at, answer = to_the_second(zone)(one.at), f" ({one.answer})" if one.answer else ""
        yield tr("    by {who}, {moment}{answer}", who=one.by, moment=at, answer=answer)
    if not one.needs_somebody:
        return
    if one.why is not None:
        yield tr("    why: {why}", why=one.why)
    for step in one.mend:
        yield tr("    → {step}", step=step)
    if one.can_set_here:
        yield tr("    to set it from here:  oaflow doctor --set-webhook")
    if one.area == "person":
        yield tr("    then:  oaflow doctor {channel} --answer {item}", channel=channel, item=one.item)
