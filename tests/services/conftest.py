"""Both implementations of each port: in memory, as scenarios have it, and in MongoDB."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import pytest

from bot.promotions.appointments.scenario.memory import AppointmentsInMemory, WishesInMemory
from bot.promotions.appointments.services.booking import AppointmentLedger, WishLedger
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.services.members import Contacts, InMemory, InMongoDB, Members

World: TypeAlias = Literal["memory", "mongodb"]


@pytest.fixture(params=["memory", "mongodb"])
def world(request: pytest.FixtureRequest) -> World:
    """Where a port's implementation has its truth."""
    found: World = request.param
    return found


@pytest.fixture
def mongodb(world: World, request: pytest.FixtureRequest) -> Stores | None:
    """The stores; `None`: it is in memory."""
    stores: Stores | None = None if world == "memory" else request.getfixturevalue("stores")
    return stores


@pytest.fixture
def contacts(mongodb: Stores | None) -> Contacts:
    """Nobody yet."""
    return InMemory() if mongodb is None else InMongoDB(mongodb)


@pytest.fixture
def members(contacts: Contacts, clock: ManualClock) -> Members:
    """A shop with one member, who has bound nothing yet."""
    return Members(contacts, clock)


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
