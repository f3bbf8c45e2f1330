"""Forgets the files of playbooks that were live long ago: by whoever owns part 0, once an hour."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.model.clock import PatientClock
from bot.model.remembered import media_to_forget, to_forget
from bot.runtime.mass.looking import keep_looking
from bot.store.cluster.playbooks import Playbooks

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
