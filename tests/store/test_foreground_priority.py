"""What is done for many begins nothing while somebody is served who comes first, and never waits for long."""

from __future__ import annotations

import asyncio
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bot.store.database import foreground_priority
from bot.store.database.bulk_operations import some_at_a_time
from bot.store.database.foreground_priority import ForegroundPriority
from bot.store.database.mongo import Database


class Clocked:
    """asyncio, but for its loop's clock."""

    now = 1_000.0

    def __init__(self, real: ModuleType) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_running_loop(self) -> Any:
        return SimpleNamespace(time=lambda: Clocked.now)


async def _spun() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_many_begin_at_once_where_nobody_comes_first() -> None:
    await ForegroundPriority().turn()


async def test_the_many_write_less_in_one_go_while_somebody_comes_alone(database: Database) -> None:
    def sizes(rows: int, most: int | None = None, *, is_light: bool = False) -> list[int]:
        return [len(some) for some in some_at_a_time(database, range(rows), most, is_light=is_light)]

    assert sizes(1_001) == [250, 250, 250, 250, 1]
    with database.first():
        assert sizes(20) == [16, 4]
        assert sizes(12, is_light=True) == [5, 5, 2]
        assert sizes(1_600, is_light=True) == [32] * 50
        assert sizes(1_600) == [100] * 16, "all of it gets written, however much there is"
        assert max(sizes(100_000)) == 250
        assert sizes(1_600, most=50) == [50] * 32
    rows = list(range(1_001))
    goes = some_at_a_time(database, rows)
    written = [*next(goes)]
    assert len(written) == 62, "somebody was there just now"
    database._giving_way._ended -= 2 * foreground_priority.LATELY
    assert len(some := next(goes)) == 250, "things are looked at each time"
    assert [*written, *some, *(row for more in goes for row in more)] == rows


async def test_the_many_wait_until_the_last_who_came_first_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreground_priority, "MOMENT", 1e6)
    giving = ForegroundPriority()
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
    monkeypatch.setattr(foreground_priority, "MOMENT", 0.0)
    giving = ForegroundPriority()
    with giving.first():
        await giving.turn()


async def test_who_has_gone_on_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """For hours somebody may be there who comes first."""
    monkeypatch.setattr(foreground_priority, "MOMENT", 0.0)
    giving = ForegroundPriority()
    with giving.first():
        for _ in range(20):
            await giving.turn()
        leaving = asyncio.create_task(giving.turn())
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert giving._waiting == set()


async def test_the_many_rest_the_longer_the_longer_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that the test moves: nobody waits for a real moment."""
    monkeypatch.setattr(foreground_priority, "asyncio", Clocked(asyncio))
    monkeypatch.setattr(foreground_priority, "LONGEST_REST", 0.03)
    giving = ForegroundPriority()
    assert giving.rest == 0.0

    def served(seconds: float, times: int) -> float:
        for _ in range(times):
            with giving.first():
                Clocked.now += seconds
        return giving.rest

    assert served(0.002, 50) == 0.0
    little = served(0.008, 50)
    assert 0.0 < little < foreground_priority.LONGEST_REST
    assert served(5.0, 50) == foreground_priority.LONGEST_REST
    Clocked.now += foreground_priority.LATELY + 0.1  # nobody has come since
    assert giving.rest == 0.0


async def test_what_failed_is_not_waited_for() -> None:
    giving = ForegroundPriority()
    with pytest.raises(ZeroDivisionError), giving.first():
        raise ZeroDivisionError
    await giving.turn()
