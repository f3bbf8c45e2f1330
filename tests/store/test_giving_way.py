"""What is done for many begins nothing while somebody is served who comes first, and never waits for long."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.database import giving_way
from bot.store.database.giving_way import GivingWay


async def _spun() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_many_begin_at_once_where_nobody_comes_first() -> None:
    await GivingWay().turn()


async def test_the_many_wait_until_the_last_who_came_first_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "MOMENT", 1e6)
    giving = GivingWay()
    with giving.first():
        with giving.first():
            waiting = asyncio.create_task(giving.turn())
            await _spun()
        await _spun()
        assert not waiting.done()
    await waiting
    await giving.turn()


async def test_who_comes_first_without_a_pause_does_not_stop_the_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(giving_way, "MOMENT", 0.0)
    giving = GivingWay()
    with giving.first():
        await giving.turn()


async def test_what_failed_is_not_waited_for() -> None:
    giving = GivingWay()
    with pytest.raises(ZeroDivisionError), giving.first():
        raise ZeroDivisionError
    await giving.turn()
