"""LINE's ids of our rich menus, in memory: needed for each menu that is linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.menus import MenuMapping
from bot.store.unavailable import DatabaseUnavailable

LOOK = 1.5
"""Seconds between two reads whether a sync has changed a mapping."""


class MappingStore(Protocol):
    """Where the mappings are stored, by channel. Every call raises `DatabaseUnavailable`."""

    async def all(self) -> Mapping[str, MenuMapping]: ...

    async def revisions(self) -> Mapping[str, int]: ...


class MenuIds:
    """The mappings of all channels, read again whenever one was written."""

    def __init__(self, store: MappingStore, clock: PatientClock) -> None:
        self._store = store
        self._clock = clock
        self._mappings: Mapping[str, MenuMapping] = {}
        self._callbacks: list[Callable[[str], None]] = []

    def line_id(self, channel: str, menu: str) -> str | None:
        """LINE's id of a menu's first tab; `None` where it is not at LINE (yet)."""
        return self.mapping(channel).line_id(menu)

    def mapping(self, channel: str) -> MenuMapping:
        """The mapping that the last sync of a channel has stored; an empty one where there was none."""
        return self._mappings.get(channel) or MenuMapping(channel)

    def on_change(self, callback: Callable[[str], None]) -> None:
        """Have this called with the name of each channel whose mapping is another now."""
        self._callbacks.append(callback)

    async def refresh(self) -> None:
        """Read what is new. Raises `DatabaseUnavailable`; then what was known stays."""
        if await self._store.revisions() == {name: found.rev for name, found in self._mappings.items()}:
            return
        before, self._mappings = self._mappings, await self._store.all()
        for channel in sorted({*before, *self._mappings}):
            if before.get(channel) != self._mappings.get(channel):
                for callback in self._callbacks:
                    callback(channel)

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            with suppress(DatabaseUnavailable):  # what was read last goes on; the next look is soon
                await self.refresh()
            await self._clock.wait(LOOK)
