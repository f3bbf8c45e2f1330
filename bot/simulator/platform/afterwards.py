"""What LINE has taken and does a moment later, when the call is answered already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Afterwards:
    """Work that waits a little, as `wait` waits."""

    def __init__(self, wait: Callable[[float], Awaitable[None]]) -> None:
        self._wait = wait
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, seconds: float, work: Callable[[], None]) -> None:
        """Have it done after so many seconds."""

        async def after() -> None:
            await self._wait(seconds)
            work()

        task = asyncio.create_task(after())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Drop what is not done yet."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
