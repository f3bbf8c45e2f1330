"""How often somebody tried a clerk's code that nobody has: ten an hour, counted in one operation."""

from __future__ import annotations

from datetime import datetime

from bot.model.clerk import GUESSES, GUESSES_IN
from bot.store.counters.counting import Limits, count, holds, uncount
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
        self._limits = database.collection("code_limits")
        self._seal = seal

    async def may(self, user: str, call: str, now: datetime) -> bool:
        """Whether this try of the user is one of those that they have. The same `call` counts once."""
        async with reaching():
            return holds(await count(self._limits, self._key(user), call, OF_USER, now), call)

    async def was_right(self, user: str, call: str) -> None:
        """It was no guess: somebody has this code."""
        async with reaching():
            await uncount(self._limits, self._key(user), call)

    def _key(self, user: str) -> str:
        return GUESSED_BY_USER.of(user, self._seal.counting_index)
