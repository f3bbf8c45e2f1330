"""What is for many goes one at a time while webhooks come: later, and nothing lost, twice or too soon."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.store.database import foreground_priority
from bot.store.database.foreground_priority import ForegroundPriority
from tests.runtime.shop import Shop, token

PEOPLE = [f"U{number}" for number in range(40)]
"""More than are read or written as one is (`contacts.FEW`)."""
TOGETHER = 4
"""Events of a webhook that comes first (`arrivals.FEW`)."""


@pytest.fixture
def goes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Whatever is for many goes one at a time, always; how many were under way when each began."""
    monkeypatch.setattr(foreground_priority, "LATELY", math.inf)
    noted, under_way = list[int](), 0
    bulk = ForegroundPriority.bulk

    @asynccontextmanager
    async def counted(priority: ForegroundPriority) -> AsyncIterator[None]:
        nonlocal under_way
        async with bulk(priority):
            under_way += 1
            noted.append(under_way)
            try:
                yield
            finally:
                under_way -= 1

    monkeypatch.setattr(ForegroundPriority, "bulk", counted)
    return noted


async def test_who_waits_loses_nothing_and_does_nothing_twice(shop: Shop, goes: list[int]) -> None:
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
    assert set(goes) == {1}
