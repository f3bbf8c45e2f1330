"""For how long it is kept what was said: the playbook says it, the database does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.store.unavailable import DatabaseUnavailable

LOOK = 2.0
"""Seconds between two looks whether the playbook says something else; they ask memory only."""


class ConversationKeeper(Protocol):
    """`bot.store.events.conversations.Conversations`."""

    async def keep(self, days: int | None) -> None: ...


class KeptConversations:
    """Tells the database how long; the owner of part 0 does, so that an older process does not undo it."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        conversations: ConversationKeeper,
        owns: Callable[[int], bool],
        clock: PatientClock,
    ) -> None:
        self._playbook = playbook
        self._conversations = conversations
        self._owns = owns
        self._clock = clock
        self._told: int | None = -1

    async def run(self) -> None:
        """Do so for ever. Shorter takes effect within a minute, which is how often MongoDB looks."""
        while True:
            await self.look()
            await self._clock.wait(LOOK)

    async def look(self) -> None:
        """Tell it, if it is ours to tell and was not told; a database that is away is told the next time."""
        if not self._owns(0):
            self._told = -1  # another may tell something else
            return
        days = self._playbook().keep_conversations
        if days == self._told:
            return
        try:
            await self._conversations.keep(days)
        except DatabaseUnavailable:
            return
        self._told = days
