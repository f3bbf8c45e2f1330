"""The row that says that a process has the database open: it is written first, so that no restore begins
meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.store.backup.history import LIFE, Restores
from bot.store.unavailable import DatabaseUnavailable

AGAIN = LIFE / 6
"""Seconds between two writes of the row, which counts for `LIFE` seconds."""
_LEAVES_WITHIN = 1.5
"""Seconds that a process waits for the database as it ends."""


class OpenMark:
    """The row of this process, renewed as long as it has the database open."""

    def __init__(self, restores: Restores, process: str) -> None:
        self._restores = restores
        self._process = process
        self._renewing: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def set(self) -> None:
        """Write the row, and renew it from now on. Raises `DatabaseUnavailable`."""
        await self._restores.opened(self._process)
        self._renewing = asyncio.create_task(self._renew())

    async def remove(self) -> None:
        """Remove the row; where the database does not answer, it stops counting after 30 s."""
        if self._renewing is None:
            return
        self._renewing.cancel()
        with suppress(asyncio.CancelledError):
            await self._renewing
        with suppress(DatabaseUnavailable, TimeoutError):
            async with asyncio.timeout(_LEAVES_WITHIN):
                if self._writing is not None:  # else it would write the row again after us
                    await self._writing
                await self._restores.left(self._process)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(AGAIN)
            self._writing = asyncio.create_task(self._say_again())
            await asyncio.shield(self._writing)

    async def _say_again(self) -> None:
        with suppress(DatabaseUnavailable):  # the next time is soon
            await self._restores.opened(self._process)
