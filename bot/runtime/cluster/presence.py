"""Tells the database that this process lives, and which playbooks it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.processes import Serving
from bot.runtime.pause import pause
from bot.store.unavailable import DatabaseUnavailable

AGAIN = 5.0
"""Seconds between two heartbeats: a third of the time after which a process without one counts as gone."""


class ServingStore(Protocol):
    """The store of processes. Every call raises `DatabaseUnavailable`."""

    async def heartbeat(self, one: Serving) -> None: ...

    async def leave(self, process: str) -> None: ...


class Presence:
    """Stores a heartbeat every `AGAIN` seconds, and at once after a change. This process does not depend on
    it."""

    def __init__(self, store: ServingStore, me: Callable[[], Serving], clock: PatientClock) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """To be called when the live playbook, or our files, have changed: store it now."""
        self._changed.set()

    async def run(self) -> None:
        """Store heartbeats, for ever."""
        while True:
            self._changed.clear()
            await self.heartbeat()
            await pause(self._clock, AGAIN, self._changed)

    async def heartbeat(self) -> None:
        """Store it now, for callers that must not go on before other processes can see it."""
        with suppress(DatabaseUnavailable):  # the next time is soon
            await self._store.heartbeat(self._me())

    async def end(self) -> None:
        """Remove this process from the store: it stops."""
        with suppress(DatabaseUnavailable):  # then it is forgotten by itself, after 15 s
            await self._store.leave(self._me().process)
