"""Appointments: who comes on a day; booked, moved and cancelled for a customer, as the team does (N5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from typing import Annotated, Literal, TypeAlias

from annotated_types import MaxLen

from bot.engine.times.local_time import today
from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import Pending
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, Customer, Moment, Name, Option, ParameterRefused, named
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import Appointment, AppointmentAct
from bot.promotions.appointments.operations.acts import SAID, appointment_act, held_of
from bot.promotions.appointments.operations.figures import AppointmentDay, appointments_on
from bot.promotions.appointments.store.appointments import Appointments

ServiceName: TypeAlias = Annotated[
    Name,
    named(tr("appointment"), APPOINTMENTS.of, tr("appointments are declared in the playbook")),
]
AppointmentId: TypeAlias = Annotated[Name, Help("which one, as the list has it")]
AppointmentStart: TypeAlias = Annotated[Moment, Option(), Help("when it begins")]
PlaceName: TypeAlias = Annotated[str, MaxLen(SHORT), Help("which of the staff, or where (any that is free)")]
ActResult: TypeAlias = Literal[
    "booked", "moved", "cancelled", "full", "closed", "too_soon", "too_far", "none"
]
HeardReason: TypeAlias = Annotated[str, MaxLen(SHORT), Help("the reason: the customer may hear it (none)")]


@dataclass(frozen=True, slots=True)
class AppointmentDone:
    """What came of it, and which appointment it was."""

    result: ActResult
    appointment: str | None

    @property
    def is_done(self) -> bool:
        return self.result in ("booked", "moved", "cancelled")

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """As the console has it."""
        yield SAID[self.result]


@operation("appointments.list", roles=TEAM, example="--day 2026-12-24")
async def list_appointments(
    call: OperationCall, day: Annotated[date | None, Help("the day (today)")] = None
) -> AppointmentDay:
    """Who comes on a day, and who waits for a place."""
    playbook = call.playbook
    return await appointments_on(call.stores, playbook, day or today(call.now, playbook.zone), call.now)


@operation(
    "appointments.book",
    roles=TEAM,
    changes=True,
    audit="appointment_booked",
    example="0912345678 剪髮 --start 2026-12-24T14:00",
)
async def book_appointment(
    call: OperationCall,
    customer: Customer,
    service: ServiceName,
    start: AppointmentStart,
    place: PlaceName = "",
    reason: HeardReason = "",
) -> AppointmentDone:
    """Book for a customer, as staff do: only hours and places bind."""
    act = AppointmentAct("book", service, _act(call), call.by, None, start.astimezone(UTC), place, reason)
    result = await _done(call, customer, act)
    coming = await customer.stores.of(Appointments).of_person(customer.contact.id, call.now)
    booked = (one.id for one in coming if (one.service, one.start) == (service, act.start))
    return AppointmentDone(result, next(booked, None) if result == "booked" else None)


@operation(
    "appointments.move",
    roles=TEAM,
    changes=True,
    audit="appointment_moved",
    example="0912345678 a1b2 --start 2026-12-24T15:00",
)
async def move_appointment(
    call: OperationCall,
    customer: Customer,
    appointment: AppointmentId,
    start: AppointmentStart,
    place: PlaceName = "",
    reason: HeardReason = "",
) -> AppointmentDone:
    """Give a customer's appointment another time."""
    booked = await _coming(call, customer, appointment)
    at = start.astimezone(UTC)
    act = AppointmentAct("move", booked.service, _act(call), call.by, held_of(booked), at, place, reason)
    return AppointmentDone(await _done(call, customer, act), booked.id)


@operation(
    "appointments.cancel",
    roles=TEAM,
    changes=True,
    audit="appointment_cancelled",
    example="0912345678 a1b2 --reason 老師請假",
)
async def cancel_appointment(
    call: OperationCall, customer: Customer, appointment: AppointmentId, reason: HeardReason = ""
) -> AppointmentDone:
    """Cancel a customer's appointment."""
    booked = await _coming(call, customer, appointment)
    act = AppointmentAct("cancel", booked.service, _act(call), call.by, held_of(booked), None, "", reason)
    return AppointmentDone(await _done(call, customer, act), booked.id)


def _act(call: OperationCall) -> str:
    return f"{call.by} {call.request}"


async def _coming(call: OperationCall, customer: LocatedContact, appointment: str) -> Appointment:
    """What the customer has to come. Raises `ParameterRefused`."""
    coming = await customer.stores.of(Appointments).of_person(customer.contact.id, call.now)
    for one in coming:
        if one.id == appointment:
            return one
    raise ParameterRefused("appointment", tr("the customer has no such appointment to come"))


async def _done(call: OperationCall, customer: LocatedContact, act: AppointmentAct) -> ActResult:
    """Raises `Pending` where no process has done it yet, `NotFound`."""
    result = await appointment_act(customer.stores, call.playbook, customer.contact.id, act)
    match result:
        case "booked" | "moved" | "cancelled" | "full" | "closed" | "too_soon" | "too_far" | "none":
            return result
        case "waits":
            raise Pending(tr("stored: it is done as soon as oaflow runs"))
        case _:
            raise NotFound(tr("there is no such customer or service any more"))
