"""Both implementations of each port: in memory, as scenarios have it, and in MongoDB."""

from __future__ import annotations

from typing import Literal, TypeAlias

import pytest

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
