"""A process tells that it lives, at once where something is new, and when it ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.model.processes import Serving
from bot.runtime.cluster.presence import AGAIN, Presence
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock

ME = Serving("p1", "srv1:/srv/shop", "a" * 64, "a" * 64)


class Told:
    """Where it is told, and whether it is away just now."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[Serving | str] = asyncio.Queue()
        self.away = False

    async def heartbeat(self, one: Serving) -> None:
        self.lines.put_nowait(one)
        if self.away:
            raise DatabaseUnavailable("away")

    async def leave(self, process: str) -> None:
        self.lines.put_nowait(process)
        if self.away:
            raise DatabaseUnavailable("away")


async def test_it_is_told_again_and_again_and_at_once_where_it_is_new(clock: ManualClock) -> None:
    """Also after the database was away."""
    told, me = Told(), ME
    presence = Presence(told, lambda: me, clock)
    task = asyncio.create_task(presence.run())
    assert await told.lines.get() == ME
    told.away = True
    await clock.waited_for()
    clock.advance(AGAIN)
    assert await told.lines.get() == ME
    told.away = False
    me = replace(ME, holds="b" * 64)
    presence.changed()
    assert await told.lines.get() == me
    task.cancel()
    for told.away in (False, True):
        await presence.end()
        assert await told.lines.get() == "p1"
