"""Work for many gives way to a bot that runs: smaller batches, with pauses, no faster than it. M1, M2, J2"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.operations import bulk_batches
from bot.store.cluster.leases import Leases
from bot.store.database.mongo import Database
from bot.store.stores import Stores

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which was waited, where each look at the clock is 2 s later."""
    waited: list[float] = []
    clock = iter(range(0, 1_000, 2))

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(bulk_batches, "sleep", pause)
    monkeypatch.setattr(bulk_batches, "monotonic", lambda: float(next(clock)))
    return waited


async def sizes(stores: Stores) -> list[int]:
    """Of the batches of 23 items."""
    batches = [some async for some in bulk_batches.bulk_batches(range(23), 10, stores)]
    assert [one for some in batches for one in some] == list(range(23))
    return [len(some) for some in batches]


async def order(stores: Stores, number: int) -> list[str]:
    """So many people get an event of bulk work; its ids."""
    contacts = [f"main:U{n}" for n in range(number)]
    entries = [InboxEntry(f"main:{one}", "main", one, part_of(one), NOW, b"{}") for one in contacts]
    await stores.inbox_commit.store_bulk(entries)
    return [entry.id for entry in entries]


async def test_alone_nothing_is_waited_for(stores: Stores, pauses: list[float]) -> None:
    await order(stores, bulk_batches.AHEAD + 1)
    assert await sizes(stores) == [10, 10, 3]
    assert await bulk_batches.turns_left(stores) == bulk_batches.AHEAD + 1
    assert pauses == []


async def test_beside_a_bot_batches_are_small_with_pauses(
    database: Database, stores: Stores, pauses: list[float]
) -> None:
    await Leases(database, "bot").register()
    await order(stores, bulk_batches.AHEAD)
    assert await sizes(stores) == [2] * 11 + [1]
    assert len(pauses) == 12
    assert set(pauses) >= {2 * bulk_batches.PAUSE}


async def test_no_more_is_ordered_than_the_bot_keeps_up_with(
    database: Database, stores: Stores, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events whose turns are not taken: of a crowd that a downtime left, or whose keys are gone."""
    await Leases(database, "bot").register()
    ids = await order(stores, bulk_batches.AHEAD + 3)

    async def take_one(seconds: float) -> None:
        pauses.append(seconds)
        await stores.inbox.done([ids.pop()], range(256))

    monkeypatch.setattr(bulk_batches, "sleep", take_one)
    assert await bulk_batches.turns_left(stores, bulk_batches.AHEAD) == bulk_batches.AHEAD
    assert pauses == [bulk_batches.LOOK] * 3


async def test_what_no_bot_takes_holds_nobody_up_for_ever(
    database: Database, stores: Stores, pauses: list[float]
) -> None:
    await Leases(database, "bot").register()
    await order(stores, 2)
    assert await bulk_batches.turns_left(stores) == 2
    assert 0 < len(pauses) * bulk_batches.LOOK <= bulk_batches.PATIENCE
