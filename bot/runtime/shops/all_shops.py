"""Starts the reading of shops' members: what staff have ordered, and each night a poll of what has
changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.platforms import LISTS
from bot.model.settings import ShopSettings
from bot.model.shop import ShopSync, SyncKind, SyncRun
from bot.runtime.bulk import keep_looking
from bot.runtime.shops.syncing import SyncWorld, go_on
from bot.store.unavailable import DatabaseUnavailable

NIGHT = time(3)
"""Local time at which polls begin."""
SPREAD = 60
"""Minutes over which the shops' polls are spread, by their names: one platform serves many of them."""


def next_poll(sync: ShopSync, zone: ZoneInfo) -> datetime | None:
    """When the next poll begins (`None`: all members were never read, so there is nothing to follow on)."""
    if sync.cursor is None:
        return None
    last = max(run.ordered for run in (sync.all, sync.poll) if run is not None)
    local = last.astimezone(zone)
    at = datetime.combine(local.date(), NIGHT, zone) + timedelta(minutes=crc32(sync.shop.encode()) % SPREAD)
    return at if at > local else at + timedelta(days=1)


LOOK = 2.0
"""Seconds between two checks for something to read."""


class SyncedShops:
    """Reads the members of all shops, each for itself, while part 0 is ours."""

    def __init__(self, world: SyncWorld) -> None:
        self._world = world
        self._known: Mapping[str, ShopSync] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._refused_as: dict[str, ShopSettings] = {}
        """A shop's settings at its last reading: after a failure, changed settings are tried without a
        wait."""

    async def run(self) -> None:
        """Look and read, for ever."""
        try:
            await keep_looking(self.look, self._world.clock, LOOK)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self._tasks.clear()

    async def look(self) -> None:
        """Start a task for each listing that is due. Raises what a bug has ended a task with, and
        `DatabaseUnavailable`."""
        for name, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[name]
                task.result()
        if not self._world.owns(0) or not (shops := self._shops()):
            self._known = {}
            return
        known = await self._world.stores.shop_syncs.all()
        links = await self._world.stores.shop_links.all() if known else {}
        linked = {name: one for name, one in shops.items() if is_linked(one, links.get(name))}
        self._known = {name: sync for name, sync in known.items() if name in linked}
        for name, shop in linked.items():
            kind = self._due(name, shop)
            if kind is not None and name not in self._tasks:
                reading = self._read(name, shop, kind)
                self._tasks[name] = asyncio.create_task(reading, name=f"members of {name}")

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being read, or is to be, as far as this process knows."""
        if any(not task.done() for task in self._tasks.values()):
            return False
        return not self._world.owns(0) or all(self._due(*one) is None for one in self._shops().items())

    def _shops(self) -> Mapping[str, ShopSettings]:
        return {name: one for name, one in self._world.settings().shops.items() if one.platform not in LISTS}

    async def _read(self, name: str, shop: ShopSettings, kind: SyncKind) -> None:
        with suppress(DatabaseUnavailable):  # the next look goes on
            await go_on(self._world, name, kind)
            self._refused_as[name] = shop

    def _due(self, name: str, shop: ShopSettings) -> SyncKind | None:
        """What is to be read of a shop now."""
        sync, now = self._known.get(name), self._world.clock.now()
        if sync is None:
            return None
        if sync.look is not None and sync.look.is_under_way and self._may_go_on(sync.look, shop, now):
            return "look"
        if sync.all is not None and sync.all.is_under_way and self._may_go_on(sync.all, shop, now):
            return "all"
        if sync.poll is not None and sync.poll.is_under_way:
            return "poll" if self._may_go_on(sync.poll, shop, now) else None
        at = next_poll(sync, self._world.playbook().zone)
        return "poll" if at is not None and at <= now else None

    def _may_go_on(self, run: SyncRun, shop: ShopSettings, now: datetime) -> bool:
        """Whether a run is not stopped, or is to be tried again: its wait is over, or the settings are
        new."""
        if run.state != "stopped" or run.stop is None:
            return True
        if run.stop.again is None:
            return False
        waits = run.stop.at <= now < run.stop.again  # earlier: the clock was set back
        return not waits or self._refused_as.get(shop.name) != shop
