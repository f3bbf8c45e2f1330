"""Retention of conversations and of the files of former playbooks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.published_version import media_to_forget, to_forget
from bot.runtime.bulk import LOOK, keep_looking
from bot.store.cluster.playbooks import Playbooks


class ConversationKeeper(Protocol):
    """`bot.store.events.conversations.Conversations`."""

    async def keep(self, days: int | None) -> None: ...


class TranscriptRetention:
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
        """Store the retention, if we own part 0 and it has changed. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            self._told = -1  # another may tell something else
            return
        days = self._playbook().keep_conversations
        if days != self._told:
            await self._conversations.keep(days)
            self._told = days


log = logging.getLogger("oaflow.versions")

FIRST, EVERY = 60.0, 3600.0
"""Seconds before the first look, and between two."""


class OldPlaybooks:
    """Done by two processes at once, or broken off anywhere, it does no harm: what is missing comes next."""

    def __init__(self, playbooks: Playbooks, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._playbooks = playbooks
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        await self._clock.wait(FIRST)
        await keep_looking(self._look, self._clock, EVERY)

    async def _look(self) -> None:
        if self._owns(0):
            await self.forget()

    async def forget(self) -> int:
        """Do it now; how many files are gone. Raises `DatabaseUnavailable`."""
        accepted, now = await self._playbooks.all(), self._clock.now()
        await self._playbooks.note_media()  # before files are forgotten
        old = to_forget(accepted, now)
        if old:
            await self._playbooks.forget(old)
        if until := media_to_forget(accepted, now):
            await self._playbooks.forget_media(until)
        blobs = self._playbooks.blobs
        unused = set(await blobs.unused())  # before what is named: an acceptance names what it touches
        gone = await blobs.forget(sorted(unused - await self._playbooks.named())) if unused else 0
        if old or gone:
            log.info("the files of %d playbooks that were live long ago are not kept any more", len(old))
        return gone
