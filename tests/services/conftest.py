"""Both implementations of each port: in memory, as scenarios have it, and in MongoDB."""

from __future__ import annotations

from typing import Literal, TypeAlias

import pytest

World: TypeAlias = Literal["memory", "mongodb"]


@pytest.fixture(params=["memory", "mongodb"])
def world(request: pytest.FixtureRequest) -> World:
    """Where a port's implementation has its truth."""
    found: World = request.param
    return found
