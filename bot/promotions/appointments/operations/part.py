"""What appointments give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.decision import Action
from bot.model.event import Outcome
from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, StaffAct
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.slots import appointment_at
from bot.promotions.appointments.engine.steps import appointment_outcome
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAct,
    AppointmentAnswer,
    AppointmentResult,
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
)

_AGREED: dict[str, AppointmentResult] = {"book": "booked", "move": "moved", "cancel": "cancelled"}


def _agreed(playbook: Playbook, contact: Contact, change: object, asked: Action) -> Outcome | None:
    """As if the time that is asked for is free."""
    if not isinstance(change, AppointmentAct) or change.what not in _AGREED:
        return None
    if not isinstance(asked, BookAppointment | MoveAppointment | CancelAppointment):
        return None
    answer = AppointmentAnswer(_AGREED[change.what], _as_asked(playbook, contact, change))
    return appointment_outcome(asked, answer)


def _as_asked(playbook: Playbook, contact: Contact, act: AppointmentAct) -> Appointment | None:
    """The appointment as it is once this was done; with whom is not known where it is left open."""
    service, held = APPOINTMENTS.of(playbook)[act.service], act.held
    if act.what == "cancel" or act.start is None:
        if held is None:
            return None
        return Appointment(held.id, held.service, held.title, contact.id, held.place, held.start, held.end)
    place = act.place or (held.place if held is not None else service.places[0])
    return appointment_at(service, "", contact.id, place, act.start)


PART = OperationsPart(
    agreed=_agreed,
    acts={
        "appointment_booked": StaffAct(
            tr("pressed to book an appointment"),
            tr("staff pressed to book an appointment for you"),
        ),
        "appointment_moved": StaffAct(
            tr("pressed to move an appointment"),
            tr("staff pressed to move your appointment"),
        ),
        "appointment_cancelled": StaffAct(
            tr("pressed to cancel an appointment"),
            tr("staff pressed to cancel your appointment"),
        ),
        "appointment_came": StaffAct(
            tr("came to an appointment"),
            tr("staff wrote down that you came to your appointment"),
        ),
        "appointment_missed": StaffAct(
            tr("did not come to an appointment"),
            tr("staff wrote down that you did not come to your appointment"),
        ),
    },
    audit={
        "calendar_made": tr("new address of a calendar of appointments"),
        "calendar_ended": tr("address of a calendar of appointments ended"),
    },
)
