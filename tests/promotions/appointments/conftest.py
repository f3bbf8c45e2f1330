"""The ledger of appointments and who waits for a place, in memory and in MongoDB."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.promotions.appointments.scenario.memory import AppointmentsInMemory, WishesInMemory
from bot.promotions.appointments.services.booking import AppointmentLedger, WishLedger
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.store.stores import Stores
from tests.services.members import Contacts, InMemory
from tests.web.admin.conftest import _function_scoped_runner

__all__ = ["_function_scoped_runner"]


@pytest.fixture
def ledger(contacts: Contacts, mongodb: Stores | None) -> AppointmentLedger:
    """Of appointments: nothing is booked."""
    if mongodb is not None:
        return mongodb.of(Appointments)
    assert isinstance(contacts, InMemory)
    return AppointmentsInMemory(contacts.directory.id_of)


@pytest.fixture
def wishes(contacts: Contacts, mongodb: Stores | None) -> WishLedger:
    """Nobody waits for a place. In memory an offer lapses as a test says, as in MongoDB."""
    if mongodb is not None:
        return mongodb.of(PlaceWishes)
    assert isinstance(contacts, InMemory)
    return WishesInMemory(contacts.directory.id_of, lambda service: timedelta(minutes=30))
