"""Figures for pages whose counting reads many people: one task for all who ask, and not over and over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Generic, TypeVar

from bot.store.unavailable import DatabaseUnavailable

AT_ONCE = 0.5
"""Seconds for which somebody waits: what is counted by then they see, else what was counted before."""
SHARE = 20
"""Figures are as good as new for so many times as long as counting them took …"""
CHEAP = 0.05
"""… unless that was less than these seconds: then they are counted each time."""
MOST = 500
"""Figures that are remembered: of what nobody asks for any more the oldest goes."""

log = logging.getLogger("oaflow.admin")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recent(Generic[T]):
    """What was counted, when that was begun, and until when nobody counts it again (by `monotonic`)."""

    value: T
    at: datetime
    until: float


class RecentFigures(Generic[T]):
    """Counts by a key, one after the other."""

    def __init__(
        self,
        count: Callable[[str, int], Awaitable[T]],
        now: Callable[[], datetime],
        *,
        at_once: float = AT_ONCE,
    ) -> None:
        """`count` is given a name and days, and may raise `DatabaseUnavailable`."""
        self._count = count
        self._now = now
        self._at_once = at_once
        self._one = asyncio.Lock()
        self._known: dict[tuple[str, int, str], Recent[T]] = {}
        self._counting: dict[tuple[str, int, str], asyncio.Task[Recent[T]]] = {}

    async def of(self, name: str, days: int, version: str) -> Recent[T] | None:
        """The figures, as this version of the playbook has them; `None`: they are being counted.

        Raises `DatabaseUnavailable`.
        """
        key = (name, days, version)
        known = self._known.get(key)
        if known is not None and monotonic() < known.until:
            return known
        counting = self._counting.get(key)
        if counting is None:
            counting = self._counting[key] = asyncio.create_task(self._counted(name, days))
            counting.add_done_callback(lambda done: self._done(key, done))
        await asyncio.wait({counting}, timeout=self._at_once)
        return counting.result() if counting.done() else known

    async def close(self) -> None:
        """Count no more."""
        under_way = list(self._counting.values())
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _counted(self, name: str, days: int) -> Recent[T]:
        async with self._one:
            at, began = self._now(), monotonic()
            value = await self._count(name, days)
        ended = monotonic()
        took = ended - began
        return Recent(value, at, ended + SHARE * took if took >= CHEAP else ended)

    def _done(self, key: tuple[str, int, str], done: asyncio.Task[Recent[T]]) -> None:
        del self._counting[key]
        if done.cancelled():
            return
        error = done.exception()
        if isinstance(error, DatabaseUnavailable):
            log.warning("figures of a flow could not be counted: %s", error)
        if error is None:
            self._known.pop(key, None)
            self._known[key] = done.result()
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
