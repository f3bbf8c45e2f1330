"""Both implementations of each port: in memory, as scenarios have it, and in MongoDB."""

from __future__ import annotations

from typing import Literal, TypeAlias

import pytest

from tests.conftest import ManualClock
from tests.services.members import Contacts, InMemory, InMongoDB, Members

World: TypeAlias = Literal["memory", "mongodb"]


@pytest.fixture(params=["memory", "mongodb"])
def world(request: pytest.FixtureRequest) -> World:
    """Where a port's implementation has its truth."""
    found: World = request.param
    return found


@pytest.fixture
def contacts(world: World, request: pytest.FixtureRequest) -> Contacts:
    """Nobody yet."""
    return InMemory() if world == "memory" else InMongoDB(request.getfixturevalue("stores"))


@pytest.fixture
def members(contacts: Contacts, clock: ManualClock) -> Members:
    """A shop with one member, who has bound nothing yet."""
    return Members(contacts, clock)
