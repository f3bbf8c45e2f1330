"""A service that people make appointments for, compiled (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.expiry import Reminder
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration
from bot.model.place import Place
from bot.promotions.appointments.model import KIND


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works only in `hours` of their own (`None`: whenever it is offered), in a `store`."""

    hours: Hours | None = None
    store: str = ""


@dataclass(frozen=True, slots=True)
class BookableService:
    """What an appointment is for (`title`), how long it takes, and when it may begin.

    One begins every `step` minutes from each opening of `hours` on, and ends before the closing. `places`
    are the seats or staff, each of which has one person at a time; services may share them. Booked no
    sooner than `soonest` before, no earlier than `latest`; moved or cancelled until `cancel_until` before.
    `per_person`: how many one person has to come. `staffed`: its places are people with names, and `members`
    what is said of each. `remind`: when `soon` is news, on a day before at a time, or so long before.
    `waiting`: people can wait for a place on a day that is full; so long after one of them was told of it
    the next one is.
    """

    name: str
    title: str
    hours: Hours
    minutes: int
    step: int
    places: tuple[str, ...]
    soonest: Duration
    latest: Duration
    cancel_until: Duration
    per_person: int
    place: Place
    staffed: bool = False
    remind: Reminder | timedelta | None = None
    waiting: timedelta | None = None
    members: Mapping[str, StaffMember] = field(default_factory=dict)


APPOINTMENTS = PromotionSection[BookableService](KIND.section)
