"""A broadcast before it goes out and after: checked, pushed to testers, followed, reported on (I1-I5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le, MaxLen

from bot.connectors.sms.phone import national
from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock, Help, Sentence
from bot.model.broadcast import LeftOut
from bot.model.channel import PricePlan, channel_titles
from bot.model.translatable import Translatable, tr
from bot.operations.audience_words import known_lines
from bot.operations.audiences import AudienceCount, friends_so_far
from bot.operations.broadcasts.checking import BroadcastCheck, CardTrial, HeldBack, check
from bot.operations.broadcasts.checking_words import (
    cards_words,
    held_back,
    month_left,
    price_words,
    why_refused,
)
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    SkippedPeople,
    SkippedPerson,
    left_out_of,
    standing_of,
)
from bot.operations.broadcasts.progress_words import in_lines, skipped_lines
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import ReportedBroadcast, reported_broadcast
from bot.operations.broadcasts.trying_out import TriedOut, try_out
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactName, ContactRef, Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import BroadcastName, Name
from bot.operations.looks import record_search
from bot.operations.payload import pick_or_none
from bot.operations.resolve_name import broadcast_of

NONE_SKIPPED = SkippedPeople((), 0)
TesterNames: TypeAlias = Annotated[tuple[Name, ...], MaxLen(50), Help("a name of  testers:  (all of them)")]
ShownSkipped: TypeAlias = Annotated[
    int, Ge(1), Le(100_000), Help("people who did not get it: so many at most (20)")
]


@dataclass(frozen=True, slots=True)
class BrokenCard:
    """A card of which a message is cut or left out."""

    people: Annotated[int, Help("For how many of those whose data was tried.")]
    example: Annotated[ContactRef, Help("One of them.")]


@dataclass(frozen=True, slots=True)
class CheckedBroadcast:
    """What it would do if it went out now, and why it would not."""

    broadcast: str
    channel: str
    at: datetime
    people: int
    groups: Mapping[str, int]
    without: Mapping[HeldBack, int]
    without_message: Annotated[int, Help("Of the people, for whom the month's messages do not suffice.")]
    begins: datetime | None
    left: Annotated[int | None, Help("Messages of the month; `null`: no limit, or LINE does not tell.")]
    limit: int | None
    used: int | None
    reserved: int | None
    line_does_not_tell: str | None
    included: int | None
    beyond: int | None
    cost: Annotated[float | None, Help("NT$ beside the plan.")]
    tried: Annotated[int, Help("People whose data the cards were filled with.")]
    line_not_asked: bool
    broken: Mapping[str, BrokenCard]
    line_refuses: Sequence[str]
    refused: Annotated[bool, Help("It would not go out.")]
    why_not: Sentence | None
    friends_so_far: Annotated[Mapping[str, AudienceCount], Help("Until LINE's list was read whole.")]
    said: Spoken

    @property
    def is_done(self) -> bool:
        return not self.refused


@dataclass(frozen=True, slots=True)
class BroadcastTrial:
    """What came of each push to a tester."""

    tried: Sequence[TriedOut]
    why_not: Annotated[Sentence | None, Help("It did not all arrive.")]

    @property
    def is_done(self) -> bool:
        return self.why_not is None

    def lines(self, at: Clock) -> Iterator[Translatable]:
        for one in self.tried:
            of_group = tr("{tester} ({group})", tester=one.tester, group=one.group)
            name = of_group if one.group else one.tester
            why = one.why_not
            yield tr("{name}: sent", name=name) if why is None else tr("{name}: {why}", name=name, why=why)


@dataclass(frozen=True, slots=True)
class NotReached:
    """Somebody who did not get it, or perhaps not."""

    contact: ContactRef
    name: ContactName
    phone: Annotated[str | None, Help("Masked.")]
    why: LeftOut
    line: Annotated[str | None, Help("What LINE said.")]


@dataclass(frozen=True, slots=True)
class FollowedBroadcast(BroadcastStanding):
    """The same, and who did not get the last one."""

    not_reached: Sequence[NotReached]
    not_reached_rest: Annotated[int, Help("So many more.")]
    said: Spoken


@operation("broadcasts.check", goes_by="drafts", asks_line=True, example="週年慶")
async def check_broadcast(call: OperationCall, broadcast: BroadcastName) -> CheckedBroadcast:
    """To how many it would go now, what it costs, what LINE would refuse."""
    named, playbook = broadcast_of(call.playbook, broadcast), call.playbook
    found = await check(call.stores, playbook, named, call.context.line())
    known = await friends_so_far(call.stores, [named.channel])
    lines = tuple(_check_lines(found, call.settings.channels[named.channel].plan, playbook, known))
    cost, trial = found.cost, found.cards
    return filled(
        CheckedBroadcast,
        found,
        broadcast=named.name,
        channel=named.channel,
        people=found.messages,
        groups={group: number for group, number in found.people.items() if group},
        without=found.held_back,
        **pick_or_none(found.month, "left", "limit", "used", "reserved"),
        line_does_not_tell=None if found.line_says is None else str(found.line_says.text),
        **pick_or_none(cost, "included", "beyond"),
        cost=None if cost is None or cost.extra is None else float(cost.extra),
        tried=trial.tried,
        line_not_asked=trial.unasked,
        broken=_broken(trial),
        line_refuses=trial.refused,
        refused=found.is_refused,
        why_not=why_refused(found) if found.is_refused else None,
        friends_so_far=known,
        said=Spoken(lines),
    )


def _broken(trial: CardTrial) -> Mapping[str, BrokenCard]:
    return {
        where: BrokenCard(number, ContactRef(trial.example[where])) for where, number in trial.broken.items()
    }


def _check_lines(
    found: BroadcastCheck, plan: PricePlan | None, playbook: Playbook, known: Mapping[str, AudienceCount]
) -> Iterator[Translatable]:
    broadcast, messages = found.broadcast, f"{found.messages:,}"
    yield tr("{name}: {number} people get it now", name=broadcast.name, number=messages)
    if broadcast.split is not None:
        for group in broadcast.messages:
            number = f"{found.people.get(group, 0):,}"
            if broadcast.messages[group]:
                yield tr("    {group}: {number} people", group=group, number=number)
            else:
                yield tr("    {group}: {number} people, who get nothing", group=group, number=number)
    yield from held_back(found.held_back, playbook, broadcast.priority)
    yield from known_lines(known)
    if found.begins is not None and found.begins > found.at:
        moment = f"{found.begins.astimezone(playbook.zone):%Y-%m-%d %H:%M:%S}"
        yield tr("    these are its quiet hours: it would begin at {moment}", moment=moment)
    yield tr(
        "messages: {number}, {left}", number=messages, left=month_left(found.month, found.line_says, plan)
    )
    if found.without_message and broadcast.if_quota_short == "send_part":
        number = f"{found.without_message:,}"
        yield tr("    {number} of them would get nothing of it (if_quota_short: send_part)", number=number)
    yield tr("price: {price}", price=price_words(found, plan))
    yield from cards_words(found)


@operation(
    "broadcasts.test",
    changes=True,
    audit="broadcast_tested",
    goes_by="drafts",
    asks_line=True,
    example="週年慶 --testers @amy",
)
async def try_broadcast(
    call: OperationCall, broadcast: BroadcastName, testers: TesterNames = ()
) -> BroadcastTrial:
    """Push it to testers now, which costs messages."""
    about = (call.stores, call.playbook, broadcast_of(call.playbook, broadcast), testers)
    done = await try_out(*about, call.context.line(), call.by, call.context.personal, call.request)
    missed = any(one.why_not is not None and (testers or not one.unreachable) for one in done)
    return BroadcastTrial(done, tr("not all of it arrived") if missed else None)


@operation("broadcasts.status", example="週年慶")
async def broadcast_status(
    call: OperationCall, broadcast: BroadcastName, most: ShownSkipped = 20
) -> FollowedBroadcast:
    """How far it is, why it waits, who did not get it."""
    playbook, stores = call.playbook, call.stores
    [found] = await standing_of(stores, playbook, [broadcast_of(playbook, broadcast)])
    last = next((one for one in found.sendings if one.began is not None), found.last_sent)
    out = NONE_SKIPPED if last is None else await left_out_of(stores, last.sending, most)
    if out.people:
        await record_search(stores, call.by, call.now, "broadcast")
    return filled(
        *(FollowedBroadcast, found),
        not_reached=list(map(_not_reached, out.people)),
        not_reached_rest=out.rest,
        said=Spoken((*_sendings_lines(found, playbook), *skipped_lines(out, broadcast, playbook))),
    )


def _not_reached(one: SkippedPerson) -> NotReached:
    contact = None if one.shown is None else one.shown.contact
    name, phone = ("", None) if contact is None else (contact.name or "", contact.phone)
    return NotReached(
        ContactRef(one.contact), ContactName(name), phone and national(phone), one.why, one.said
    )


def _sendings_lines(found: BroadcastStanding, playbook: Playbook) -> Iterator[Translatable]:
    if not found.sendings:
        yield tr("{name}: was not sent yet", name=found.broadcast)
    for one in found.sendings:
        yield from in_lines(one, playbook)


@operation("broadcasts.report", asks_line=True, example="週年慶")
async def report_broadcast(call: OperationCall, broadcast: BroadcastName) -> ReportedBroadcast:
    """What became of it the last time: rates, differences, a picture."""
    playbook, line = call.playbook, call.context.line()
    found, silent = await report_of(call.stores, playbook, broadcast_of(playbook, broadcast), line)
    titles = channel_titles(line.settings.channels, playbook.bot)
    account = titles.get(found.channel, found.channel) if len(titles) > 1 else ""
    return reported_broadcast(found, silent, call.language, playbook.zone, account)
