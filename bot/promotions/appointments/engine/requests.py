"""What is asked for with an appointment, and what comes back: the same for real and pretended ones (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID, uuid5

from bot.model.brought import brought
from bot.model.event import Outcome
from bot.model.value import Value
from bot.promotions.appointments.engine.times import held_fields
from bot.promotions.appointments.model import (
    AppointmentAnswer,
    AppointmentRequest,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
)

_IDS = UUID("6f61666c-6f77-4170-8f69-6e746d000001")

PlaceEffect: TypeAlias = BookAppointment | MoveAppointment | CancelAppointment
"""What concerns a place: all but waiting for one."""


def appointment_request(request: PlaceEffect, call: str, contact: str, at: datetime) -> AppointmentRequest:
    """The request of the call with this id: one that is made again asks for the same."""
    id_, by_staff = act_id(request.act_id or call), bool(request.act_id)
    match request:
        case BookAppointment(start=start, wanted=wanted):
            return AppointmentRequest(id_, contact, at, start, wanted=wanted, by_staff=by_staff)
        case MoveAppointment(start=start, which=which, wanted=wanted):
            return AppointmentRequest(id_, contact, at, start, which, wanted, by_staff)
        case CancelAppointment(which=which):
            return AppointmentRequest(id_, contact, at, which=which, by_staff=by_staff)


def act_id(name: str) -> str:
    """The id under which an act counts once: of a call, or of a press of staff."""
    return uuid5(_IDS, name).hex


def appointment_outcome(request: PlaceEffect, answer: AppointmentAnswer) -> Outcome:
    """What the request comes back with."""
    one = answer.appointment
    if one is None:
        return Outcome("appointment", answer.result, request.origin, request.appointment)
    held = HeldAppointment(one.id, one.service, one.title, one.place, one.start, one.end)
    fields: Mapping[str, Value] = {
        **held_fields(held),
        "by_staff": bool(request.act_id),
        **({"reason": request.reason} if request.reason else {}),
    }
    return Outcome(
        "appointment", answer.result, request.origin, request.appointment, fields, brought=brought(held=held)
    )
