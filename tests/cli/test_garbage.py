"""Nobody waits while garbage is looked for, and it is let go all the same. D1."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cli.run import garbage
from bot.cli.run.garbage import FEW, MANY, MOMENT, seldom_collected
from tests.eventually import PATIENCE


class Knot:
    """One that holds itself: nobody but the collector lets it go."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What is set for a process that serves ends with the test; all is set aside, as the tests have it."""
    usual = gc.get_threshold()
    gc.collect(0)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.freeze()


@pytest.fixture
def looked() -> Iterator[list[int]]:
    """Which generations were looked through."""
    seen: list[int] = []

    def told(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(told)
    try:
        yield seen
    finally:
        gc.callbacks.remove(told)


class Moments:
    """A clock whose time passes a moment at a time."""

    def __init__(self) -> None:
        self._over, self._looked = asyncio.Event(), asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def wait(self, seconds: float) -> None:
        assert seconds == MOMENT
        self._looked.set()
        await self._over.wait()
        self._over.clear()

    async def one(self) -> None:
        """Return when it is over, and was made use of."""
        self._looked.clear()
        self._over.set()
        await asyncio.wait_for(self._looked.wait(), PATIENCE)

    @asynccontextmanager
    async def of_a_process(self) -> AsyncIterator[None]:
        """As long as this lasts, one serves."""
        looking = asyncio.create_task(seldom_collected(self))
        await asyncio.wait_for(self._looked.wait(), PATIENCE)
        try:
            yield
        finally:
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking


async def test_what_is_kept_is_not_looked_through(looked: list[int]) -> None:
    """People who come by the thousand are kept in memory: of each some forty objects."""
    moments, kept = Moments(), []
    async with moments.of_a_process():
        for _ in range(8):
            kept.append([[number] for number in range(MANY // 4)])
            await moments.one()
        assert looked == []
    assert sum(map(len, kept)) == 2 * MANY


async def test_little_of_it_is_looked_through_at_once(looked: list[int]) -> None:
    moments = Moments()
    async with moments.of_a_process():
        knot = weakref.ref(Knot())
        assert knot() is not None
        await moments.one()
        assert knot() is None
        assert looked == [0]


async def test_what_was_set_aside_is_let_go_with_the_next_sweep(
    looked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "SWEEP", 3)
    moments = Moments()
    async with moments.of_a_process():
        knot = weakref.ref(Knot())
        much = [[number] for number in range(2 * FEW)]
        await moments.one()
        await moments.one()
        assert knot() is not None, "it was too much to be looked through"
        await moments.one()
        assert knot() is None
        assert looked[-1] == 2
    assert len(much) == 2 * FEW


async def test_a_sweep_is_not_the_last(looked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "SWEEP", 2)
    moments = Moments()
    async with moments.of_a_process():
        for _ in range(4):
            await moments.one()
    assert [generation for generation in looked if generation] == [2, 2]


async def test_much_is_not_set_aside_for_an_hour(looked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that never rests leaves behind has an end, too."""
    monkeypatch.setattr(garbage, "MOST", 5 * FEW)
    moments, kept = Moments(), []
    async with moments.of_a_process():
        knot = weakref.ref(Knot())
        for _ in range(2):
            kept.append([[number] for number in range(3 * FEW)])
            assert knot() is not None
            await moments.one()
        assert looked == [2]
        assert knot() is None
    assert kept


async def test_more_than_that_in_one_moment_is_looked_through(looked: list[int]) -> None:
    """Where nothing is set aside, for the loop stands still: memory is not without an end."""
    moments = Moments()
    async with moments.of_a_process():
        kept = [[number] for number in range(MANY + FEW)]
        assert looked == [0]
    assert kept
