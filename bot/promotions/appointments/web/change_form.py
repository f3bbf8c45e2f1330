"""The form by which staff change an appointment: a time is chosen, then what would be done is shown (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.engine.times.local_time import local, today
from bot.engine.times.value_words import value_words
from bot.model.translatable import Translatable, tr
from bot.operations.heard_at_once import heard_at_once
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.appointments.operations.acts import SAID, StaffResult, held_of
from bot.promotions.appointments.operations.times import free_days, startable
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.web.addresses import ShownWeek
from bot.promotions.appointments.web.subject import AppointmentSubject
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.customer_hears import shown_texts
from bot.web.admin.visit import RenderedPage, Undo, Visit, day_of
from bot.wording.conversation import WEEKDAYS

REASON_MOST = 200
"""Characters of a reason."""
ACTS: Mapping[str, Literal["book", "move", "cancel", "came", "missed"]] = {
    one: one for one in ("book", "move", "cancel", "came", "missed")
}
"""What a form may ask for."""
TITLES = {
    "book": tr("Book an appointment"),
    "move": tr("Move an appointment"),
    "cancel": tr("Cancel an appointment"),
}
"""Of what is shown before it is done."""
DONE: Sequence[StaffResult] = ("booked", "moved", "cancelled", "came", "missed", "waits")


@dataclass(frozen=True, slots=True)
class FormPlace:
    """Where the form stands: its address, where leaving it leads and how that is called, and what it keeps.

    `posts`: choosing is sent with POST, too: on the customer's page, which has one address for all of it.
    """

    to: str
    back: str
    back_says: Translatable
    kept: Mapping[str, str] = field(default_factory=dict)
    posts: bool = False


def asked_act(visit: Visit, subject: AppointmentSubject) -> AppointmentAct | None:
    """What the form of a visit asks for; `None`: it is none, or what it changes is not there any more."""
    form, booked = visit.form, subject.booked
    what, act_id = ACTS.get(form.get("act", "")), form.get("press", "")
    start, name = moment_of(form.get("start", "")), form.get("service", "")
    if what is None or not act_id or (what != "book" and booked is None):
        return None
    if what in ("book", "move") and start is None:
        return None
    return AppointmentAct(
        what,
        name if booked is None else booked.service,
        f"{visit.signed.by} {act_id} {what} {start}",
        visit.signed.by,
        None if booked is None else held_of(booked),
        start,
        form.get("place", ""),
        form.get("reason", "").strip()[:REASON_MOST],
    )


def undo_of(
    context: ConsoleContext, subject: AppointmentSubject, act: AppointmentAct, place: FormPlace
) -> Undo | None:
    """Takes a move back of which the customer hears nothing; else they would be told twice."""
    booked, playbook = subject.booked, context.playbook()
    if act.what != "move" or booked is None or booked.service not in APPOINTMENTS.of(playbook):
        return None
    if heard_at_once(playbook, subject.contact, act, context.now()).messages:
        return None
    about = {"person": subject.part, "act": "move", "press": uuid.uuid4().hex}
    before = {"start": booked.start.isoformat(), "place": booked.place}
    return Undo(place.to, {**about, **before, **place.kept})


async def change_page(
    context: ConsoleContext,
    visit: Visit,
    subject: AppointmentSubject,
    values: Mapping[str, str],
    place: FormPlace,
    refused: StaffResult | None = None,
) -> RenderedPage:
    """The form for what these values ask: for a time where they have none, or that one was `refused`."""
    playbook, act = context.playbook(), values["act"]
    booked, zone, services = subject.booked, playbook.zone, APPOINTMENTS.of(playbook)
    start = None if refused is not None else moment_of(values.get("start", ""))
    wanted = values.get("place", "")
    offered: Sequence[BookableService] = [*services.values()]
    if start is not None and booked is None:
        offered = await services_at(context, start, wanted) or offered
    name = booked.service if booked is not None else values.get("service", "")
    service = services.get(name) or (offered[0] if len(offered) == 1 else None)
    data: dict[str, Any] = {
        "person": subject.part,
        "name": subject.contact.name or "",
        "act": act,
        "kept": place.kept,
        "services": offered,
        "service": service,
        "booked": None if booked is None else value_words(booked.start, zone),
        "with": "" if booked is None else booked.place,
        "press": uuid.uuid4().hex,
        "change": place.to,
        "method": "post" if place.posts else "get",
        "back": place.back,
        "back_says": place.back_says,
        "start": None if start is None else (start.isoformat(), value_words(start, zone)),
        "place": wanted,
        "in_week": "",
        "reason_most": REASON_MOST,
    }
    if service is not None and act != "cancel" and start is None:
        data |= await _times(context, subject, service, values)
    elif service is not None:
        held = None if booked is None else held_of(booked)
        reason = "" if act == "book" else "…"  # which is written below
        change = AppointmentAct(ACTS[act], service.name, "", visit.signed.by, held, start, wanted, reason)
        heard = heard_at_once(playbook, subject.contact, change, context.now())
        data |= shown_texts(visit.words, playbook, subject.contact, heard, is_masked=False)
    said = None if refused is None else SAID[refused]
    return RenderedPage("appointment_change.html", TITLES[act], data, 200 if said is None else 409, said)


async def services_at(context: ConsoleContext, start: datetime, place: str) -> Sequence[BookableService]:
    """Those of which one may begin then, there or (empty) anywhere. May raise `DatabaseUnavailable`."""
    playbook, now = context.playbook(), context.now()
    ledger, services = context.stores.of(Appointments), APPOINTMENTS.of(playbook).values()
    return [one for one in services if await startable(ledger, one, start, now, playbook.zone, place)]


async def _times(
    context: ConsoleContext,
    subject: AppointmentSubject,
    service: BookableService,
    values: Mapping[str, str],
) -> Mapping[str, object]:
    """The times of a day, and the days on which there are any; and the week, to choose there."""
    zone, booked = context.playbook().zone, subject.booked
    since = day_of(values.get("day", "")) or today(context.now(), zone)
    found = await free_days(
        *(context.stores.of(Appointments), service, since, context.now(), zone),
        *(values.get("place", ""), "" if booked is None else booked.id),
        by_staff=True,
    )
    days = [
        (
            *(one.day.isoformat(), WEEKDAYS[one.day.weekday()]),
            [(start.isoformat(), f"{local(start, zone):%H:%M}") for start in one.starts],
        )
        for one in found.days
    ]
    week = ShownWeek(since if booked is None else local(booked.start, zone).date())
    in_week = week.address(None, **{"booking" if booked is None else "moving": subject.part})
    return {"days": days, "since": since.isoformat(), "more": found.more, "in_week": in_week}
