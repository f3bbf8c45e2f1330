"""Appointments as they are asked for, made and changed: what store, engine and pages share (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from bot.model.answer_fields import Internal
from bot.model.held import Held
from bot.model.promotions import ModelPart
from bot.model.stored_name import stored_as
from bot.model.trace import NoteKind
from bot.model.value import Type

AppointmentResult: TypeAlias = Literal[
    "booked",
    "moved",
    "cancelled",
    "full",
    "had",
    "none",
    "closed",
    "too_soon",
    "too_far",
    "too_late",
    "waiting",
    "left",
    "too_many",
]
"""What comes of asking. `had`: has as many to come as one may; `none`: has none to come; `closed`: none
begins then; `too_soon`, `too_far`: outside of the days that can be booked; `too_late`: to change it.
`waiting`, `left`: is on the waiting list of a day, or no more; `too_many`: waits for too many days."""


AppointmentMark: TypeAlias = Literal["came", "missed", ""]
"""Whether who had one came, as staff say afterwards."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A place that somebody has from `start` to `end` (UTC): what was promised, whatever the playbook says.

    `id` derives from the call that booked it.
    """

    id: str
    service: str
    title: str
    contact: str
    place: str
    start: datetime
    end: datetime
    mark: AppointmentMark = ""


@dataclass(frozen=True, slots=True)
class HeldAppointment:
    """An appointment as its person has it, for a week after its end. Only turns change it. `id` is the row's.

    `reminded`: of this start, or the moment for that had passed when it was made. `mark`: what staff have
    said of it since it has begun.
    """

    id: str
    service: str
    title: str
    place: str
    start: datetime
    end: datetime
    reminded: Annotated[bool, Internal()] = False
    mark: AppointmentMark = ""


@dataclass(frozen=True, slots=True)
class PlaceWish:
    """Somebody waits for a place of a service on a day (`2026-09-05`), with `wanted` or (empty) anybody.

    The contact holds it until the day is over. Once notified of a free place (`is_notified`) it is no more in
    the queue, and stays so that a second free place is not announced again. `id` is the row's, `since` when
    the person asked.
    """

    id: str
    service: str
    title: str
    day: str
    since: datetime
    wanted: str = ""
    is_notified: bool = field(default=False, metadata=stored_as("told"))


@dataclass(frozen=True, slots=True)
class AppointmentRequest:
    """Somebody asks at the moment `at`: `id` is the act's, which counts once. `start` of none to cancel.

    `which`: the appointment to change (empty: the next to come). `wanted`: the only place that will do.
    `by_staff`: only the hours and the places hold, not what binds customers.
    """

    id: str
    contact: str
    at: datetime
    start: datetime | None = None
    which: str = ""
    wanted: str = ""
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentAnswer:
    """What comes of a request. `appointment`: as it is after it; of `had` and `too_late` the next to come."""

    result: AppointmentResult
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """A wish, whose it is, and the channel on which they have asked."""

    wish: PlaceWish
    contact: str
    channel: str


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """A free place of which this person is to be told."""

    waiting: WaitingPerson
    held: HeldAppointment


APPOINTMENT_BROUGHT = ("booked", "moved", "cancelled", "had", "too_late", "soon", "came", "missed", "free")
"""The results that come with an appointment."""
_FIELDS: Mapping[str, Type] = {
    "appointment": "text",
    "title": "text",
    "place": "text",
    "start": "date_time",
    "end": "date_time",
    "by_staff": "yes_no",
    "reason": "text",
}

NEWS = NoteKind("appointment {appointment}: {result}", "", code="appointment_news")
HELD_APPOINTMENTS = Held("appointments", HeldAppointment)
"""Those that are not over."""
PLACE_WISHES = Held("place_wishes", PlaceWish)
"""The days for which a contact waits, or was told of a place, until these are over."""
PART = ModelPart(
    "appointment",
    NEWS,
    _FIELDS,
    more=("soon", "came", "missed", "free"),
    silent=("waiting", "left"),
    holds=(
        HELD_APPOINTMENTS,
        PLACE_WISHES,
    ),
)
"""`soon`: the person is to be reminded; `came`, `missed`: as staff say afterwards; `free`: there is a place
that this person has waited for. What is silent is said on the page alone."""
