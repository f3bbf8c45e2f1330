"""Figures for pages whose counting reads many people: one task for all who ask, and not over and over.

However often a page is asked for, at most a twentieth of the time is spent counting.

A page waits for half a second at most; what took long is good for twenty times as long, and what failed is
not tried again for as long.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Generic, ParamSpec, TypeVar

from bot.store.unavailable import DatabaseUnavailable

AT_ONCE = 0.5
"""Seconds for which somebody waits: what is counted by then they see, else what was counted before."""
SHARE = 20
"""Figures are as good as new for so many times as long as counting them took, and what could not be counted
is not tried again for so long …"""
CHEAP = 0.05
"""… unless that was less than these seconds: then they are counted each time."""
SOON = 60.0
"""For so many seconds longer they are still shown at once, while they are counted anew: nobody waits for what
is hardly older than it may be."""
MOST = 500
"""Figures that are remembered: of what nobody asks for any more the oldest goes."""

log = logging.getLogger("oaflow.admin")
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recent(Generic[T]):
    """What was counted, when that was begun, until when nobody counts it again, and until when nobody waits
    for that (both by `monotonic`)."""

    value: T
    at: datetime
    until: float
    at_once: float


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception
    until: float


@dataclass(eq=False, repr=False)
class RecentFigures(Generic[P, T]):
    """Counts of whatever `count` is given, one after the other; each by what it was given.

    What `count` is given is hashable; it may raise `DatabaseUnavailable`.
    """

    _count: Callable[P, Awaitable[T]]
    _now: Callable[[], datetime]
    at_once: float = field(kw_only=True, default=AT_ONCE)
    _one: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _known: dict[Hashable, Recent[T]] = field(init=False, default_factory=dict)
    _failed: dict[Hashable, _Failure] = field(init=False, default_factory=dict)
    _counting: dict[Hashable, asyncio.Task[Recent[T]]] = field(init=False, default_factory=dict)

    async def of(self, *about: P.args, **more: P.kwargs) -> Recent[T] | None:
        """The figures; `None`: they are being counted for the first time. Raises what counting raised."""
        key = (about, *sorted(more.items()))
        known = self._known.get(key)
        if known is not None and monotonic() < known.until:
            return known
        is_fresh_enough = known is not None and monotonic() < known.at_once
        if not is_fresh_enough:
            self._raise_as_lately(key)
        counting = self._counting.get(key)
        if counting is None:
            counting = self._counting[key] = asyncio.create_task(self._counted(key, *about, **more))
            counting.add_done_callback(lambda done: self._done(key, done))
        if is_fresh_enough:
            return known
        await asyncio.wait({counting}, timeout=self.at_once)
        return counting.result() if counting.done() else known

    async def close(self) -> None:
        """Count no more."""
        under_way = list(self._counting.values())
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _raise_as_lately(self, key: Hashable) -> None:
        """What it failed by, as long as nobody tries it again: a page that comes again would try for ever."""
        failed = self._failed.get(key)
        if failed is not None and monotonic() < failed.until:
            raise failed.error.with_traceback(None)

    async def _counted(self, key: Hashable, *about: P.args, **more: P.kwargs) -> Recent[T]:
        async with self._one:
            at, began = self._now(), monotonic()
            try:
                value = await self._count(*about, **more)
            except Exception as error:  # a bug, too: each view would count once more, and fail
                _remember(self._failed, key, _Failure(error, _good_until(began)))
                raise
        until = _good_until(began)
        return Recent(value, at, until, until + SOON if until > monotonic() else until)

    def _done(self, key: Hashable, done: asyncio.Task[Recent[T]]) -> None:
        del self._counting[key]
        if done.cancelled():
            return
        error = done.exception()
        if isinstance(error, DatabaseUnavailable):
            log.warning("figures for a page could not be counted: %s", error)
        elif error is not None:
            log.error("figures for a page could not be counted", exc_info=error)
        if error is None:
            self._failed.pop(key, None)
            _remember(self._known, key, done.result())


V = TypeVar("V")


def _remember(known: dict[Hashable, V], key: Hashable, value: V) -> None:
    known.pop(key, None)
    known[key] = value
    while len(known) > MOST:
        del known[next(iter(known))]


def _good_until(began: float) -> float:
    """By `monotonic`, of what has just ended."""
    ended = monotonic()
    took = ended - began
    return ended + SHARE * took if took >= CHEAP else ended
