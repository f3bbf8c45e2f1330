"""That this process has its database open: it is said first, so that no restore begins beside it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.store.backup.history import LIFE, Restores
from bot.store.unavailable import DatabaseUnavailable

AGAIN = LIFE / 6
"""Seconds between two times."""
_LEAVES_WITHIN = 1.5
"""Seconds for which the end of a process waits for a database that does not answer."""


class OpenMark:
    """Set as long as the database is open here."""

    def __init__(self, restores: Restores, process: str) -> None:
        self._restores = restores
        self._process = process
        self._renewing: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def set(self) -> None:
        """From now on. Raises `DatabaseUnavailable`."""
        await self._restores.opened(self._process)
        self._renewing = asyncio.create_task(self._renew())

    async def remove(self) -> None:
        """It is closed; a database that does not answer forgets it by itself, after 30 s."""
        if self._renewing is None:
            return
        self._renewing.cancel()
        with suppress(asyncio.CancelledError):
            await self._renewing
        with suppress(DatabaseUnavailable, TimeoutError):
            async with asyncio.timeout(_LEAVES_WITHIN):
                if self._writing is not None:  # which would set it once more, behind us
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
