"""Looks a LINE account up at the shop before a page opens for a person who is not bound.

LINE 快速登入: the shop's own record carries the LINE user id, where both are of one provider (B18).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.clock import Clock
from bot.model.event import Facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import ShopFailed
from bot.services.member_records import known_by_line

PATIENCE = 2.0
"""Seconds that an opening page waits for the shop, at lower priority than verifications; then it opens
without."""

AGAIN = timedelta(minutes=10)
"""How long a LINE user is not looked up again."""
REMEMBERED = 10_000
"""Lookups that are remembered, with their times."""


class LoginLookup(Protocol):
    """A channel's shop, where members are looked up; a `ShopFailed` counts as no member."""

    async def by_line(self, user: str, patience: timedelta) -> ReservedMember | None:
        """The member whose record has this LINE user id, if a call is allowed so soon."""
        ...

    def was_late(self, patience: timedelta) -> None:
        """Record that its answer did not come within `patience`."""
        ...


class ShopLogins:
    """Looks up LINE users at a channel's shop, each at most once in `AGAIN`."""

    def __init__(
        self, shop: Callable[[str], LoginLookup | None], clock: Clock, patience: float = PATIENCE
    ) -> None:
        """`shop(channel)` is the shop of a channel, if it has one."""
        self._shop = shop
        self._clock = clock
        self._patience = timedelta(seconds=patience)
        self._asked: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def facts(self, channel: str, user: str) -> Facts | None:
        """The shop's record of this LINE user; `None`: none, not in time, or looked up just before."""
        if not self._is_due(channel, user):
            return None
        try:
            shop = self._shop(channel)
            found = None if shop is None else await self._answer(shop, user)
        except ShopFailed:  # the shop's watch reports it
            return None
        return None if found is None else known_by_line(found)

    async def _answer(self, shop: LoginLookup, user: str) -> ReservedMember | None:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await shop.by_line(user, self._patience)
        except TimeoutError:
            shop.was_late(self._patience)
            return None

    def _is_due(self, channel: str, user: str) -> bool:
        now, last = self._clock.now(), self._asked.get((channel, user))
        if last is not None and now - last < AGAIN:
            return False
        self._asked[channel, user] = now
        self._asked.move_to_end((channel, user))
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return True
