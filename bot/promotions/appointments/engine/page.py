"""The page `my_appointments`: what can be booked, what the person has, what is asked there (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import day_words
from bot.engine.times.time_texts import day as day_of
from bot.engine.turn.on_page import keep_page
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.event import Origin
from bot.model.page_state import PageState
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService, store_of
from bot.promotions.appointments.engine.notes import APPOINTMENT_ASKED
from bot.promotions.appointments.engine.place_wishes import MOST_WISHES, waits_for
from bot.promotions.appointments.engine.slots import may_change
from bot.promotions.appointments.model import (
    HELD_APPOINTMENTS,
    MY_APPOINTMENTS,
    PLACE_WISHES,
    AppointmentEffect,
    AppointmentResult,
    AppointmentsView,
    AppointmentView,
    AskedOfPage,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
    ServiceView,
    WaitForPlace,
    WishView,
)

_ASKED: Mapping[str, AskedOfPage] = {one: one for one in (*get_args(AppointmentResult), "waits", "failed")}


def shown_appointments(
    playbook: Playbook, contact: Contact, asked: str | None, now: datetime
) -> AppointmentsView:
    """What a person sees: the playbook's services, and what they have to come, the next first."""
    coming = [one for one in HELD_APPOINTMENTS.of(contact) if one.start > now]
    booked = (_view(playbook, one, now) for one in sorted(coming, key=lambda one: (one.start, one.id)))
    services = (
        ServiceView(
            one.name,
            one.title,
            one.minutes,
            one.places if one.staffed else (),
            had=sum(held.service == one.name for held in coming) >= one.per_person,
            waits=one.waiting is not None,
            stores=_stores(playbook, one),
        )
        for one in APPOINTMENTS.of(playbook).values()
    )
    waiting = sorted(
        waits_for(contact, day_words(now, playbook.zone)), key=lambda one: (one.day, one.service)
    )
    wishes = (WishView(one.service, one.title, one.day, one.wanted) for one in waiting)
    return AppointmentsView(tuple(services), tuple(booked), _ASKED.get(asked or "", ""), tuple(wishes))


def _view(playbook: Playbook, held: HeldAppointment, now: datetime) -> AppointmentView:
    service = APPOINTMENTS.of(playbook).get(held.service)
    is_free = service is not None and may_change(service, held.start, now, playbook.zone)
    staff = held.place if service is None or service.staffed else ""
    store = store_of(playbook, held.service, held.place)
    return AppointmentView(held.id, held.service, held.title, staff, held.start, held.end, is_free, store)


def _stores(playbook: Playbook, service: BookableService) -> tuple[str, ...]:
    """Where each of the staff is; nothing where no store is said of any."""
    found = tuple(store_of(playbook, service.name, one) for one in service.places)
    return found if any(found) else ()


def ask_on_page(turn: Turn, page: PageState, text: str) -> None:
    """The person books, moves or cancels on the page; what comes of it is the world's to say.

    `text` is lines: `book`, service, start and perhaps with whom; `move`, id, start and perhaps with whom;
    `cancel`, id; `wait`, service, day and perhaps for whom; `leave`, service, day.
    """
    request = _request(turn, text.split("\n"))
    if request is None:
        turn.note(notes.NOT_THE_BUTTON)
        return
    if isinstance(request, WaitForPlace) and not request.leave and _has_many(turn, request):
        keep_page(turn, replace(page, ended="too_many"))
        return
    keep_page(turn, replace(page, ended="waits"))
    turn.actions.append(request)
    turn.note(APPOINTMENT_ASKED, request.question.action, request.appointment)


def _has_many(turn: Turn, request: WaitForPlace) -> bool:
    """Whether they wait for as many other days as one may."""
    others = [
        one
        for one in PLACE_WISHES.of(turn.contact)
        if one.is_notified or (one.service, one.day) != (request.appointment, request.day)
    ]
    return len(others) >= MOST_WISHES


def _request(turn: Turn, lines: list[str]) -> AppointmentEffect | None:
    origin = Origin(MY_APPOINTMENTS, turn.channel, 0)
    what, subject, start, wanted = (*lines, "", "", "", "")[:4]
    moment = moment_of(start)
    if what == "book" and moment is not None and subject in APPOINTMENTS.of(turn.playbook):
        return BookAppointment(subject, moment, origin, wanted=wanted)
    if what in ("wait", "leave") and (date := day_of(start)) is not None:
        return WaitForPlace(subject, date.isoformat(), origin, wanted=wanted, leave=what == "leave")
    held = HELD_APPOINTMENTS.one(turn.contact, subject)
    if held is None:
        return None
    if what == "move" and moment is not None:
        return MoveAppointment(held.service, moment, origin, which=held.id, wanted=wanted)
    return CancelAppointment(held.service, origin, which=held.id) if what == "cancel" else None


def moment_of(written: str) -> datetime | None:
    """A moment in UTC, as `free` gives it."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
