"""For how long it is kept what was said: the playbook says it, the database does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.runtime.mass.look_times import LOOK
from bot.runtime.mass.looking import keep_looking


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
        await keep_looking(self.look, self._clock, LOOK)

    async def look(self) -> None:
        """Tell it, if it is ours to tell and was not told. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            self._told = -1  # another may tell something else
            return
        days = self._playbook().keep_conversations
        if days != self._told:
            await self._conversations.keep(days)
            self._told = days
