"""The credit at SMS providers, at most some minutes old: for a page that is open all day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from math import inf

from bot.model.settings import SmsSettings
from bot.operations.sms import ProviderCredit

FRESH = 600.0
"""Seconds for which an answer is shown."""
WAIT = 1.0
"""Seconds that a page waits for all of them, at most."""


@dataclass(eq=False, repr=False)
class RecentCredit:
    """Asks all of them together, one visitor at a time; whoever comes meanwhile is shown what is known."""

    _ask: Callable[[Collection[SmsSettings]], Awaitable[list[ProviderCredit]]]
    _monotonic: Callable[[], float] = time.monotonic
    _asked: float = field(init=False, default=-inf)
    _found: dict[str, ProviderCredit] = field(init=False, default_factory=dict)

    async def of(self, providers: Collection[SmsSettings]) -> list[ProviderCredit]:
        """Each with what is left there; without a credit where it has not answered in time."""
        if self._monotonic() - self._asked > FRESH and providers:
            self._asked = self._monotonic()
            try:
                async with asyncio.timeout(WAIT):
                    self._found = {one.sms.name: one for one in await self._ask(providers)}
            except TimeoutError:
                self._found = {}  # of ten minutes ago: an SMS may have cost the last of it
        return [replace(self._found.get(one.name) or ProviderCredit(one, None), sms=one) for one in providers]
