"""Notices that the database is away, waits until it is back, and has events read again that may have been
stored meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.translatable import tr
from bot.runtime.metrics import Metrics
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.runtime")

BETWEEN_ATTEMPTS = 0.2
"""Seconds between two attempts to reach it."""

ANSWER = 2.0
"""Seconds that it may take to say that it is there: the driver would wait for one that hangs for eight, and
looks for one that is not there for one and a half, before it says why."""


class Health(Protocol):
    """Whether MongoDB is there, and how it is brought back: `bot.store.stores.DatabaseHealth`."""

    async def ping(self) -> None: ...
    async def repair(self) -> None: ...


@dataclass(eq=False, repr=False)
class DatabaseAway:
    """Finds out, after a write that failed, whether the database is there, and waits until it is.

    `reread` reads events that are not done; `on_back` is called afterwards; `troubles` reports it
    meanwhile.
    """

    _health: Health
    _reread: Callable[[], Awaitable[None]]
    _on_back: Callable[[], None]
    _clock: PatientClock
    _metrics: Metrics
    _troubles: dict[str, str]
    patience: float = ANSWER
    _beyond_repair: str = field(init=False, default="")  # the reason that was logged last
    _recovering: asyncio.Task[None] | None = field(init=False, default=None)
    _once_more: bool = field(init=False, default=False)
    _looking: asyncio.Task[None] | None = field(init=False, default=None)

    def look(self) -> None:
        """Check whether the database is there: a caller has given up waiting for it."""
        if _is_over(self._recovering) and _is_over(self._looking):
            self._looking = asyncio.create_task(self._look(), name="look for the database")

    async def _look(self) -> None:
        try:
            await self._ping()
        except DatabaseUnavailable:
            self.suspect()

    def suspect(self) -> None:
        """To be called when a write failed, which may have been made all the same: begin to recover."""
        if not _is_over(self._recovering):
            self._once_more = True  # perhaps it was made after it has been read what there is
            return
        self._once_more = False
        self._recovering = asyncio.create_task(self._recover(), name="recover")
        self._recovering.add_done_callback(self._recovered)

    def _recovered(self, recovering: asyncio.Task[None]) -> None:
        if self._once_more and not recovering.cancelled():
            self.suspect()

    async def recovered(self) -> None:
        """Return when the database, found to be away, is back and everything stored is known again."""
        if _is_over(self._recovering):
            self.suspect()
        if self._recovering is not None:
            await asyncio.shield(self._recovering)

    async def stop(self) -> None:
        """Look no more."""
        tasks = [task for task in (self._looking, self._recovering) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _recover(self) -> None:
        self._metrics.store_failures.inc()
        while True:
            try:
                await self._ping()
                await self._reread()
            except DatabaseUnavailable as error:
                if "database" not in self._troubles:
                    log.warning("the database is away: %s", error)
                self._troubles["database"] = "the database is away"
                await self._attempt_repair()
            else:
                self._beyond_repair = ""
                if self._troubles.pop("database", None) is not None:
                    log.warning("the database is back")
                self._on_back()
                return

    async def _ping(self) -> None:
        try:
            async with asyncio.timeout(self.patience):
                await self._health.ping()
        except TimeoutError:
            raise DatabaseUnavailable(
                tr("MongoDB does not answer within {seconds} s", seconds=f"{self.patience:g}")
            ) from None

    async def _attempt_repair(self) -> None:
        try:
            await self._health.repair()
        except DatabaseUnavailable as error:
            if str(error) != self._beyond_repair:
                log.warning("%s", error)
            self._beyond_repair = str(error)
        await self._clock.wait(BETWEEN_ATTEMPTS)


def _is_over(task: asyncio.Task[None] | None) -> bool:
    return task is None or task.done()
