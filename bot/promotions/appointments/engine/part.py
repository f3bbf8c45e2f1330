"""What appointments (N5) give the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.laws import each_held, goes_along
from bot.engine.promotions import EnginePart
from bot.model.contact import Contact
from bot.model.page_state import PageState
from bot.model.screen import Screen
from bot.promotions.appointments.engine.declared import APPOINTMENTS, appointment_reminder
from bot.promotions.appointments.engine.held import (
    appointment_act,
    appointment_news,
    end_appointments,
    is_refused_elsewhere,
    meet_appointments,
    take_appointment,
)
from bot.promotions.appointments.engine.page import ask_on_page, shown_appointments
from bot.promotions.appointments.engine.steps import DO
from bot.promotions.appointments.model import HELD_APPOINTMENTS, PLACE_WISHES, AppointmentAct


def _shown(playbook: Playbook, contact: Contact, page: PageState, now: datetime) -> Screen:
    shown = shown_appointments(playbook, contact, page.ended, now)
    return Screen("appointments", page.step, content={"appointments": shown})


def _endings(contact: Contact, playbook: Playbook) -> Iterator[datetime]:
    for booked in HELD_APPOINTMENTS.of(contact):
        service = APPOINTMENTS.of(playbook).get(booked.service)
        if (moment := appointment_reminder(service, booked, playbook.zone)) is not None:
            yield moment


PART = EnginePart(
    do=DO,
    outcome=appointment_news,
    only_shown=is_refused_elsewhere,
    shown=_shown,
    laws=(
        each_held(HELD_APPOINTMENTS, lambda ours, theirs: ours, goes_along),
        each_held(PLACE_WISHES, lambda ours, theirs: ours, goes_along),
    ),
    acts={AppointmentAct: appointment_act},
    takes=take_appointment,
    answered=ask_on_page,
    time_passed=end_appointments,
    playbook_changed=meet_appointments,
    endings=_endings,
)
