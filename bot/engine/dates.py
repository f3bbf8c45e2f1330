"""Journeys that start by a date: the timers that wait for it (semantics 24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from bot.engine.local_time import day_after, utc
from bot.engine.playbook import Playbook
from bot.engine.rule import OnDate
from bot.engine.turn import Turn
from bot.model.contact import Contact, Timer

START = "start"
DAYS_OF_YEAR = 365


def set_date_timers(turn: Turn) -> None:
    """Set the timers of all journeys that a date starts anew: an attribute, or the playbook, has changed."""
    playbook, contact = turn.playbook, turn.contact
    if not playbook.dated and not any(timer.timer.startswith(START) for timer in contact.timers):
        return
    kept = tuple(timer for timer in contact.timers if not _is_start(timer))
    # what is due already has not been decided yet, and must not be lost
    overdue = {(t.flow, t.timer): t.due for t in contact.timers if _is_start(t) and t.due <= turn.now}
    channel = last_seen_on(contact, playbook.channels) or turn.channel
    new = []
    for name, number, trigger in playbook.dated:
        due = next_start(turn, trigger, overdue.get((name, f"{START} {number}")))
        if due is not None:
            new.append(Timer(name, channel, 0, f"{START} {number}", due))
    contact.timers = (*kept, *new)


def _is_start(timer: Timer) -> bool:
    return timer.visit == 0 and timer.timer.startswith(f"{START} ")


def start_of(playbook: Playbook, timer: Timer) -> tuple[str, OnDate] | None:
    """The journey that a timer starts; `None` where it is none of those, or the playbook has changed."""
    if _is_start(timer):
        for name, number, trigger in playbook.dated:
            if name == timer.flow and timer.timer == f"{START} {number}":
                return name, trigger
    return None


def next_start(turn: Turn, trigger: OnDate, overdue: datetime | None = None) -> datetime | None:
    """When a date next starts a journey; `None`: never again, or nothing is known.

    Later than now, or at the earliest when it was due and has not yet been decided (`overdue`).
    """
    known = turn.contact.attributes.get(trigger.slot)
    if known is None or not isinstance(known.value, str):
        return None
    try:
        day = date.fromisoformat(known.value)
    except ValueError:
        return None
    zone = turn.playbook.zone
    if not trigger.yearly:
        due = utc(day_after(day, trigger.days), trigger.at, zone)
        return due if due > turn.now or due == overdue else None
    first = turn.when.today.year - trigger.days // DAYS_OF_YEAR - 2
    for candidate in range(first, first + 6):
        due = utc(day_after(in_year(day, candidate), trigger.days), trigger.at, zone)
        if due > turn.now or due == overdue:
            return due
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
