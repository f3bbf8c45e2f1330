"""Work for many gives way to a bot that runs: smaller batches, and a pause after each. M1, M2, J2"""

from __future__ import annotations

import pytest

from bot.operations import bulk_batches
from bot.store.cluster.leases import Leases
from bot.store.database.mongo import Database


async def sizes(leases: Leases, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], list[float]]:
    """Of the batches of 23 items, and the pauses between them, where each batch takes 2 s."""
    pauses: list[float] = []
    clock = iter(range(0, 100, 2))

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(bulk_batches, "sleep", pause)
    monkeypatch.setattr(bulk_batches, "monotonic", lambda: float(next(clock)))
    batches = [some async for some in bulk_batches.bulk_batches(range(23), 10, leases)]
    assert [one for some in batches for one in some] == list(range(23))
    return [len(some) for some in batches], pauses


async def test_alone_nothing_is_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await sizes(Leases(database, ""), monkeypatch) == ([10, 10, 3], [])


async def test_beside_a_bot_batches_are_small_with_pauses(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Leases(database, "bot").register()
    numbers, pauses = await sizes(Leases(database, ""), monkeypatch)
    assert numbers == [2] * 11 + [1]
    assert pauses == [2 * bulk_batches.PAUSE] * 12
