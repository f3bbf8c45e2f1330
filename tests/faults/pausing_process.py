"""Stops something, up to a point: `python -m tests.faults.pausing_process URI WHAT POINT`, keys on stdin.

WHAT is `binding` or `pushes`, with `pause` or `resume` before it. At POINT (before or after one of the two
writes) it says `held` and waits: to be killed there.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.operations.binding import pause_binding, resume_binding
from bot.operations.brake import StopScope, resume_pushes, stop_pushes
from bot.store.database.mongo import Database
from bot.store.events.pulse import Brakes
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.faults.members import BINDING
from tests.playbooks import compiled

CHANNEL = "main"
PLAYBOOK = compiled(re.sub(r"\$\{\w+\}", "x", BINDING))
POINTS = ("stops before", "stops after", "audit before", "audit after")


class HeldRows:
    """A collection whose writes wait at a point, for ever."""

    def __init__(self, rows: Any, name: str, point: str) -> None:
        self._rows = rows
        self._name = name
        self._point = point

    async def insert_one(self, document: Any, session: Any) -> Any:
        return await self._at(lambda: self._rows.insert_one(document, session=session))

    async def delete_one(self, where: Any, session: Any) -> Any:
        return await self._at(lambda: self._rows.delete_one(where, session=session))

    def find(self, where: Any) -> Any:
        return self._rows.find(where)

    async def _at(self, write: Callable[[], Awaitable[Any]]) -> Any:
        await self._hold("before")
        done = await write()
        await self._hold("after")
        return done

    async def _hold(self, when: str) -> None:
        if f"{self._name} {when}" == self._point:
            sys.stdout.write("held\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


class HeldBrakes(Brakes):
    """What is stopped, written up to a point."""

    def __init__(self, database: Database, seal: Seal, point: str) -> None:
        super().__init__(database, seal)
        self._stops: Any = HeldRows(self._stops, "stops", point)
        self._audit: Any = HeldRows(self._audit, "audit", point)


async def work(uri: str, what: str, point: str, keys: str) -> None:
    database, seal = Database(uri), Seal(parse(keys))
    stores = replace(stores_of(database, seal, "test"), brakes=HeldBrakes(database, seal, point))
    match what:
        case "pause binding":
            await pause_binding(stores, PLAYBOOK, CHANNEL, "command:test")
        case "resume binding":
            await resume_binding(stores, PLAYBOOK, CHANNEL, "command:test")
        case "pause pushes":
            await stop_pushes(stores, StopScope(), "command:test", [CHANNEL], PLAYBOOK)
        case _:
            await resume_pushes(stores, StopScope(), "command:test")


if __name__ == "__main__":
    database_uri, order, held_at = sys.argv[1:4]
    asyncio.run(work(database_uri, order, held_at, sys.stdin.readline().strip()))
