"""The database away, and back: what may have been written meanwhile is read again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.model.clock import PatientClock
from bot.runtime.given import Health
from bot.runtime.metrics import Metrics
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.runtime")

BETWEEN_ATTEMPTS = 0.2
"""Seconds between two attempts to reach it."""


class DatabaseAway:
    """Finds out, after a write that failed, whether the database is there, and waits until it is."""

    def __init__(
        self,
        health: Health,
        reread: Callable[[], Awaitable[None]],
        on_back: Callable[[], None],
        clock: PatientClock,
        metrics: Metrics,
        troubles: dict[str, str],
    ) -> None:
        """`reread` reads what is stored and not done; `on_back` is told; `troubles` says it meanwhile."""
        self._health = health
        self._reread = reread
        self._on_back = on_back
        self._clock = clock
        self._metrics = metrics
        self._troubles = troubles
        self._recovering: asyncio.Task[None] | None = None

    def suspect(self) -> None:
        """A write failed, and may have been made all the same."""
        if self._recovering is None or self._recovering.done():
            self._recovering = asyncio.create_task(self._recover(), name="recover")

    async def recovered(self) -> None:
        """Return when the database, found to be away, is back and everything stored is known again."""
        self.suspect()
        if self._recovering is not None:
            await asyncio.shield(self._recovering)

    async def stop(self) -> None:
        """Look no more."""
        if self._recovering is not None:
            self._recovering.cancel()
            await asyncio.gather(self._recovering, return_exceptions=True)

    async def _recover(self) -> None:
        self._metrics.store_failures.inc()
        while True:
            try:
                await self._health.ping()
                await self._reread()
            except DatabaseUnavailable as error:
                if "database" not in self._troubles:
                    log.warning("the database is away: %s", error)
                self._troubles["database"] = "the database is away"
                await self._attempt_repair()
            else:
                if self._troubles.pop("database", None) is not None:
                    log.warning("the database is back")
                self._on_back()
                return

    async def _attempt_repair(self) -> None:
        try:
            await self._health.repair()
        except DatabaseUnavailable as error:
            log.warning("%s", error)
        await self._clock.wait(BETWEEN_ATTEMPTS)
