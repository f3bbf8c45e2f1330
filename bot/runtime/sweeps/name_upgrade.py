"""Contacts that were stored before names could be searched get the pieces of theirs, once for a database."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.model.clock import PatientClock
from bot.runtime.bulk import keep_looking
from bot.store.contacts.contact_search import NameUpgrade

log = logging.getLogger("oaflow.upgrades")

EVERY = 60.0
"""Seconds between two looks whether it is this process that is to do it."""


class NameUpgrading:
    """The owner of part 0 does it. Broken off, it begins again: who has the pieces is passed over."""

    def __init__(self, names: NameUpgrade, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._names = names
        self._owns = owns
        self._clock = clock
        self._is_done = False

    async def run(self) -> None:
        """For ever; once it is done nothing is asked any more."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Do it, if it is to be done here. Raises `DatabaseUnavailable`."""
        if self._is_done or not self._owns(0):
            return
        if not await self._names.is_done():
            after: str | None = ""
            upgraded = 0
            while after is not None:
                number, after = await self._names.step(after)
                upgraded += number
            await self._names.finish()
            if upgraded:
                log.info("the names of %d contacts can be searched by their parts now", upgraded)
        self._is_done = True
