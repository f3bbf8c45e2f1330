"""How often has an address tried to be somebody that it cannot prove to be?

Only what has failed counts: mobile carriers put thousands of people behind one address.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from bot.store.counters.counting import Limits, count, holds
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.keyed_ids import TRIED_FROM
from bot.store.sealing.seal import Seal

HOUR = timedelta(hours=1)
OF_ADDRESS: Limits = ((HOUR, 20),)


class Attempts:
    """Failed attempts in the collection `code_limits`, by a keyed hash of the address.

    May raise `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._limits = database.collection("code_limits")
        self._seal = seal

    async def wait(self, address: str, now: datetime) -> int:
        """Seconds until this address may try again; 0: it may now."""
        async with reaching():
            counted = await self._limits.find_one({"_id": self._key(address)})
        return 0 if counted is None else _left(counted, now)

    async def failed(self, address: str, attempt: str, now: datetime) -> int:
        """Count a failed attempt; 0 if it was one of those that an address has, else the seconds to wait."""
        async with reaching():
            counted = await count(self._limits, self._key(address), attempt, OF_ADDRESS, now)
        return 0 if holds(counted, attempt) else max(_left(counted, now), 1)

    def _key(self, address: str) -> str:
        return TRIED_FROM.of(address, self._seal.counting_index)


def _left(counted: Document, now: datetime) -> int:
    ((span, most),) = OF_ADDRESS
    recent = sorted(one["at"] for one in counted["spent"] if one["at"] > now - span)
    return math.ceil((recent[-most] + span - now).total_seconds()) if len(recent) >= most else 0
