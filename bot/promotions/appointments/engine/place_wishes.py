"""The waiting list of a full day as its person has it: waits, was told of a free place, or is done (N5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import day_words
from bot.engine.times.time_texts import day as day_of
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.promotions.appointments.engine import notes as appointments_notes
from bot.promotions.appointments.engine.declared import BookableService, held_fields
from bot.promotions.appointments.engine.slots import free_starts
from bot.promotions.appointments.model import (
    APPOINTMENT,
    HELD_APPOINTMENTS,
    PLACE_WISHES,
    WISH,
    AppointmentAct,
    HeldAppointment,
    PlaceWish,
)

MOST_WISHES = 20
"""Days that one person waits for, or was told of, at a time."""


def may_wait(service: BookableService, day: str, now: datetime, zone: ZoneInfo, wanted: str = "") -> bool:
    """Whether a time of that day (`2026-09-05`) could still be booked, were a place free."""
    date = day_of(day)
    if service.waiting is None or date is None:
        return False
    return bool(free_starts(service, date, {}, now, zone, wanted))


def waits_for(contact: Contact, today: str) -> Iterator[PlaceWish]:
    """What a person waits for on a day that is not over."""
    return (one for one in PLACE_WISHES.of(contact) if not one.is_notified and one.day >= today)


def hold_wish(turn: Turn, outcome: Outcome) -> None:
    """Who has asked waits, or does not any more; who has booked on that day does not either."""
    wish, held, contact = WISH.of(outcome), APPOINTMENT.of(outcome), turn.contact
    if outcome.result == "waiting" and wish is not None:
        if PLACE_WISHES.one(contact, wish.id) is None:
            PLACE_WISHES.put(contact, (*_without(contact, wish.service, wish.day), wish))
    elif outcome.result == "left" and wish is not None:
        PLACE_WISHES.put(contact, _without(contact, wish.service, wish.day))
    elif outcome.result in ("booked", "moved") and held is not None:
        PLACE_WISHES.put(contact, _without(contact, held.service, _day(turn, held)))


def place_is_free(turn: Turn, act: AppointmentAct) -> None:
    """A place that they wait for is free: news, once for each wish, unless they have one that day by now."""
    held, contact = act.held, turn.contact
    if held is None:
        return
    day = _day(turn, held)
    known = PLACE_WISHES.one(contact, act.id)
    has_one = any(
        one.service == held.service and _day(turn, one) == day for one in HELD_APPOINTMENTS.of(contact)
    )
    if known is not None and known.is_notified:
        turn.note(appointments_notes.APPOINTMENT_WAITS_NO_MORE, held.service)
        return
    wish = known or PlaceWish(act.id, held.service, held.title, day, turn.now)
    PLACE_WISHES.put(contact, (*_without(contact, held.service, day), replace(wish, is_notified=True)))
    if has_one:
        turn.note(appointments_notes.APPOINTMENT_WAITS_NO_MORE, held.service)
        return
    fields = {"appointment": held.service, **held_fields(held), "by_staff": False, "result": "free"}
    turn.queue_news("appointment", held.service, fields)


def end_wishes(turn: Turn) -> None:
    """What is over is waited for no more."""
    if PLACE_WISHES.of(turn.contact):
        today = day_words(turn.now, turn.playbook.zone)
        there = tuple(one for one in PLACE_WISHES.of(turn.contact) if one.day >= today)
        if there != PLACE_WISHES.of(turn.contact):
            PLACE_WISHES.put(turn.contact, there)


def _day(turn: Turn, held: HeldAppointment) -> str:
    return day_words(held.start, turn.playbook.zone)


def _without(contact: Contact, service: str, day: str) -> tuple[PlaceWish, ...]:
    """What they wait for elsewhere, and what they were told of."""
    return tuple(
        one for one in PLACE_WISHES.of(contact) if one.is_notified or (one.service, one.day) != (service, day)
    )
