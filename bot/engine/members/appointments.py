"""A person's appointments: those to come, as they were booked, moved and cancelled (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.members.appointment_times import appointment_reminder
from bot.engine.members.ending_timer import armed_ending, watch_endings
from bot.engine.turn.on_page import keep_page
from bot.engine.turn.turn import Turn
from bot.model.appointment import HeldAppointment
from bot.model.event import Outcome
from bot.model.screen import MY_APPOINTMENTS
from bot.model.value import Value

CHANGED = ("booked", "moved", "cancelled")
"""The results by which an appointment is another than before."""


def take_appointment(turn: Turn, outcome: Outcome) -> None:
    """Hold what an outcome says of an appointment; the page that has asked shows what came of it."""
    if outcome.asked != "appointment":
        return
    if outcome.held is not None:
        _hold(turn, outcome.held, outcome.result)
    page = turn.contact.page(MY_APPOINTMENTS, turn.channel)
    if page is not None and _is_of_page(outcome):
        keep_page(turn, replace(page, ended=outcome.result))


def _hold(turn: Turn, held: HeldAppointment, result: str) -> None:
    """Its person is reminded at its time from now on; of a moment that has passed already, not at all."""
    before = next((one for one in turn.contact.appointments if one.id == held.id), None)
    others = tuple(one for one in turn.contact.appointments if one.id != held.id)
    if before is not None and before.start == held.start:
        held = replace(held, reminded=before.reminded)
    elif _is_past(turn, held):
        held = replace(held, reminded=True)
    stays = result != "cancelled" and turn.now < held.end
    turn.contact.appointments = (*others, held) if stays else others
    watch_endings(turn)


def end_appointments(turn: Turn) -> None:
    """What time alone does: the person is to be reminded, which is news; what is over is held no more."""
    if not turn.contact.appointments:
        return
    was = turn.contact.appointments
    turn.contact.appointments = tuple(_by_now(turn, one) for one in was if turn.now < one.end)
    if turn.contact.appointments != was:
        watch_endings(turn)


def _by_now(turn: Turn, held: HeldAppointment) -> HeldAppointment:
    """An appointment as time has it; who could be reminded no sooner than after its begin is not."""
    if not _is_past(turn, held):
        return held
    if turn.now < held.start:
        fields: Mapping[str, Value] = {"title": held.title, "place": held.place}
        fields = {**fields, "appointment": held.service, "start": held.start, "end": held.end}
        turn.queue_news("appointment", held.service, {**fields, "result": "soon"})
    return replace(held, reminded=True)


def meet_appointments(turn: Turn) -> None:
    """Another playbook may remind at other moments: what would have been before now is not made up for."""
    contact = turn.contact
    if not contact.appointments:
        return
    armed = armed_ending(contact)
    contact.appointments = tuple(
        replace(one, reminded=True) if _is_past(turn, one, armed) else one for one in contact.appointments
    )
    watch_endings(turn)


def _is_past(turn: Turn, held: HeldAppointment, armed: datetime | None = None) -> bool:
    """Whether the moment to remind them has come; `armed`: and that was before what wakes them."""
    service = turn.playbook.appointments.get(held.service)
    moment = appointment_reminder(service, held, turn.playbook.zone)
    return moment is not None and moment <= turn.now and (armed is None or armed > moment)


def is_refused_on_page(outcome: Outcome) -> bool:
    """Whether it could not be had on the page: that says why, and nobody else hears of it."""
    return outcome.asked == "appointment" and _is_of_page(outcome) and outcome.result not in CHANGED


def _is_of_page(outcome: Outcome) -> bool:
    return outcome.origin is not None and outcome.origin.flow == MY_APPOINTMENTS
