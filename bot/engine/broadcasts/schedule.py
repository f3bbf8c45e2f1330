"""When a broadcast goes out: its times, the sendings to plan, and what makes a sending wait (semantics 37).

Pure. All moments are UTC; days and times of day are those of the playbook's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.broadcasts.as_shown import is_changed
from bot.engine.compiled.broadcast import Broadcast, Rhythm
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import LAST, day_after, month_after, today, utc
from bot.model.brake import Brake
from bot.model.broadcast import Sending, SendingHold

LATEST = timedelta(hours=1)
"""How late a sending still begins; after that its time is missed."""

MOST_MISSED = 100
"""Times of one broadcast that are listed as missed after one downtime; of more, the last ones."""

WhenDue: TypeAlias = Literal[
    "to come",  # not yet
    "due",  # it begins now
    "missed",  # it is too late, or the next one begins already: it is never sent
]
"""What is to be done now with a planned time."""
_LONGEST_SEARCH = timedelta(days=400)
"""How far ahead `coincide` searches."""


def next_time(broadcast: Broadcast, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Its first time after this moment, `None` where it has none: it is sent by hand, or its time is over."""
    if broadcast.at is not None:
        return broadcast.at if broadcast.at > after else None
    if broadcast.every is None:
        return None
    found = _next(broadcast.every, after, zone)
    over = broadcast.until is not None and found is not None and found >= broadcast.until
    return None if over else found


def is_time(broadcast: Broadcast, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether this moment is one of its times."""
    return next_time(broadcast, moment - timedelta(microseconds=1), zone) == moment


def times_between(broadcast: Broadcast, after: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """Its times after one moment and until another (included): the last `MOST_MISSED` of them."""
    return list(takewhile(lambda moment: moment <= last, _times(broadcast, after, zone)))[-MOST_MISSED:]


def begins(broadcast: Broadcast, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the sending for this time may begin: at once, or as quiet hours end; `None`: not within a year."""
    quiet = broadcast.quiet_hours
    if quiet is None or not quiet.open_at(moment, zone):
        return moment
    return quiet.next_change(moment, zone)


def when_due(
    broadcast: Broadcast, moment: datetime, now: datetime, zone: ZoneInfo, *, by_hand: bool = False
) -> WhenDue:
    """What is to be done now with its time `moment`, for which nothing was sent yet.

    One of its own times is also missed where the next one begins as soon: nobody gets one broadcast twice at
    once. `by_hand`: somebody has ordered it at that moment.
    """
    first = begins(broadcast, moment, zone)
    if first is None:
        return "missed" if moment <= now else "to come"
    following = None if by_hand else next_time(broadcast, moment, zone)
    if following is not None and following <= first and now >= following:
        return "missed"
    if now < first:
        return "to come"
    return "due" if now <= first + LATEST else "missed"


def coincide(one: Broadcast, other: Broadcast, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment to come, within a year or so, at which both go out."""
    if one.every is not None and other.every is not None and one.every.at != other.every.at:
        return None
    rare, often = (one, other) if one.at is not None else (other, one)
    until = now + _LONGEST_SEARCH
    coming = takewhile(lambda moment: moment <= until or rare.at is not None, _times(rare, now, zone))
    return next((moment for moment in coming if is_time(often, moment, zone)), None)


def _times(broadcast: Broadcast, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    moment = next_time(broadcast, after, zone)
    while moment is not None:
        yield moment
        moment = next_time(broadcast, moment, zone)


def _next(every: Rhythm, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time of a rhythm after this moment: `None` at the end of the calendar."""
    day = day_after(today(after, zone), -2)  # a time that does not exist may lie on the day after its own
    while day < date.max:
        day = _next_day(every, day)
        moment = utc(day, every.at, zone)
        if moment > after:
            return moment if moment < LAST else None
    return None


def _next_day(every: Rhythm, day: date) -> date:
    """The first day after this one that the rhythm names."""
    if every.day is not None:
        named = _in_month(day.replace(day=1), every.day)
        return named if named > day else _in_month(month_after(day.replace(day=1), 1), every.day)
    following = day_after(day, 1)
    while every.weekdays and following.weekday() not in every.weekdays and following < date.max:
        following = day_after(following, 1)
    return following


def _in_month(first: date, day: int) -> date:
    """That day of the month that begins on `first`, or its last day."""
    return min(day_after(first, day - 1), day_after(month_after(first, 1), -1))


IsOver: TypeAlias = Callable[[str, datetime], bool]
"""Whether this moment of a broadcast is over before it has come: it was cancelled, or sent already."""


def _never(broadcast: str, moment: datetime) -> bool:
    return False


def next_coming(
    playbook: Playbook, sendings: Iterable[Sending], after: datetime, is_over: IsOver = _never
) -> tuple[datetime, Broadcast] | None:
    """The first moment later than this at which a broadcast begins, or goes on as quiet hours end.

    `sendings` are those that are not over. Of two at one moment it is the first of the playbook.
    """
    found = _coming(playbook, sendings, after, is_over)
    coming = ((moment, one) for moment, one in found if moment > after)
    return min(coming, key=lambda one: one[0], default=None)


def _coming(
    playbook: Playbook, sendings: Iterable[Sending], after: datetime, is_over: IsOver
) -> Iterator[tuple[datetime, Broadcast]]:
    zone = playbook.zone
    for broadcast in playbook.broadcasts.values():
        if broadcast.status != "live":
            continue
        moment = next_time(broadcast, after, zone)
        while moment is not None and is_over(broadcast.name, moment):
            moment = next_time(broadcast, moment, zone)
        if moment is not None:
            yield begins(broadcast, moment, zone) or moment, broadcast
    for sending in sendings:
        of = playbook.broadcasts.get(sending.broadcast)
        if of is not None and of.status == "live" and sending.paused is None:
            since = sending.moment if sending.state == "planned" else after
            yield begins(of, since, zone) or since, of


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """A broadcast is to go out at this moment; `paused`: who has paused what was planned before."""

    broadcast: Broadcast
    moment: datetime
    paused: str | None = None


@dataclass(frozen=True, slots=True)
class SendingPlan:
    """What is to be changed, so that the planned sendings are those of the playbook's times."""

    forget: tuple[Sending, ...]
    """Planned for a time that the playbook has no more."""
    add: tuple[PlannedTime, ...]
    """Times that are not planned yet."""


def plan_of(playbook: Playbook, planned: Sequence[Sending], now: datetime) -> SendingPlan:
    """What to plan and what to forget; `planned` are the sendings planned by times, not ordered by staff.

    Where a planned time has come, all times since then are planned, too: it may be that nothing ran. Else
    only what is to come: a time that had passed before anybody knew of it is never sent.
    """
    forget = tuple(one for one in planned if not _still(playbook, one))
    paused = {one.broadcast: one.paused for one in forget}
    sendings: dict[str, list[datetime]] = {}
    for one in planned:
        if one not in forget:
            sendings.setdefault(one.broadcast, []).append(one.moment)
    add: list[PlannedTime] = []
    for name, broadcast in playbook.broadcasts.items():
        if broadcast.timed and not broadcast.dropped:
            add += _missing(broadcast, sendings.get(name, []), playbook, now, paused)
    return SendingPlan(forget, tuple(add))


def due_of(playbook: Playbook, sending: Sending, now: datetime) -> WhenDue:
    """What is to be done now with a sending that is planned; one that waits for staff is never too late."""
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is not None:
        since = max(sending.moment, sending.agreed or sending.moment)
        due = when_due(broadcast, since, now, playbook.zone, by_hand=bool(sending.by))
        # it waits for staff (`changed`), who may be late
        return "due" if due == "missed" and is_changed(sending, broadcast) else due
    if now < sending.moment:
        return "to come"
    return "due" if now <= sending.moment + LATEST else "missed"


def _still(playbook: Playbook, sending: Sending) -> bool:
    """Whether the playbook still has this time for the broadcast, on the same channel."""
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is None or broadcast.dropped or broadcast.channel != sending.channel:
        return False
    return is_time(broadcast, sending.moment, playbook.zone)


def _missing(
    broadcast: Broadcast,
    planned: Sequence[datetime],
    playbook: Playbook,
    now: datetime,
    paused: Mapping[str, str | None],
) -> list[PlannedTime]:
    """The times of a broadcast that are not among the `planned`; `paused`: by broadcast who has paused it."""
    came = [moment for moment in planned if moment <= now]
    moments = times_between(broadcast, min(came), now, playbook.zone) if came else []
    following = next_time(broadcast, now, playbook.zone)
    moments += [following] if following is not None else []
    by = paused.get(broadcast.name)
    return [PlannedTime(broadcast, moment, by) for moment in moments if moment not in planned]


def hold_of(
    sending: Sending, playbook: Playbook, brake: Brake, now: datetime, *, as_begun: bool = False
) -> SendingHold | None:
    """Why no further batch of a sending is sent; `None`: it goes on. LINE's quota is not asked here.

    `as_begun`: this process still has the playbook by which the sending began. Without it personal content
    cannot be rendered as it was, and the sending is held (`edited`).

    A pause in the file outweighs a resume of staff. A sending that is being cancelled is finished in quiet
    hours, too: only the brake stops that.
    """
    if brake.holds(sending.channel):
        return "brake"
    if sending.state == "cancelling":
        return None
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is None or broadcast.channel != sending.channel or sending.channel not in playbook.channels:
        return "gone"
    if broadcast.status in ("paused", "draft"):
        return "file"
    if sending.paused is not None:
        return "paused"
    if sending.personal and not as_begun:
        return "edited"
    if sending.state == "planned" and is_changed(sending, broadcast):
        return "changed"
    quiet = broadcast.quiet_hours
    return "quiet" if quiet is not None and quiet.open_at(now, playbook.zone) else None
