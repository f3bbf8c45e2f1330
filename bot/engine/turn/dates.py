"""Journeys that start by a date, or at a time of day: the timers that wait for it (semantics 24)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnDate, OnNews
from bot.engine.times.local_time import day_after, local, month_after, next_at, utc
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact, Timer

START = "start"
ENTERED = "enters"
DAYS_OF_YEAR = 365
INSTANT = timedelta(milliseconds=1)


def set_date_timers(turn: Turn) -> None:
    """Set the timers of all journeys that a date starts anew: an attribute, or the playbook, has changed."""
    playbook, contact = turn.playbook, turn.contact
    if not playbook.dated and not any(timer.timer.startswith(START) for timer in contact.timers):
        return
    kept = tuple(timer for timer in contact.timers if not _is_start(timer))
    # what is due already has not been decided yet, and must not be lost
    overdue = {(t.flow, t.timer): t for t in contact.timers if _is_start(t) and t.due <= turn.now}
    channel = last_seen_on(contact, playbook.channels) or turn.channel
    new = (
        _start_timer(turn, Timer(name, channel, 0, f"{START} {number}", turn.now), trigger, overdue)
        for name, number, trigger in playbook.dated
    )
    contact.timers = (*kept, *(timer for timer in new if timer is not None))


def _start_timer(
    turn: Turn, now: Timer, trigger: OnDate, overdue: Mapping[tuple[str, str], Timer]
) -> Timer | None:
    """The timer of a journey's start, given as one that is due `now`; `None` where nothing is waited for."""
    waiting = overdue.get((now.flow, now.timer))
    due = next_start(turn, trigger, waiting.planned if waiting is not None else None)
    if due is not None and waiting is not None and due == waiting.planned:
        return replace(waiting, channel=now.channel)
    if due is not None:
        return replace(now, due=due)
    passed = _passed(turn, trigger)
    if passed is None or not _starts_late(turn, now, trigger, passed):
        return None
    return replace(now, first=passed)


def _is_start(timer: Timer) -> bool:
    return timer.visit == 0 and timer.timer.startswith(f"{START} ")


def start_of(playbook: Playbook, timer: Timer) -> tuple[str, OnDate] | None:
    """The journey that a timer starts; `None` where it is none of those, or the playbook has changed."""
    if _is_start(timer):
        for name, number, trigger in playbook.dated:
            if name == timer.flow and timer.timer == f"{START} {number}":
                return name, trigger
    return None


def wait_for_clock(turn: Turn, flow: str, audience: str, at: time) -> None:
    """Who has come into an audience begins the journey at this time of day: the next, or this moment."""
    due = next_at(turn.now - INSTANT, at, turn.playbook.zone)
    turn.arm(Timer(flow, turn.channel, 0, f"{ENTERED} {audience}", due))
    turn.note("start", "waits", f"{flow}: {local(due, turn.playbook.zone):%Y-%m-%d %H:%M}")


def entered_of(playbook: Playbook, timer: Timer) -> str | None:
    """The audience whose journey a timer starts; `None`: none of those, or the playbook has changed."""
    kind, _, audience = timer.timer.partition(" ")
    flow = playbook.flow(timer.flow, timer.channel) if not timer.visit and kind == ENTERED else None
    when = flow.start.when if flow is not None and flow.start is not None else ()
    waits = (one for one in when if isinstance(one, OnNews) and one.at is not None)
    return audience if any(audience in (one.subjects or ()) for one in waits) else None


def _passed(turn: Turn, trigger: OnDate) -> datetime | None:
    """When a date that has just been set would have started a journey, where that moment is over."""
    return _once(turn, trigger) if trigger.slot in turn.dates_set and not trigger.yearly else None


def _starts_late(turn: Turn, timer: Timer, trigger: OnDate, passed: datetime) -> bool:
    """Whether a journey starts all the same, by its `if_late`: as if there had been a downtime until now.

    A bulk load, which is no news, starts nothing that is over: else one file would write to everybody in it.
    """
    flow = turn.playbook.flow(timer.flow, timer.channel)
    if flow is None or flow.start is None:
        return False
    moment, then = f"{local(passed, turn.playbook.zone):%Y-%m-%d %H:%M}", flow.late.then
    why = f"{flow.name}: {moment} was over when the date was set"
    if not turn.dates_set[trigger.slot]:
        turn.note("start", "not started", f"{why}, by a bulk load", flow.start.place)
        return False
    late = turn.now - passed > flow.late.after.about
    starts = not late or then in ("send", "next_morning")
    result = "late" if starts else "not started"
    turn.note("start", result, f"{why}; if_late: {then if late else 'not late by that'}", flow.start.place)
    return starts


def next_start(turn: Turn, trigger: OnDate, overdue: datetime | None = None) -> datetime | None:
    """When a date next starts a journey; `None`: never again, or nothing is known.

    Later than now, or at the earliest when it was due and has not yet been decided (`overdue`).
    """
    if not trigger.yearly:
        due = _once(turn, trigger)
        return due if due is not None and (due > turn.now or due == overdue) else None
    day, zone = day_in(turn, trigger.slot), turn.playbook.zone
    if day is None:
        return None
    first = turn.when.today.year - trigger.days // DAYS_OF_YEAR - 2
    for candidate in range(first, first + 6):
        due = utc(day_after(in_year(day, candidate), trigger.days), trigger.at, zone)
        if due > turn.now or due == overdue:
            return due
    return None


def _once(turn: Turn, trigger: OnDate) -> datetime | None:
    """When a date starts a journey, be it over or not; `None` where no date is known."""
    day = day_in(turn, trigger.slot)
    if day is None:
        return None
    return utc(day_after(month_after(day, trigger.months), trigger.days), trigger.at, turn.playbook.zone)


def day_in(turn: Turn, slot: str) -> date | None:
    """The date that an attribute of the person holds, if it holds one."""
    known = turn.contact.attributes.get(slot)
    if known is None or not isinstance(known.value, str):
        return None
    try:
        return date.fromisoformat(known.value)
    except ValueError:
        return None


def in_year(day: date, year: int) -> date:
    """The anniversary of a day in a year: 29 February is 28 February in common years."""
    try:
        return day.replace(year=max(1, min(9999, year)))
    except ValueError:
        return date(max(1, min(9999, year)), 2, 28)


def last_seen_on(contact: Contact, channels: Collection[str]) -> str | None:
    """That of these channels on which a person was last seen, and has not blocked us."""
    seen = [
        identity
        for identity in contact.identities
        if identity.user is not None and identity.friend is not False and identity.channel in channels
    ]
    if not seen:
        return None
    never = datetime.min + timedelta(days=1)
    return max(seen, key=lambda i: i.seen.replace(tzinfo=None) if i.seen is not None else never).channel
