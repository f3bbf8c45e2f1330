"""How often somebody of a store has searched for a phone: who tries all numbers does not come far."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store.counters.counting import KeyedCounts, Limits, holds
from bot.store.database.mongo import Database, reaching
from bot.store.sealing.keyed_ids import SEARCHED_BY_ACCOUNT
from bot.store.sealing.seal import Seal

OF_ACCOUNT: Limits = ((timedelta(hours=1), 60), (timedelta(days=1), 200))
"""A masked phone hides six digits: at 200 a day a million numbers take 13 years."""


class PhoneSearches:
    """Searches in the collection `code_limits`, by a keyed hash of the account's name.

    May raise `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._of_account = KeyedCounts(
            database.collection("code_limits"), seal, SEARCHED_BY_ACCOUNT, OF_ACCOUNT
        )

    async def may(self, account: str, call: str, now: datetime) -> bool:
        """Whether this search is one of those that the account has. The same `call` counts once."""
        async with reaching():
            return holds(await self._of_account.count(account, call, now), call)
