"""How often somebody has tried to sign in: counted in the database before each try is looked at.

So many tries side by side, also at several processes, are no more; one that was right is taken back.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.store.counters.rate_limits import KeyedCounts, Limits, holds, room_from
from bot.store.database.mongo import Database, reaching
from bot.store.sealing.derived_keys import (
    CODES_OF_ACCOUNT,
    SIGN_INS_FROM,
    SIGN_INS_FROM_NETWORK,
    SIGN_INS_IN_BROWSER,
    SIGN_INS_OF_ACCOUNT,
    SIGN_INS_OF_ACCOUNT_FROM_NETWORK,
    KeyedId,
)
from bot.store.sealing.seal import Seal

TriedBy: TypeAlias = Literal[
    "account", "account_first", "near", "near_first", "address", "network", "browser", "code"
]
"""At an account, there from a network (`near`), from an address or a network to whichever; in a browser known
to the account; codes of its second factor. `…_first`: the same counts, for the first tries of a network."""

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
LIMITS: dict[TriedBy, tuple[KeyedId, Limits]] = {
    "account": (SIGN_INS_OF_ACCOUNT, ((QUARTER, 10), (HOUR, 100))),
    "account_first": (SIGN_INS_OF_ACCOUNT, ((HOUR, 100),)),
    "near": (SIGN_INS_OF_ACCOUNT_FROM_NETWORK, ((QUARTER, 10), (HOUR, 20), (DAY, 60))),
    "near_first": (SIGN_INS_OF_ACCOUNT_FROM_NETWORK, ((HOUR, 2), (DAY, 60))),
    "address": (SIGN_INS_FROM, ((HOUR, 40),)),
    "network": (SIGN_INS_FROM_NETWORK, ((HOUR, 160),)),
    "browser": (SIGN_INS_IN_BROWSER, ((QUARTER, 10),)),
    "code": (CODES_OF_ACCOUNT, ((HOUR, 10),)),
}


class SignInTries:
    """Tries in the collection `code_limits`, by keyed hashes. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        rows = database.collection("code_limits")
        self._counts = {by: KeyedCounts(rows, seal, kind, limits) for by, (kind, limits) in LIMITS.items()}

    async def wait(self, by: TriedBy, value: str, call: str, now: datetime) -> int:
        """Count this try; 0: it may be looked at. Else seconds until there is room again."""
        async with reaching():
            counted = await self._counts[by].count(value, call, now)
        if holds(counted, call):
            return 0
        return max(math.ceil((room_from(counted, LIMITS[by][1]) - now).total_seconds()), 1)

    async def was_right(self, by: TriedBy, value: str, call: str) -> None:
        """It was no guess."""
        async with reaching():
            await self._counts[by].uncount(value, call)
