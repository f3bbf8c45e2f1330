"""What is left at the providers of SMS, as of some minutes: for a page that is opened all day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from bot.model.settings import SmsSettings
from bot.operations.sms import ProviderCredit

FRESH = 600.0
"""Seconds for which an answer is shown."""
WAIT = 1.0
"""Seconds that a page waits for all of them, at most."""


class RecentCredit:
    """Asks all of them together, one visitor at a time; whoever comes meanwhile is shown what is known."""

    def __init__(
        self,
        ask: Callable[[Collection[SmsSettings]], Awaitable[list[ProviderCredit]]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._asked = float("-inf")
        self._found: dict[str, ProviderCredit] = {}

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
