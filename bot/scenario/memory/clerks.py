"""Clerks of a scenario and guesses at their codes, in memory (D3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.model.clerk import GUESSES, GUESSES_IN, StoreClerk
from bot.model.short_code import code_key


class ClerksInMemory:
    """A `ClerkDirectory`, and a `GuessLedger`."""

    def __init__(self, clerks: Iterable[StoreClerk]) -> None:
        self._by_key = {code.key: clerk for clerk in clerks for code in clerk.codes}
        self._guesses = defaultdict[str, dict[str, datetime]](dict)
        """By LINE user: when each call was, by its id."""

    async def by_code(self, written: str, now: datetime) -> StoreClerk | None:
        key = code_key(written)
        clerk = self._by_key.get(key)
        return clerk if clerk is not None and clerk.goes_by(key, now) else None

    async def may(self, user: str, call: str, now: datetime) -> bool:
        recent = {id_: at for id_, at in self._guesses[user].items() if at > now - GUESSES_IN}
        self._guesses[user] = recent if len(recent) >= GUESSES else {call: now, **recent}
        return call in self._guesses[user]

    async def was_right(self, user: str, call: str) -> None:
        self._guesses[user].pop(call, None)
