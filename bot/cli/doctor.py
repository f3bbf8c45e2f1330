"""`oaflow doctor`: the set-up of the accounts, checked item by item (A3, A4, C8)."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.cli.surroundings import named_channels, surroundings
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.doctor.examine import Examination, Surroundings, examination_payload, examine
from bot.operations.doctor.finding import AREAS, FindingState, SetupFinding
from bot.operations.doctor.orders import answer_question

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
    command.add_argument("--answer", metavar="ITEM", help="what a person has looked at: it is right")
    command.add_argument("--not-yet", metavar="ITEM", help="what a person has looked at: it is not right yet")
    command.add_argument(
        "--words", dest="reply", metavar="TEXT", default="", help="the answer in a few words"
    )
    command.add_argument("--all", action="store_true", help="also what is fine")
    command.add_argument("--by", metavar="NAME", help="who has looked (you)")


async def _doctor(folder: Path, words: Sequence[str], options: Arguments, speech: Language) -> int:
    async with surroundings(folder, speech, refusable=True) as around:
        channels = named_channels(around, words)
        if len(channels) > 1 and (options.answer or options.not_yet):
            raise UsageWrong(
                tr("say which channel the answer is about; there are {known}", known=row(channels))
            )
        for channel in channels:
            await _orders(around, channel, options)
        found = [await examine(around, channel) for channel in channels]
    payload = [examination_payload(one) for one in found]
    lines = [line for one in found for line in _lines(one, around.zone, everything=options.all)]
    show_answer(payload, lines, for_programs=options.json, words=speech)
    return RIGHT if all(one.is_fine for one in found) else WRONG


async def _orders(around: Surroundings, channel: str, options: Arguments) -> None:
    actor = commander(options.by)
    for item, right in ((options.answer, True), (options.not_yet, False)):
        if item is not None:
            await answer_question(around, channel, item, actor, right=right, words=options.reply)


def _lines(found: Examination, zone: ZoneInfo, *, everything: bool) -> Iterator[TranslatableValue]:
    """What needs somebody, by area, with what to do; the rest as a number, or too."""
    fine = sum(not one.needs_staff for one in found.findings)
    yield tr(
        "{channel}: {fine} of {all} are fine",
        channel=found.channel,
        fine=str(fine),
        all=str(len(found.findings)),
    )
    area = None
    for one in found.findings:
        if not (one.needs_staff or everything):
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
    if not one.needs_staff:
        return
    if one.why is not None:
        yield tr("    why: {why}", why=one.why)
    for step in one.mend:
        yield tr("    → {step}", step=step)
    if one.can_set_here:
        yield tr("    to set it from here:  oaflow channel link {channel}", channel=channel)
    if one.can_take_over:
        yield tr("    to take it over:  oaflow channel link {channel} --take-over", channel=channel)
    if one.area == "person":
        yield tr("    then:  oaflow doctor {channel} --answer {item}", channel=channel, item=one.item)
