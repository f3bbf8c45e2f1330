"""Storing what LINE delivers while the database hangs: everybody is told in time, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence, Set

import pytest

from bot.model.inbox import InboxEntry
from bot.model.stored import TurnWrite
from bot.runtime.ports import ArrivalStore
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.runtime.shop import Shop

pytestmark = pytest.mark.both_ways

SOON = 0.05


class Hanging:
    """A database that answers when it is told to."""

    def __init__(self, real: ArrivalStore) -> None:
        self.real = real
        self.answers = asyncio.Event()

    async def store(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool] = lambda: True,
    ) -> tuple[set[str], set[str]]:
        await self.answers.wait()
        return await self.real.store(entries, foreign, turns, are_young)

    async def known(self, ids: Collection[str]) -> set[str]:
        return await self.real.known(ids)

    async def wake_owners(self, entries: Sequence[InboxEntry]) -> None:
        await self.real.wake_owners(entries)


async def test_everybody_is_told_in_time_while_a_write_hangs(shop: Shop) -> None:
    """A8: also who comes after others have given up waiting for the same next write."""
    bot = await shop.opens()
    receiver = bot.runtime.receiver
    hanging = receiver._inbox_commit = Hanging(receiver._inbox_commit)
    looked: list[None] = []
    receiver._on_late = lambda: looked.append(None)
    events = [shop.says(f"U{n}") for n in range(4)]
    for event in events[:3]:
        with pytest.raises(DatabaseUnavailable):
            async with asyncio.timeout(PATIENCE):
                await receiver.store([event], SOON)
    assert len(looked) == 3, "each time it is looked whether the database is there at all"
    hanging.answers.set()
    await receiver.store([events[3]], 60)
    await shop.answered(*events)


async def test_who_has_less_time_neither_hurries_others_nor_waits_with_them(shop: Shop) -> None:
    """Whoever comes first: all three wait for the same write."""
    bot = await shop.opens()
    receiver = bot.runtime.receiver
    hanging = receiver._inbox_commit = Hanging(receiver._inbox_commit)
    events = [shop.says(f"U{n}") for n in range(3)]
    begun = [
        receiver.begin([event], seconds) for event, seconds in zip(events, (SOON, 60, SOON * 2), strict=True)
    ]
    for one in (begun[0], begun[2]):
        with pytest.raises(DatabaseUnavailable):
            async with asyncio.timeout(PATIENCE):
                await one
    assert not begun[1].done()
    hanging.answers.set()
    async with asyncio.timeout(PATIENCE):
        await begun[1]
    await shop.answered(*events)
