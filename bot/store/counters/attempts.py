"""How often has an address tried to be somebody that it cannot prove to be?

Only what has failed counts: mobile carriers put thousands of people behind one address.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from bot.store.counters.counting import KeyedCounts, Limits, holds
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
        self._of_address = KeyedCounts(database.collection("code_limits"), seal, TRIED_FROM, OF_ADDRESS)

    async def wait(self, address: str, now: datetime) -> int:
        """Seconds until this address may try again; 0: it may now."""
        async with reaching():
            counted = await self._of_address.counted(address)
        return max((_left(one, now) for one in counted), default=0)

    async def failed(self, address: str, attempt: str, now: datetime) -> int:
        """Count a failed attempt; 0 if it was one of those that an address has, else the seconds to wait."""
        async with reaching():
            counted = await self._of_address.count(address, attempt, now)
        return 0 if holds(counted, attempt) else max(_left(counted, now), 1)


def _left(counted: Document, now: datetime) -> int:
    ((span, most),) = OF_ADDRESS
    recent = sorted(one["at"] for one in counted["spent"] if one["at"] > now - span)
    return math.ceil((recent[-most] + span - now).total_seconds()) if len(recent) >= most else 0
