"""Appointments of scenarios (N5)."""

from __future__ import annotations

from datetime import datetime

from bot.promotions.appointments.scenario.memory import AppointmentsInMemory, WishesInMemory
from bot.promotions.appointments.services.part import LEDGER, WISHES
from bot.promotions.appointments.services.waiting_list import turn_of
from bot.scenario.promotions import MemoryContext, ScenarioPart
from bot.services.promotions import Ports


def _ports(context: MemoryContext) -> Ports:
    wishes = WishesInMemory(context.id_of, lambda service: turn_of(context.playbook(), service))
    return {LEDGER: AppointmentsInMemory(context.id_of), WISHES: wishes}


def _next_due(ports: Ports, until: datetime) -> datetime | None:
    wishes = WISHES.of(ports)
    assert isinstance(wishes, WishesInMemory)
    return wishes.next_lapse(until)


PART = ScenarioPart(_ports, _next_due)
