"""A person's appointments: those to come, as they were booked, moved and cancelled (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine import notes
from bot.engine.members.ending_timer import armed_ending, watch_endings
from bot.engine.turn.on_page import keep_page
from bot.engine.turn.turn import Turn
from bot.model.event import Origin, Outcome
from bot.model.value import Value
from bot.promotions.appointments.engine import notes as appointments_notes
from bot.promotions.appointments.engine.declared import APPOINTMENTS, appointment_reminder, held_fields
from bot.promotions.appointments.engine.place_wishes import end_wishes, hold_wish, place_is_free
from bot.promotions.appointments.model import (
    APPOINTMENT,
    HELD_APPOINTMENTS,
    MY_APPOINTMENTS,
    AppointmentAct,
    AppointmentMark,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
)

STAYS = timedelta(days=7)
"""For so long after its end staff can say whether the person came."""
BY_STAFF = "by staff:"
"""Who has asked, in the place of a flow: no flow is called so."""
CHANGED = ("booked", "moved", "cancelled")
"""The results by which an appointment is another than before."""


def take_appointment(turn: Turn, outcome: Outcome) -> None:
    """Hold what an outcome says of an appointment; the page that has asked shows what came of it."""
    if outcome.asked != "appointment":
        return
    if (held := APPOINTMENT.of(outcome)) is not None:
        _hold(turn, held, outcome.result)
    hold_wish(turn, outcome)
    page = turn.contact.page(MY_APPOINTMENTS, turn.channel)
    if page is not None and _is_of_page(outcome):
        keep_page(turn, replace(page, ended=outcome.result))


def _hold(turn: Turn, held: HeldAppointment, result: str) -> None:
    """Its person is reminded at its time from now on; of a moment that has passed already, not at all."""
    before = HELD_APPOINTMENTS.one(turn.contact, held.id)
    if before is not None and before.start == held.start:
        held = replace(held, reminded=before.reminded, mark=before.mark)
    elif _is_past(turn, held):
        held = replace(held, reminded=True)
    others = HELD_APPOINTMENTS.without(turn.contact, held.id)
    stays = result != "cancelled" and turn.now < held.end + STAYS
    HELD_APPOINTMENTS.put(turn.contact, (*others, held) if stays else others)
    watch_endings(turn)


def end_appointments(turn: Turn) -> None:
    """What time alone does: the person is to be reminded, which is news; what is over is held no more."""
    end_wishes(turn)
    if not HELD_APPOINTMENTS.of(turn.contact):
        return
    was = HELD_APPOINTMENTS.of(turn.contact)
    HELD_APPOINTMENTS.put(
        turn.contact, tuple(_by_now(turn, one) for one in was if turn.now < one.end + STAYS)
    )
    if HELD_APPOINTMENTS.of(turn.contact) != was:
        watch_endings(turn)


def _by_now(turn: Turn, held: HeldAppointment) -> HeldAppointment:
    """An appointment as time has it; who could be reminded no sooner than after its begin is not."""
    if not _is_past(turn, held):
        return held
    if turn.now < held.start:
        _queue(turn, held, "soon")
    return replace(held, reminded=True)


def meet_appointments(turn: Turn) -> None:
    """Another playbook may remind at other moments: what would have been before now is not made up for."""
    contact = turn.contact
    if not HELD_APPOINTMENTS.of(contact):
        return
    armed = armed_ending(contact)
    HELD_APPOINTMENTS.put(
        contact,
        tuple(
            replace(one, reminded=True) if _is_past(turn, one, armed) else one
            for one in HELD_APPOINTMENTS.of(contact)
        ),
    )
    watch_endings(turn)


def _is_past(turn: Turn, held: HeldAppointment, armed: datetime | None = None) -> bool:
    """Whether the moment to remind them has come; `armed`: and that was before what wakes them."""
    service = APPOINTMENTS.of(turn.playbook).get(held.service)
    moment = appointment_reminder(service, held, turn.playbook.zone)
    return moment is not None and moment <= turn.now and (armed is None or armed > moment)


def appointment_act(turn: Turn, act: AppointmentAct) -> None:
    """Staff ask for a place or give one back, which the world answers; or say whether the person came. Or a
    place is free for which they wait."""
    origin, held = Origin(BY_STAFF, turn.channel, 0), act.held
    if act.what in ("came", "missed") and held is not None:
        _mark(turn, act.what, held)
    elif act.what == "free":
        place_is_free(turn, act)
    elif act.what == "book" and act.start is not None:
        asked = BookAppointment(act.service, act.start, origin, wanted=act.place)
        _ask(turn, replace(asked, act_id=act.id, reason=act.reason))
    elif act.what == "move" and act.start is not None and held is not None:
        moving = MoveAppointment(act.service, act.start, origin, which=held.id, wanted=act.place)
        _ask(turn, replace(moving, act_id=act.id, reason=act.reason))
    elif act.what == "cancel" and held is not None:
        _ask(turn, CancelAppointment(act.service, origin, which=held.id, act_id=act.id, reason=act.reason))
    else:
        turn.note(notes.EVENT_UNKNOWN)


def _ask(turn: Turn, request: BookAppointment | MoveAppointment | CancelAppointment) -> None:
    turn.actions.append(request)
    turn.note(appointments_notes.APPOINTMENT_ASKED, request.question.action, request.appointment)


def _mark(turn: Turn, mark: AppointmentMark, held: HeldAppointment) -> None:
    """News, unless the same was said before: also of what has begun while nobody held it here."""
    known = HELD_APPOINTMENTS.one(turn.contact, held.id) or held
    if known.mark == mark:
        turn.note(appointments_notes.APPOINTMENT_MARKED_BEFORE, held.service)
        return
    others = HELD_APPOINTMENTS.without(turn.contact, held.id)
    HELD_APPOINTMENTS.put(turn.contact, (*others, replace(known, mark=mark)))
    _queue(turn, known, mark, by_staff=True)


def _queue(turn: Turn, held: HeldAppointment, result: str, *, by_staff: bool = False) -> None:
    fields = {"appointment": held.service, **held_fields(held), "by_staff": by_staff, "result": result}
    turn.queue_news("appointment", held.service, fields)


def appointment_news(turn: Turn, outcome: Outcome) -> Mapping[str, Value]:
    """The fields of an outcome as flows and rules read them."""
    return {"appointment": outcome.subject, **outcome.fields, "result": outcome.result}


def is_refused_elsewhere(outcome: Outcome) -> bool:
    """Whether it could not be had on the page or by staff: who has asked sees why, nobody else hears it."""
    is_there = outcome.origin is not None and outcome.origin.flow in (MY_APPOINTMENTS, BY_STAFF)
    return outcome.asked == "appointment" and is_there and outcome.result not in CHANGED


def _is_of_page(outcome: Outcome) -> bool:
    return outcome.origin is not None and outcome.origin.flow == MY_APPOINTMENTS
