"""The parts that all work on many people is made of: looks, pages, pauses after refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.bulk import LOOK, OTHERS_KNOW, Backoff, OwnerLooks, keep_looking, pages
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock


@dataclass
class Looks:
    """Counts looks, and lets a test wait for the next one. `away`: so many find no database."""

    away: int = 0
    done: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self) -> None:
        self.done += 1
        self.came.set()
        if self.done <= self.away:
            raise DatabaseUnavailable("away")

    async def next(self) -> None:
        async with asyncio.timeout(30):
            await self.came.wait()
        self.came.clear()


async def while_it_runs(work: Awaitable[None], test: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(work)
    try:
        await test()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_database_that_is_away_ends_one_look_only(clock: ManualClock) -> None:
    looks, woken = Looks(away=1), asyncio.Event()

    async def test() -> None:
        await looks.next()
        await clock.waited_for()
        clock.advance(5)
        await looks.next()
        await clock.waited_for()
        woken.set()  # and at once, where there is news
        await looks.next()
        assert looks.done == 3

    await while_it_runs(keep_looking(looks.look, clock, 5.0, woken), test)


async def test_the_owner_looks_when_something_is_another_and_once_more(clock: ManualClock) -> None:
    seen, owned = ["a"], [True]

    def rests() -> bool:
        return looks.is_at_rest

    looks = OwnerLooks(lambda: seen[0], lambda part: owned[0], clock)
    counted = Looks()

    async def look() -> None:
        looks.times.scanned(seen[0], clock.now(), None)
        await counted.look()

    async def pass_by() -> None:
        await clock.waited_for()
        clock.advance(LOOK)

    async def test() -> None:
        await counted.next()
        assert rests()
        await clock.waited_for()
        clock.advance(OTHERS_KNOW.total_seconds())
        await counted.next()  # turns that were decided before the first look are written by now
        await pass_by()
        await clock.waited_for()
        seen[0] = "b"
        assert not rests()
        clock.advance(LOOK)
        await counted.next()
        owned[0] = False
        assert rests(), "another process does it"
        await pass_by()
        await clock.waited_for()
        owned[0] = True
        assert not rests(), "whoever was the owner meanwhile has seen other things"
        assert counted.done == 3

    await while_it_runs(looks.run(look), test)


@given(st.lists(st.integers(0, 999), unique=True), st.integers(1, 7), st.integers(0, 999))
def test_pages_hold_everybody_behind_an_id_once(ids: list[int], most: int, after: int) -> None:
    people = sorted(f"{one:03}" for one in ids)

    async def find(after: str) -> list[str]:
        return [one for one in people if one > after][:most]

    async def all_found() -> list[str]:
        return [one async for page in pages(find, str, f"{after:03}") for one in page]

    assert asyncio.run(all_found()) == [one for one in people if one > f"{after:03}"]


def test_each_refusal_in_a_row_is_left_alone_for_longer() -> None:
    refused, now, before = Backoff(), NOW, timedelta(0)
    assert refused.may(now)
    for number in range(1, 6):
        assert refused.failed(now) == (number == 1), "the first is told"
        assert refused.not_before is not None
        assert not refused.may(now)
        assert refused.not_before - now > before
        before, now = refused.not_before - now, refused.not_before
        assert refused.may(now)
    assert refused.went_well() == 5
    assert refused.went_well() == 0
    assert refused.may(NOW)
