"""Broadcasts: how they stand, what one would do now; sent, held up, agreed to, ended; the month (I1, I4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le, MaxLen, MinLen

from bot.engine.times.local_time import today
from bot.model.answer_fields import Clock, Help, Sentence, Table
from bot.model.broadcast import Sending, SendingFigures, SendingHold
from bot.model.money import price
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.checking import HeldBack
from bot.operations.broadcasts.held_orders import held_order_now
from bot.operations.broadcasts.offer import offer_of, send_as_shown
from bot.operations.broadcasts.overview import MonthEntry, month_of
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    SendingProgress,
    progress_at,
    progress_of,
    standing_of,
)
from bot.operations.broadcasts.progress_words import in_lines
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
from bot.operations.declared.broadcast_looks import (
    broadcast_status,
    check_broadcast,
    report_broadcast,
    try_broadcast,
)
from bot.operations.resolve_name import broadcast_of

__all__ = ["broadcast_status", "check_broadcast", "report_broadcast", "try_broadcast"]
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


@dataclass(frozen=True, slots=True)
class BroadcastList:
    """All of the playbook, in its order."""

    broadcasts: Sequence[BroadcastStanding]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if not self.broadcasts:
            yield tr("the playbook has no broadcast")
        yield from (one.line(at) for one in self.broadcasts)


@dataclass(frozen=True, slots=True)
class BroadcastCalendar:
    """What went out and is to go out in a month."""

    entries: Annotated[Sequence[MonthEntry], Table(tr("nothing goes out in this month"))]


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
class SteeredSending(SendingProgress):
    """The sending as it is now."""

    said: Spoken


@operation("broadcasts.list")
async def list_broadcasts(call: OperationCall) -> BroadcastList:
    """The broadcasts of the playbook, and how far their last sendings are."""
    return BroadcastList(
        await standing_of(call.stores, call.playbook, list(call.playbook.broadcasts.values()))
    )


@operation("broadcasts.calendar", example="--month 2026-11")
async def broadcast_calendar(call: OperationCall, month: Month = None) -> BroadcastCalendar:
    """What went out and is to go out in a month: this one, or the one that is named."""
    first = today(call.now, call.playbook.zone).replace(day=1)
    if month is not None:
        first = max(date(2, 1, 1), _first_of(month))
    by_day = await month_of(call.stores, call.playbook, first, call.now)
    return BroadcastCalendar([one for day in by_day.values() for one in day])


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ParameterRefused("month", tr("write a month like 2026-11")) from error


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
) -> SendingProgress:
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
    return await _progress(call, sending)


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
) -> SendingProgress:
    """Have an order go out that waits, as `held` has shown it."""
    done = await agree(
        *(call.stores, broadcast_of(call.playbook, broadcast), call.by, sending),
        people=people,
        content=content,
        cost=price(cost),
        covers=covers,
        now=call.now,
    )
    return await _progress(call, done)


@operation("broadcasts.pause", changes=True, audit="broadcast_paused", example="週年慶")
async def pause_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending | None = None
) -> SteeredSending:
    """Call nobody new until it is resumed."""
    done = tr("{name} is paused: what is under way ends, nobody new is called", name=broadcast)
    return await _steer(call, pause, broadcast, sending, done)


@operation("broadcasts.resume", changes=True, audit="broadcast_resumed", example="週年慶")
async def resume_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending | None = None
) -> SteeredSending:
    """Let it go on after a pause."""
    return await _steer(call, resume, broadcast, sending, tr("{name} goes on", name=broadcast))


@operation("broadcasts.cancel", changes=True, audit="broadcast_cancelled", example="週年慶")
async def cancel_broadcast(
    call: OperationCall, broadcast: BroadcastName, sending: OneSending | None = None
) -> SteeredSending:
    """Call nobody any more who was not called yet."""
    done = tr("{name} is cancelled: nobody is called any more who was not called yet", name=broadcast)
    return await _steer(call, cancel_sending, broadcast, sending, done)


async def _steer(
    call: OperationCall, steer: Steer, broadcast: str, sending: str | None, done: Translatable
) -> SteeredSending:
    changed = await steer(call.stores, broadcast_of(call.playbook, broadcast), call.by, sending)
    found = await _progress(call, changed)
    return filled(SteeredSending, found, said=Spoken((done, *in_lines(found, call.playbook))))


async def _progress(call: OperationCall, sending: Sending) -> SendingProgress:
    return await progress_of(call.stores, sending.id) or progress_at(sending, SendingFigures(), call.now)


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
