"""The person books, moves or cancels an appointment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from bot.engine.actions.action import Doers, note_not_asked, origin_of, worth
from bot.engine.compiled.step import Operand, Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.brought import brought
from bot.model.event import Origin, Outcome
from bot.model.value import Value
from bot.promotions.appointments.engine.declared import held_fields
from bot.promotions.appointments.engine.notes import APPOINTMENT_ASKED
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


@dataclass(frozen=True, slots=True)
class AskBooking(Step):
    """`book_appointment`."""

    asks: ClassVar = BookAppointment.question
    about: ClassVar = "appointment"
    appointment: str
    start: Operand
    staff: Operand | None = None


@dataclass(frozen=True, slots=True)
class AskOtherTime(Step):
    """`move_appointment`."""

    asks: ClassVar = MoveAppointment.question
    about: ClassVar = "appointment"
    appointment: str
    start: Operand
    staff: Operand | None = None


@dataclass(frozen=True, slots=True)
class AskCancelling(Step):
    """`cancel_appointment`."""

    asks: ClassVar = CancelAppointment.question
    about: ClassVar = "appointment"
    appointment: str


AskAppointment = AskBooking | AskOtherTime | AskCancelling


def _book(turn: Turn, step: AskBooking, doing: Doing) -> None:
    _ask_for(turn, step, doing, BookAppointment)


def _move(turn: Turn, step: AskOtherTime, doing: Doing) -> None:
    _ask_for(turn, step, doing, MoveAppointment)


def _ask_for(
    turn: Turn,
    step: AskBooking | AskOtherTime,
    doing: Doing,
    effect: type[BookAppointment] | type[MoveAppointment],
) -> None:
    """Ask for a moment; of none at all nothing can begin. Where nobody is named, anybody will do."""
    start, origin = worth(turn, step.start, doing), _origin(turn, doing)
    action = effect.question.action
    if not isinstance(start, datetime):
        note_not_asked(turn, action, step.place)
        turn.outcomes.append(Outcome("appointment", "closed", origin, step.appointment))
        return
    wanted = None if step.staff is None else worth(turn, step.staff, doing)
    turn.actions.append(effect(step.appointment, start, origin, wanted="" if wanted is None else str(wanted)))
    turn.note(APPOINTMENT_ASKED, action, step.appointment, place=step.place)


def _cancel(turn: Turn, step: AskCancelling, doing: Doing) -> None:
    turn.actions.append(CancelAppointment(step.appointment, _origin(turn, doing)))
    turn.note(APPOINTMENT_ASKED, step.asks.action, step.appointment, place=step.place)


def _origin(turn: Turn, doing: Doing) -> Origin:
    """Who gets the answer outside flows are the rules."""
    return origin_of(turn, doing) or Origin("", turn.channel, 0)


DO: Doers = {AskBooking: _book, AskOtherTime: _move, AskCancelling: _cancel}
