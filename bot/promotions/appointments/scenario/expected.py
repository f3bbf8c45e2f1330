"""Appointments that a scenario expects, and those that are made up for an outcome that is chosen (N5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.engine.times.local_time import today
from bot.model.contact import Contact
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.playbook.similar import not_one_of
from bot.playbook.syntax.nodes import Map, Node
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.slots import free_starts, may_change
from bot.promotions.appointments.model import (
    HELD_APPOINTMENTS,
    AppointmentRequest,
    CancelAppointment,
    MoveAppointment,
)
from bot.promotions.appointments.services.part import LEDGER
from bot.scenario.checks import NOTHING
from bot.scenario.expectations import listed
from bot.scenario.player import Player
from bot.scenario.reading import Reading, is_nothing_word, items, pairs, text
from bot.services.caller import Caller
from bot.services.promotions import Ports

ExpectedAppointments: TypeAlias = Sequence[tuple[datetime, str]]
"""All that are to come: when (UTC), and the service."""

A_DAY = timedelta(days=1)
_DAYS_AHEAD = 62
"""In which an appointment to be changed is made up, at the soonest moment at which that is still allowed."""


def expected(reading: Reading, node: Node) -> ExpectedAppointments:
    """Those that are expected to come."""
    if not isinstance(node, Map) and not is_nothing_word(node):
        reading.wrong(node, "bad-value", not_one_of(text(node), (NOTHING,)))
    found = list[tuple[datetime, str]]()
    for _, key, value in pairs(node):
        name = reading.name(key, "appointment", APPOINTMENTS.of(reading.playbook))
        moments = [reading.typed(one, "appointments", "date_time") for one in items(value)]
        found += [(one, name) for one in moments if name is not None and isinstance(one, datetime)]
    return sorted(found)


def differs(player: Player, wanted: ExpectedAppointments, contact: Contact) -> Iterator[Translatable]:
    """The difference in what is to come."""
    coming = sorted(
        (one.start, one.service) for one in HELD_APPOINTMENTS.of(contact) if one.start > player.now
    )
    if wanted == coming:
        return

    def said(all_: ExpectedAppointments) -> TranslatableValue:
        return listed([f"{name} {formatted(start, None, player.playbook.zone)}" for start, name in all_])

    yield tr(
        "appointments to come: expected {expected}, there are {found}",
        expected=said(wanted),
        found=said(coming),
    )


async def prepare(ports: Ports, playbook: Playbook, request: Any, caller: Caller, result: str) -> None:
    """Book what is to be changed, where the person has nothing of the kind."""
    if not isinstance(request, MoveAppointment | CancelAppointment) or result not in ("moved", "cancelled"):
        return
    service, zone, ledger = (
        APPOINTMENTS.of(playbook).get(request.appointment),
        playbook.zone,
        LEDGER.of(ports),
    )
    coming = await ledger.of_person(caller.contact, caller.at)
    if service is None or any(one.service == service.name for one in coming):
        return
    days = (today(caller.at + A_DAY * ahead, zone) for ahead in range(_DAYS_AHEAD))
    starts = (one for day in days for one in free_starts(service, day, {}, caller.at, zone, by_staff=True))
    start = next((one for one in starts if may_change(service, one, caller.at, zone)), None)
    if start is not None:
        asked = AppointmentRequest(f"made up {caller.id}", caller.contact, caller.at, start, by_staff=True)
        await ledger.book(service, asked, zone)
