"""How often somebody tried a clerk's code that nobody has: ten an hour, counted in one operation."""

from __future__ import annotations

from datetime import datetime

from bot.model.clerk import GUESSES, GUESSES_IN
from bot.store.counters.counting import KeyedCounts, Limits, holds
from bot.store.database.mongo import Database, reaching
from bot.store.sealing.keyed_ids import GUESSED_BY_USER
from bot.store.sealing.seal import Seal

OF_USER: Limits = ((GUESSES_IN, GUESSES),)


class ClerkGuesses:
    """Guesses in the collection `code_limits`, by a keyed hash of the LINE user.

    May raise `DatabaseUnavailable`.

    A try is counted before it is looked at, so that many side by side are no more; a right one is taken back.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._of_user = KeyedCounts(database.collection("code_limits"), seal, GUESSED_BY_USER, OF_USER)

    async def may(self, user: str, call: str, now: datetime) -> bool:
        """Whether this try of the user is one of those that they have. The same `call` counts once."""
        async with reaching():
            return holds(await self._of_user.count(user, call, now), call)

    async def was_right(self, user: str, call: str) -> None:
        """It was no guess: somebody has this code."""
        async with reaching():
            await self._of_user.uncount(user, call)
