"""The figures of shops for pages: a request never makes the database look at everybody over and over.

However often a page is asked for, at most a twentieth of the time is spent counting.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from bot.store.contacts.member_records import MembersCounted
from bot.store.unavailable import DatabaseUnavailable

AT_ONCE = 0.5
"""Seconds for which somebody waits: what is counted by then they see, else what was counted before."""
SHARE = 20
"""Counted figures are as good as new for so many times as long as counting them took, and what could not be
counted is not tried again for so long …"""
CHEAP = 0.05
"""… unless that was less than these seconds: then they are counted each time."""

log = logging.getLogger("oaflow.admin")


@dataclass(frozen=True, slots=True)
class Lately:
    """What was counted, when it was begun, and until when nobody counts it again (by `monotonic`)."""

    counted: MembersCounted
    at: datetime
    until: float


_Key = tuple[str, tuple[str, ...]]


class CountedLately:
    """Counts shops: those of `slots`, by one task for all who ask."""

    def __init__(
        self,
        count: Callable[[str, Sequence[str]], Awaitable[MembersCounted]],
        now: Callable[[], datetime],
        *,
        at_once: float = AT_ONCE,
    ) -> None:
        self._count = count
        self._now = now
        self._at_once = at_once
        self._known: dict[str, tuple[_Key, Lately]] = {}
        self._failed: dict[str, tuple[_Key, DatabaseUnavailable, float]] = {}
        self._counting: dict[_Key, asyncio.Task[Lately]] = {}

    async def of(self, shop: str, slots: Sequence[str]) -> Lately | None:
        """The figures of a shop; `None`: they are being counted, for the first time with these attributes.

        Raises `DatabaseUnavailable`.
        """
        key = (shop, tuple(slots))
        of, known = self._known.get(shop, (None, None))
        if of != key:
            known = None
        if known is not None and monotonic() < known.until:
            return known
        self._raise_as_lately(key)
        counting = self._counting.get(key)
        if counting is None:
            counting = self._counting[key] = asyncio.create_task(self._counted(key))
            counting.add_done_callback(lambda done: self._done(key, done))
        await asyncio.wait({counting}, timeout=self._at_once)
        return counting.result() if counting.done() else known

    async def close(self) -> None:
        """Count no more."""
        under_way = list(self._counting.values())
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _raise_as_lately(self, key: _Key) -> None:
        """What it failed by, as long as nobody tries it again: a page that comes again would try for ever."""
        of, error, until = self._failed.get(key[0], (None, None, 0.0))
        if of == key and error is not None and monotonic() < until:
            raise error.with_traceback(None)

    async def _counted(self, key: _Key) -> Lately:
        at, began = self._now(), monotonic()
        try:
            counted = await self._count(*key)
        except DatabaseUnavailable as error:
            self._failed[key[0]] = key, error, _good_until(began)
            raise
        return Lately(counted, at, _good_until(began))

    def _done(self, key: _Key, done: asyncio.Task[Lately]) -> None:
        del self._counting[key]
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            log.warning("the members of a shop could not be counted: %s", error)
            return
        self._known[key[0]] = (key, done.result())


def _good_until(began: float) -> float:
    """By `monotonic`, of what has just ended."""
    ended = monotonic()
    took = ended - began
    return ended + SHARE * took if took >= CHEAP else ended
