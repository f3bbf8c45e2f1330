"""The page `my_appointments`: what can be booked, what the person has, what is asked there (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_slots import may_change
from bot.engine.turn.change_notes import APPOINTMENT_ASKED
from bot.engine.turn.on_page import keep_page
from bot.engine.turn.turn import Turn
from bot.model.appointment import AppointmentResult, HeldAppointment
from bot.model.contact import Contact
from bot.model.event import Origin
from bot.model.page_state import PageState
from bot.model.promotion_effects import BookAppointment, CancelAppointment, MoveAppointment
from bot.model.screen import MY_APPOINTMENTS, AppointmentsView, AppointmentView, AskedOfPage, ServiceView

_ASKED: Mapping[str, AskedOfPage] = {one: one for one in (*get_args(AppointmentResult), "waits", "failed")}


def shown_appointments(
    playbook: Playbook, contact: Contact, asked: str | None, now: datetime
) -> AppointmentsView:
    """What a person sees: the playbook's services, and what they have to come, the next first."""
    coming = [one for one in contact.appointments if one.start > now]
    booked = (_view(playbook, one, now) for one in sorted(coming, key=lambda one: (one.start, one.id)))
    services = (
        ServiceView(
            one.name,
            one.title,
            one.minutes,
            one.places if one.staffed else (),
            had=sum(held.service == one.name for held in coming) >= one.per_person,
        )
        for one in playbook.appointments.values()
    )
    return AppointmentsView(tuple(services), tuple(booked), _ASKED.get(asked or "", ""))


def _view(playbook: Playbook, held: HeldAppointment, now: datetime) -> AppointmentView:
    service = playbook.appointments.get(held.service)
    is_free = service is not None and may_change(service, held.start, now, playbook.zone)
    staff = held.place if service is None or service.staffed else ""
    return AppointmentView(held.id, held.service, held.title, staff, held.start, held.end, is_free)


def ask_on_page(turn: Turn, page: PageState, text: str) -> None:
    """The person books, moves or cancels on the page; what comes of it is the world's to say.

    `text` is lines: `book`, service, start and perhaps with whom; `move`, id, start and perhaps with whom;
    `cancel`, id.
    """
    request = _request(turn, text.split("\n"))
    if request is None:
        turn.note(notes.NOT_THE_BUTTON)
        return
    keep_page(turn, replace(page, ended="waits"))
    turn.actions.append(request)
    turn.note(APPOINTMENT_ASKED, request.question.action, request.appointment)


def _request(turn: Turn, lines: list[str]) -> BookAppointment | MoveAppointment | CancelAppointment | None:
    origin = Origin(MY_APPOINTMENTS, turn.channel, 0)
    what, subject, start, wanted = (*lines, "", "", "", "")[:4]
    moment = _moment(start)
    if what == "book" and moment is not None and subject in turn.playbook.appointments:
        return BookAppointment(subject, moment, origin, wanted=wanted)
    held = next((one for one in turn.contact.appointments if one.id == subject), None)
    if held is None:
        return None
    if what == "move" and moment is not None:
        return MoveAppointment(held.service, moment, origin, which=held.id, wanted=wanted)
    return CancelAppointment(held.service, origin, which=held.id) if what == "cancel" else None


def _moment(written: str) -> datetime | None:
    """A moment in UTC, as `free` gives it."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
