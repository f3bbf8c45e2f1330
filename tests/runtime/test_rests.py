"""What is for many rests while webhooks wait for the database: later, and nothing lost, twice or too soon."""

from __future__ import annotations

import asyncio
import math
from types import ModuleType
from typing import Any

import pytest

from bot.store.database import foreground_priority
from tests.runtime.shop import Shop, token

PEOPLE = [f"U{number}" for number in range(40)]
"""More than are read or written as one is (`contacts.FEW`)."""
TOGETHER = 4
"""Events of a webhook that comes first (`arrivals.FEW`)."""


class Resting:
    """asyncio, but for sleeping: that lasts for as long as the database takes to answer, and is noted."""

    def __init__(self, real: ModuleType, shop: Shop) -> None:
        self._real, self._shop = real, shop
        self.rests: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        await self._shop.database.ping()


@pytest.fixture
def resting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Resting:
    """Whatever is for many rests each time, for as long as it ever does."""
    resting = Resting(asyncio, shop)
    monkeypatch.setattr(foreground_priority, "asyncio", resting)
    monkeypatch.setattr(foreground_priority, "LONGEST_REST", 0.03)
    monkeypatch.setattr(foreground_priority, "FINE", -1.0)
    monkeypatch.setattr(foreground_priority, "LATELY", math.inf)
    return resting


async def test_who_rests_loses_nothing_and_does_nothing_twice(shop: Shop, resting: Resting) -> None:
    """A2, A8: in webhooks that come first and in one of many; and while the parts go to another process."""
    first, second = await shop.two()
    rounds = [[shop.says(user) for user in PEOPLE] for _ in range(3)]
    await asyncio.gather(
        *(first.hear(*rounds[0][n : n + TOGETHER]) for n in range(0, len(PEOPLE), TOGETHER)),
        second.hear(*rounds[1]),
    )
    await first.hear(*rounds[2])
    await first.runtime.stop()  # as for an update, in the middle of it all
    shop.bots.remove(first)
    said = [event for events in rounds for event in events]
    await shop.answered(*said)
    assert sorted(shop.line.answered) == sorted(map(token, said))
    for number, user in enumerate(PEOPLE):
        assert len(await shop.taken(user)) == len(set(await shop.taken(user))) == 3
        theirs = [token(events[number]) for events in rounds]
        told = [one for one in shop.line.answered if one in theirs]
        assert told.index(theirs[2]) == 2, "what came last is answered last"
    assert resting.rests
    assert set(resting.rests) == {0.03}
