"""Appointments as they are asked for, made and changed: what store, engine and pages share (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Annotated, ClassVar, Literal, TypeAlias

from bot.model.answer_fields import Internal
from bot.model.brought import Brings, Brought
from bot.model.effects import PromotionRequest
from bot.model.event import Origin, PromotionAct, ReplyToken
from bot.model.held import Held
from bot.model.promotions import PromotionKind, SectionName
from bot.model.stored_name import stored_as
from bot.model.trace import NoteKind
from bot.model.translatable import tr
from bot.model.value import Type
from bot.model.world_question import WorldQuestion

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
class HeldAppointment(Brought):
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
class PlaceWish(Brought):
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

    @property
    def begin(self) -> datetime:
        """`start`, of who books or moves."""
        assert self.start is not None, "who books or moves says when"
        return self.start


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


_OF_APPOINTMENT: Mapping[str, str] = {
    "booked": "the appointment was booked",
    "moved": "the appointment was moved",
    "cancelled": "the appointment was cancelled",
    "full": "no place is free then",
    "had": "the person has as many appointments to come as one may",
    "none": "the person has no appointment to come",
    "closed": "no appointment begins then",
    "too_soon": "it is too late to book that moment",
    "too_far": "that moment cannot be booked yet",
    "too_late": "it is too late to change the appointment",
    "waiting": "the person is on the waiting list",
    "left": "the person is not on the waiting list any more",
    "failed": "the appointment could not be looked at",
}


def _appointment_question(action: str, *outcomes: str) -> WorldQuestion:
    fields: Mapping[str, Type] = {"title": "text", "place": "text", "start": "date_time", "end": "date_time"}
    brought = ("booked", "moved", "cancelled", "had", "too_late")
    return WorldQuestion(
        action,
        "appointment",
        {one: _OF_APPOINTMENT[one] for one in (*outcomes, "failed")},
        failed="failed",
        later="The answer comes once the appointment was looked at",
        fields={one: fields for one in outcomes if one in brought},
        subject="appointment",
        in_order=True,
    )


@dataclass(frozen=True, slots=True)
class BookAppointment(PromotionRequest):
    """Book a place of this service from `start` (UTC) on. Heard outside flows, too, as `GiveCoupon` is.

    `wanted`: the only place that will do; empty: whichever is free. `act_id`: the id of the act of staff who
    ask, by which it counts once; `reason` is theirs, and comes back.
    """

    question: ClassVar = _appointment_question(
        "book_appointment", "booked", "full", "had", "closed", "too_soon", "too_far"
    )
    appointment: str
    start: datetime
    origin: Origin
    token: ReplyToken | None = None
    wanted: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MoveAppointment(PromotionRequest):
    """Give the person's next appointment of this service another start, or that with the id `which`."""

    question: ClassVar = _appointment_question(
        "move_appointment", "moved", "full", "none", "closed", "too_soon", "too_far", "too_late"
    )
    appointment: str
    start: datetime
    origin: Origin
    token: ReplyToken | None = None
    which: str = ""
    wanted: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CancelAppointment(PromotionRequest):
    """Cancel the person's next appointment of this service, or that with the id `which`."""

    question: ClassVar = _appointment_question("cancel_appointment", "cancelled", "none", "too_late")
    appointment: str
    origin: Origin
    token: ReplyToken | None = None
    which: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WaitForPlace(PromotionRequest):
    """Put the person on the waiting list of a day (`2026-09-05`), for `wanted` or anybody; or `leave` it.

    Only the page asks so: what comes of it is no news.
    """

    question: ClassVar = _appointment_question("wait_for_place", "waiting", "left", "closed")
    appointment: str
    day: str
    origin: Origin
    token: ReplyToken | None = None
    wanted: str = ""
    leave: bool = False


AppointmentEffect: TypeAlias = BookAppointment | MoveAppointment | CancelAppointment | WaitForPlace


@dataclass(frozen=True, slots=True)
class AppointmentAct(PromotionAct):
    """Staff `book` for a person, `move` or `cancel` what they have, or say whether they came; or a place that
    they have waited for is `free`: then `held` is where and when, and `id` that of their wish.

    `id` is the act's own: the same one again changes nothing. `by` is an actor of the audit log, `held` what
    is changed, `start` the new moment, `place` the only one that will do, `reason` what the person may hear.
    """

    what: Literal["book", "move", "cancel", "came", "missed", "free"]
    service: str
    id: str
    by: str = ""
    held: HeldAppointment | None = None
    start: datetime | None = None
    place: str = ""
    reason: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        return f"appointment {self.service}: {self.what}"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """What can be booked. `staff`: who does it, of whom one may be wanted, and in which of `stores`
    (empty: nobody says); `had`: none may be booked more; `waits`: for a full day one can wait.
    """

    name: str
    title: str
    minutes: int
    staff: tuple[str, ...] = ()
    had: bool = False
    waits: bool = False
    stores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WishView:
    """A day (`2026-09-05`) for which they wait. `staff`: for whom; empty: anybody."""

    service: str
    title: str
    day: str
    staff: str


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One to come. `staff`: with whom, where that is somebody; `change`: it may be moved and cancelled."""

    id: str
    service: str
    title: str
    staff: str
    start: datetime
    end: datetime
    change: bool
    store: str = ""


AskedOfPage: TypeAlias = AppointmentResult | Literal["waits", "failed", ""]
"""`waits`: it is being looked at."""


@dataclass(frozen=True, slots=True)
class AppointmentsView:
    """`asked`: what came of what was asked for on this page last."""

    services: tuple[ServiceView, ...]
    booked: tuple[AppointmentView, ...]
    asked: AskedOfPage = ""
    wishes: tuple[WishView, ...] = ()


MY_APPOINTMENTS = "my_appointments"
"""The page of members."""
NEWS = NoteKind("appointment {appointment}: {result}", "", code="appointment_news")
HELD_APPOINTMENTS = Held("appointments", HeldAppointment, attrgetter("id"))
"""Those that are not over."""
PLACE_WISHES = Held("place_wishes", PlaceWish, attrgetter("id"))
"""The days for which a contact waits, or was told of a place, until these are over."""
APPOINTMENT = Brings("held", HeldAppointment)
"""The appointment, as it is after it."""
WISH = Brings("wish", PlaceWish)
"""What the contact waits for."""
KIND = PromotionKind(
    SectionName("appointments"),
    MY_APPOINTMENTS,
    "appointments",
    tr("The page shows the appointments"),
    "appointment",
    NEWS,
    _FIELDS,
    page_title="Appointments",
    more=("soon", "came", "missed", "free"),
    silent=("waiting", "left"),
    holds=(HELD_APPOINTMENTS, PLACE_WISHES),
    brings=(APPOINTMENT, WISH),
    requests=(BookAppointment, MoveAppointment, CancelAppointment, WaitForPlace),
    acts=(AppointmentAct,),
    trace_events={
        "soon": "the appointment is near",
        "came": "came to the appointment",
        "missed": "did not come to the appointment",
        "free": "a place is free that the person has waited for",
    },
    trace_rows={
        "booked": "the appointment {appointment} was booked",
        "moved": "the appointment {appointment} was moved",
        "cancelled": "the appointment {appointment} was cancelled",
        "full": "the appointment {appointment}: no place is free then",
        "had": "has as many appointments {appointment} to come as one may",
        "none": "has no appointment {appointment} to come",
        "closed": "the appointment {appointment}: none begins then",
        "too_soon": "the appointment {appointment}: too late to book that moment",
        "too_far": "the appointment {appointment}: that moment cannot be booked yet",
        "too_late": "the appointment {appointment}: too late to change it",
        "soon": "the appointment {appointment} is near",
        "came": "came to the appointment {appointment}",
        "missed": "did not come to the appointment {appointment}",
        "free": "a place of {appointment} is free that the person has waited for",
        "waiting": "is on the waiting list of {appointment}",
        "left": "is not on the waiting list of {appointment} any more",
        "book": "staff book {appointment}",
        "move": "staff move {appointment}",
        "cancel": "staff cancel {appointment}",
        "failed": "the appointment {appointment} could not be looked at",
        "": "news of the appointment {appointment}",
    },
    trace_page="own appointments",
)
"""`soon`: the person is to be reminded; `came`, `missed`: as staff say afterwards; `free`: there is a place
that this person has waited for. What is silent is said on the page alone."""
