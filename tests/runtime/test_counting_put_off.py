"""H7: counting is put off while people wait for their turns, and not for ever."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.runtime.limits.counting import EVERY, PUT_OFF, Counting
from bot.store.counters.counts import Counts
from tests.conftest import ManualClock


class Fold:
    """Counts that say how often they were asked to count."""

    def __init__(self) -> None:
        self.times = 0

    async def fold_all(self) -> None:
        self.times += 1


async def test_a_rush_puts_counting_off_for_a_while(clock: ManualClock) -> None:
    fold, rushed = Fold(), [False]
    counting = Counting(cast("Counts", fold), lambda part: True, clock, lambda: rushed[0])
    running = asyncio.create_task(counting.run())

    async def looks(number: int) -> int:
        before = fold.times
        for _ in range(number):
            await clock.waited_for()
            clock.advance(EVERY)
        await clock.waited_for()
        return fold.times - before

    assert await looks(2) == 2
    rushed[0] = True
    assert await looks(PUT_OFF) == 0
    assert await looks(1) == 1
    assert await looks(3) == 0
    rushed[0] = False
    assert await looks(1) == 1
    running.cancel()
    await asyncio.wait([running])
