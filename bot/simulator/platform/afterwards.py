"""What LINE has taken and does a moment later, when the call is answered already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.model.clock import Clock


class Afterwards:
    """Work that waits a little, as `wait` waits, by this clock."""

    def __init__(self, wait: Callable[[float], Awaitable[None]], clock: Clock) -> None:
        self._wait = wait
        self._clock = clock
        self._tasks: dict[asyncio.Task[None], datetime] = {}

    def do(self, seconds: float, work: Callable[[], None]) -> None:
        """Have it done after so many seconds."""

        async def after() -> None:
            await self._wait(seconds)
            work()

        task = asyncio.create_task(after())
        self._tasks[task] = self._clock.now() + timedelta(seconds=seconds)
        task.add_done_callback(self._tasks.pop)

    @property
    def last(self) -> datetime | None:
        """When all that was taken is done; `None`: it is."""
        return max(self._tasks.values(), default=None)

    async def stop(self) -> None:
        """Drop what is not done yet."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
