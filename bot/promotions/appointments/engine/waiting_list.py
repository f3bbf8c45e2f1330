"""Waiting for a place on a full day: the outcome of asking, and which place somebody is told of (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.times.time_texts import day as day_of
from bot.model.brought import brought
from bot.model.contact import Contact, Identity
from bot.model.event import Outcome
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import cells_of, free_places, free_starts
from bot.promotions.appointments.model import AppointmentAct, HeldAppointment, PlaceWish, WaitForPlace


def wish_of(request: WaitForPlace, id_: str, at: datetime, title: str) -> PlaceWish:
    """What the request wishes for."""
    return PlaceWish(id_, request.appointment, title, request.day, at, request.wanted)


def wish_outcome(request: WaitForPlace, result: str, wish: PlaceWish | None = None) -> Outcome:
    """What the request comes back with."""
    return Outcome("appointment", result, request.origin, request.appointment, brought=brought(wish=wish))


def free_act(wish: PlaceWish, held: HeldAppointment) -> AppointmentAct:
    """The event that tells of a place."""
    return AppointmentAct("free", wish.service, wish.id, held=held)


def notified_as(contact: Contact, channel: str) -> Identity | None:
    """As whom somebody is told of a place: on the channel where they have asked, else on their first.

    `None` where they have no LINE. Who has blocked us there keeps the place in the line.
    """
    known = contact.identities
    return next((one for one in known if one.channel == channel), known[0] if known else None)


def can_be_notified(contact: Contact, channel: str) -> bool:
    """Whether a push about a place reaches somebody who has asked on this channel."""
    known = notified_as(contact, channel)
    return known is not None and known.friend is not False


def first_place(
    service: BookableService,
    wish: PlaceWish,
    taken: Mapping[str, set[int]],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[HeldAppointment, range] | None:
    """The first time that fits this wish, as what they would have, with its cells; `None`: all is taken."""
    day = day_of(wish.day)
    if day is None:
        return None
    for start in free_starts(service, day, taken, now, zone, wish.wanted):
        place = free_places(service, start, taken, zone, wish.wanted)[0]
        end = start + timedelta(minutes=service.minutes)
        held = HeldAppointment(wish.id, service.name, service.title, place, start, end)
        return held, cells_of(start, service.minutes)
    return None
