"""Broadcasts: how they stand, what one would do now; sent, held up, agreed to, ended; the month (I1, I4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias, TypeVar

from annotated_types import Ge, Le, MaxLen, MinLen

from bot.engine.times.local_time import today
from bot.model.answer_fields import Clock, Column, Help, Sentence, Table
from bot.model.broadcast import GroupFigures, LeftOut, Sending, SendingFigures, SendingHold, SendingState
from bot.model.money import price
from bot.model.translatable import Translatable, row, tr
from bot.operations.broadcasts.checking import HeldBack
from bot.operations.broadcasts.held_orders import held_order_now
from bot.operations.broadcasts.offer import offer_of, send_as_shown
from bot.operations.broadcasts.overview import MonthEntry, month_of
from bot.operations.broadcasts.progress import BroadcastStanding, SendingProgress, progress_of, standing_of
from bot.operations.broadcasts.progress_words import in_lines
from bot.operations.broadcasts.standing_words import HOLDS, state_of
from bot.operations.broadcasts.steering import (
    Steer,
    SteeringRefused,
    agree,
    cancel_sending,
    pause,
    resume,
)
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import BroadcastName, OperationFace, Option, ParameterRefused
from bot.operations.resolve_name import broadcast_of

BESIDE = 2
"""Sendings of a broadcast that a line names beside the last that was sent: planned, missed, refused."""
MOST = 1_000_000_000
"""People, and NT$: more are none."""
BY_HAND: Mapping[OperationFace, str] = {
    "command": "it asks the LINE of this machine, has the number of people typed, and follows the sending"
}
OneSending: TypeAlias = Annotated[
    str, MinLen(1), MaxLen(300), Help("that sending alone (the one that goes out, or is to come)")
]
ShownPeople: TypeAlias = Annotated[int, Ge(0), Le(MOST), Help("as it was shown")]
ShownContent: TypeAlias = Annotated[str, MinLen(1), MaxLen(200), Help("as it was shown")]
ShownCost: TypeAlias = Annotated[Annotated[float, Ge(0), Le(MOST)] | None, Help("as it was shown, in NT$")]
ChosenMoment: TypeAlias = Annotated[datetime | None, Help("when it goes out, with the offset from UTC (now)")]
Month: TypeAlias = Annotated[str | None, MinLen(7), MaxLen(7), Help("like 2026-11 (this one)")]
S = TypeVar("S", bound="SendingStatus")


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """How far one sending is."""

    sending: str
    broadcast: str
    channel: str
    moment: Annotated[datetime, Help("Which it is for.")]
    state: SendingState
    why: str | None
    waits: Annotated[SendingHold | None, Help("Why nothing new is sent.")]
    waits_since: datetime | None
    paused_by: str | None
    by: Annotated[str | None, Help("`null`: its own time did.")]
    playbook: Annotated[int | None, Help("The version by which it began.")]
    began: datetime | None
    ended: datetime | None
    people: int
    got: int
    left_out: Mapping[LeftOut, int]
    waiting: int
    a_second: float | None
    seconds_left: int | None
    groups: Annotated[Mapping[str, GroupFigures], Help("Of a split.")]

    def in_short(self, at: Clock) -> Translatable:
        """When, and how it stands."""
        state = state_of(self)
        if self.waits is not None and self.ended is None:
            state = tr("{state}, waits: {why}", state=state, why=HOLDS[self.waits])
        return tr("{moment} {state}", moment=at(self.moment), state=state)


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast, and its last sendings, the last one first."""

    broadcast: str
    title: str
    channel: str
    status: str
    last_sent: SendingStatus | None
    sendings: Sequence[SendingStatus]

    def line(self, at: Clock) -> Translatable:
        """When it was last sent, and what came since then or is to come: planned, missed, refused."""
        last = self.last_sent
        others = [one for one in self.sendings if last is None or one.moment > last.moment]
        found = [] if last is None else [_sent_words(last, at)]
        found += [one.in_short(at) for one in reversed(others[:BESIDE])]
        if not found:
            return tr("{name}: was not sent yet", name=self.broadcast)
        return tr("{name}: {told}", name=self.broadcast, told=row(found, "semicolon"))


def _sent_words(one: SendingStatus, at: Clock) -> Translatable:
    meant = one.people - one.left_out.get("nothing", 0)
    reached, people = f"{one.got:,}", f"{meant:,}"
    return tr("{state}, {reached} of {people} people", state=one.in_short(at), reached=reached, people=people)


@dataclass(frozen=True, slots=True)
class BroadcastList:
    """All of the playbook, in its order."""

    broadcasts: Sequence[BroadcastRow]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if not self.broadcasts:
            yield tr("the playbook has no broadcast")
        yield from (one.line(at) for one in self.broadcasts)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A broadcast in a month."""

    at: Annotated[datetime, Column(tr("when"))]
    broadcast: Annotated[str, Column(tr("broadcast"))]
    channel: Annotated[str, Column(tr("channel"))]
    state: Annotated[SendingState, Column(tr("state"))]
    repeats: Annotated[bool, Column(tr("repeats"))]


@dataclass(frozen=True, slots=True)
class BroadcastCalendar:
    """What went out and is to go out in a month."""

    entries: Annotated[Sequence[CalendarEntry], Table(tr("nothing goes out in this month"))]


@dataclass(frozen=True, slots=True)
class BroadcastOffer:
    """What a broadcast would do."""

    people: Annotated[int, Help("To be sent back with `send`.")]
    content: Annotated[str, Help("What it says to whom, in short; to be sent back with `send`.")]
    groups: Mapping[str, int]
    without: Mapping[HeldBack, int]
    left: Annotated[int | None, Help("Messages of the month; `null`: no limit, or not known.")]
    cost: Annotated[float | None, Help("NT$ beside the plan; to be sent back.")]
    needs_sure: bool
    why_not: Sentence | None
    last_sent: datetime | None
    repeats: Annotated[datetime | None, Help("When the same people got the same, within 24 hours.")]
    again: Annotated[str | None, Help("Which sending that was: to be sent back to send it once more.")]
    begins: datetime | None


@dataclass(frozen=True, slots=True)
class HeldBroadcast:
    """What was shown, and what is so now."""

    sending: Annotated[str, Help("To be sent back with `agree`, as the next four.")]
    people: int | None
    content: str
    cost: float | None
    covers: Annotated[int | None, Help("Of how many of them the month's messages suffice.")]
    why: SendingHold
    shown_people: int | None
    shown_cost: float | None


@dataclass(frozen=True, slots=True)
class SteeredSending(SendingStatus):
    """The sending as it is now."""

    said: Spoken


def sending_status(found: SendingProgress) -> SendingStatus:
    """The answer of what was found."""
    return _status(SendingStatus, found)


def _status(kind: type[S], found: SendingProgress, **more: object) -> S:
    sending, whole, left, rate = found.sending, found.figures.whole, found.left, found.rate
    return filled(
        kind,
        sending,
        sending=sending.id,
        why=sending.why or None,
        waits=sending.held,
        waits_since=sending.held_since,
        paused_by=sending.paused,
        by=sending.by or None,
        playbook=sending.number,
        people=whole.people,
        got=whole.got,
        left_out=whole.left_out,
        waiting=whole.waiting,
        a_second=None if rate is None else round(rate, 1),
        seconds_left=None if left is None else round(left.total_seconds()),
        groups={name: one for name, one in found.figures.groups.items() if name},
        **more,
    )


def broadcast_row(one: BroadcastStanding) -> BroadcastRow:
    """The answer of what was found."""
    sent = None if one.sent is None else sending_status(one.sent)
    sendings = [sending_status(sending) for sending in one.sendings]
    broadcast = one.broadcast
    about = (broadcast.name, broadcast.title, broadcast.channel, broadcast.status)
    return BroadcastRow(*about, sent, sendings)


@operation("broadcasts.list")
async def list_broadcasts(call: OperationCall) -> BroadcastList:
    """The broadcasts of the playbook, and how far their last sendings are."""
    found = await standing_of(call.stores, call.playbook, list(call.playbook.broadcasts.values()))
    return BroadcastList(list(map(broadcast_row, found)))


@operation("broadcasts.calendar", example="--month 2026-11")
async def broadcast_calendar(call: OperationCall, month: Month = None) -> BroadcastCalendar:
    """What went out and is to go out in a month: this one, or the one that is named."""
    first = today(call.now, call.playbook.zone).replace(day=1)
    if month is not None:
        first = max(date(2, 1, 1), _first_of(month))
    by_day = await month_of(call.stores, call.playbook, first, call.now)
    return BroadcastCalendar([_entry(one) for day in by_day.values() for one in day])


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ParameterRefused("month", tr("write a month like 2026-11")) from error


def _entry(one: MonthEntry) -> CalendarEntry:
    return filled(CalendarEntry, one, state="planned" if one.sending is None else one.sending.state)


@operation("broadcasts.offer", not_in=BY_HAND)
async def offer_broadcast(
    call: OperationCall, broadcast: BroadcastName, at: ChosenMoment = None
) -> BroadcastOffer:
    """What it would do if it went out; nothing is sent."""
    named, line = broadcast_of(call.playbook, broadcast), call.context.line()
    found = await offer_of(call.stores, call.playbook, named, line, call.now, _moment(at))
    checked, last, repeats = found.check, found.last, found.repeats
    cost = None if checked.cost is None else checked.cost.extra
    return BroadcastOffer(
        people=checked.messages,
        content=found.content,
        groups={group: number for group, number in checked.people.items() if group},
        without=checked.held_back,
        left=None if checked.month is None else checked.month.left,
        cost=None if cost is None else float(cost),
        needs_sure=found.needs_word,
        why_not=found.why_not,
        last_sent=None if last is None else last.began or last.moment,
        repeats=None if repeats is None else repeats.began or repeats.moment,
        again=None if repeats is None else repeats.id,
        begins=checked.begins,
    )


@operation("broadcasts.send", changes=True, audit="broadcast_sent", not_in=BY_HAND)
async def send_broadcast(
    call: OperationCall,
    broadcast: BroadcastName,
    people: ShownPeople,
    content: ShownContent,
    cost: ShownCost,
    again: Annotated[OneSending, Help("the sending after which the same goes out once more")] = "",
    sure: Annotated[bool, Help("though it costs money, or goes to thousands")] = False,
    at: ChosenMoment = None,
) -> SendingStatus:
    """Have it go out as its offer has said, and not dearer; `sure` where that needs it."""
    sending = await send_as_shown(
        *(call.stores, call.playbook, broadcast_of(call.playbook, broadcast)),
        *(call.context.line(), call.by, call.now),
        people=people,
        content=content,
        cost=price(cost),
        again=again,
        is_sure=sure,
        may_still=call.may_still,
        at=_moment(at),
    )
    return sending_status(await _progress(call, sending))


@operation("broadcasts.held", not_in=BY_HAND)
async def held_broadcast(call: OperationCall, broadcast: BroadcastName) -> HeldBroadcast:
    """An order that waits, as it is not what was shown: what was shown, and what is so now."""
    named, line = broadcast_of(call.playbook, broadcast), call.context.line()
    found = await held_order_now(call.stores, call.playbook, named, line, call.now)
    return filled(
        HeldBroadcast,
        found,
        sending=found.sending.id,
        cost=None if found.cost is None else float(found.cost),
        shown_people=found.sending.shown_people,
        shown_cost=None if found.shown_cost is None else float(found.shown_cost),
    )


@operation("broadcasts.agree", changes=True, audit="broadcast_agreed", not_in=BY_HAND)
async def agree_to_broadcast(
    call: OperationCall,
    broadcast: BroadcastName,
    sending: Annotated[OneSending, Option()],
    people: ShownPeople,
    content: ShownContent,
    cost: ShownCost,
    covers: Annotated[ShownPeople | None, Help("as it was shown")],
) -> SendingStatus:
    """Have an order go out that waits, as `held` has shown it."""
    done = await agree(
        *(call.stores, broadcast_of(call.playbook, broadcast), call.by, sending),
        people=people,
        content=content,
        cost=price(cost),
        covers=covers,
        now=call.now,
    )
    return sending_status(await _progress(call, done))


@operation("broadcasts.pause", changes=True, audit="broadcast_paused", example="週年慶")
async def pause_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending = ""
) -> SteeredSending:
    """Call nobody new until it is resumed."""
    done = tr("{name} is paused: what is under way ends, nobody new is called", name=broadcast)
    return await _steer(call, pause, broadcast, sending, done)


@operation("broadcasts.resume", changes=True, audit="broadcast_resumed", example="週年慶")
async def resume_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending = ""
) -> SteeredSending:
    """Let it go on after a pause."""
    return await _steer(call, resume, broadcast, sending, tr("{name} goes on", name=broadcast))


@operation("broadcasts.cancel", changes=True, audit="broadcast_cancelled", example="週年慶")
async def cancel_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending = ""
) -> SteeredSending:
    """Call nobody any more who was not called yet."""
    done = tr("{name} is cancelled: nobody is called any more who was not called yet", name=broadcast)
    return await _steer(call, cancel_sending, broadcast, sending, done)


async def _steer(
    call: OperationCall, steer: Steer, broadcast: str, sending: str, done: Translatable
) -> SteeredSending:
    changed = await steer(call.stores, broadcast_of(call.playbook, broadcast), call.by, sending or None)
    found = await _progress(call, changed)
    return _status(SteeredSending, found, said=Spoken((done, *in_lines(found, call.playbook))))


async def _progress(call: OperationCall, sending: Sending) -> SendingProgress:
    return await progress_of(call.stores, sending.id) or SendingProgress(sending, SendingFigures(), call.now)


def _moment(at: datetime | None) -> datetime | None:
    """When it is to go out; `None`: now. Raises `SteeringRefused`, where the calendar has no such moment."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ParameterRefused("at", tr("write the moment with its offset from UTC"))
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise SteeringRefused(tr("choose a day and a time")) from error
