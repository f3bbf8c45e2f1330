"""What is done for many begins nothing while somebody is served who comes first, and never waits for long."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.database import foreground_priority
from bot.store.database.bulk_operations import some_at_a_time
from bot.store.database.foreground_priority import ForegroundPriority
from bot.store.database.mongo import Database


async def spun() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Goes:
    """Goes of bulk work that begin, and end when a test says so."""

    def __init__(self, priority: ForegroundPriority, number: int) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()
        self._priority = priority
        self.tasks = [asyncio.create_task(self._go()) for _ in range(number)]

    async def _go(self) -> None:
        async with self._priority.bulk():
            self.begun += 1
            await self.may_end.wait()

    async def end(self) -> None:
        self.may_end.set()
        await asyncio.gather(*self.tasks)


async def test_the_many_go_all_at_once_where_nobody_comes_first() -> None:
    goes = Goes(ForegroundPriority(), 3)
    await spun()
    assert goes.begun == 3
    await goes.end()


async def test_the_many_go_one_at_a_time_where_somebody_came_lately() -> None:
    priority = ForegroundPriority()
    with priority.first():
        pass
    goes = Goes(priority, 3)
    await spun()
    assert goes.begun == 1
    await goes.end()
    assert goes.begun == 3


async def test_the_many_write_less_in_one_go_while_somebody_comes(database: Database) -> None:
    rows = list(range(1_001))
    assert [len(some) for some in some_at_a_time(database, rows)] == [250, 250, 250, 250, 1]
    with database.first():
        assert [len(some) for some in some_at_a_time(database, range(20))] == [16, 4]
        assert [len(some) for some in some_at_a_time(database, range(20), 9)] == [9, 9, 2]
    goes = some_at_a_time(database, rows)
    written = [*next(goes)]
    assert len(written) == 16, "somebody was there just now"
    database._priority._ended -= 2 * foreground_priority.LATELY
    assert len(some := next(goes)) == 250, "things are looked at each time"
    assert [*written, *some, *(row for more in goes for row in more)] == rows


async def test_the_many_wait_until_the_last_who_came_first_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreground_priority, "MOMENT", 1e6)
    priority = ForegroundPriority()
    with priority.first():
        with priority.first():
            goes = Goes(priority, 1)
            await spun()
        await spun()
        assert not goes.begun
    await goes.end()
    await priority.turn()


async def test_who_comes_first_without_a_pause_does_not_stop_the_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(foreground_priority, "MOMENT", 0.0)
    priority = ForegroundPriority()
    with priority.first():
        await Goes(priority, 3).end()


async def test_who_has_gone_on_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """For hours somebody may be there who comes first."""
    monkeypatch.setattr(foreground_priority, "MOMENT", 0.0)
    priority = ForegroundPriority()
    with priority.first():
        for _ in range(20):
            await priority.turn()
        leaving = Goes(priority, 2)
        await asyncio.sleep(0)
        for task in leaving.tasks:
            task.cancel()
        await asyncio.gather(*leaving.tasks, return_exceptions=True)
        assert priority._waiting == set()
        assert not priority._slot.locked()


async def test_what_failed_is_not_waited_for() -> None:
    priority = ForegroundPriority()
    with pytest.raises(ZeroDivisionError), priority.first():
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        async with priority.bulk():
            raise ZeroDivisionError
    await Goes(priority, 2).end()
