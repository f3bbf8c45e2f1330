"""A version that is about to be live is announced, and the processes are asked whether they can serve it.

All of it may raise `DatabaseUnavailable`.

Reading 10,000 lines takes a second of CPU in each process. So every process reads the coming version in a
thread while the live one goes on, and all change with the same look at the database: no lease waits for a
reading, and no two processes answer by two playbooks for longer than half a second. An announcement decides
nothing: a process that is not ready within 60 s reads the version when it is live.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bot.model.processes import Serving
from bot.model.published_version import Coming
from bot.store.cluster.playbooks import ComingPlaybooks
from bot.store.database.processes import Processes
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

PATIENCE = 60.0
"""Seconds for which processes are waited for that read it. Who has it later takes it over later."""

LOOK = 0.1
"""Seconds between two looks."""


@asynccontextmanager
async def announced(
    store: ComingPlaybooks, number: int, candidate: Mapping[str, Any] | None = None
) -> AsyncIterator[Coming]:
    """Every process makes this one ready, and keeps it as long as this lasts.

    `candidate` is what is to get the number (`Playbooks.candidate`), where none has it yet.
    """
    coming = Coming(number, uuid.uuid4().hex)
    await store.announce(coming, candidate)
    try:
        yield coming
    finally:
        with suppress(DatabaseUnavailable):  # then it is forgotten by itself
            await store.withdraw(coming)


async def until_ready(stores: Stores, coming: Coming, *, patience: float = PATIENCE) -> Sequence[Serving]:
    """Wait until every process that lives has made it ready, or will not; those that live.

    After `patience` seconds, or where somebody else has announced another, it is as it is.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        alive = await stores.processes.alive()
        if all(one.is_through_with(coming.call) for one in alive) or loop.time() > end:
            return alive
        if not await stores.coming.is_announced(coming):
            return alive
        await asyncio.sleep(LOOK)


ANSWER_PATIENCE = 12.0
"""Seconds until a process has seen and read files that were changed just now, also on a network disk."""
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Serves:
    """The processes that live, seen by a version: who can serve it, and who does.

    `whole`: it can be served from the database, by every process that serves what is published.
    """

    version: str
    alive: Sequence[Serving]
    whole: bool = False

    @property
    def able(self) -> list[Serving]:
        return [
            one
            for one in self.alive
            if self.version in (one.holds, one.runs) or (self.whole and one.published)
        ]

    @property
    def running(self) -> list[Serving]:
        return [one for one in self.alive if one.runs == self.version]

    @property
    def is_outage(self) -> bool:
        """Whether processes run, and none of them could serve it."""
        return bool(self.alive) and not self.able


async def with_other_secrets(
    processes: Processes, secrets: str, *, patience: float = ANSWER_PATIENCE
) -> list[Serving]:
    """Who uses other secrets than these (their keyed hash), once all have had the time to take them over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        others = [one for one in await processes.alive() if one.secrets not in ("", secrets)]
        if not others or loop.time() > end:
            return others
        await asyncio.sleep(LOOK)


async def wait_until_served(
    processes: Processes,
    version: str,
    *,
    whole: bool = False,
    running: bool = False,
    everybody: bool = False,
    patience: float = ANSWER_PATIENCE,
) -> Serves:
    """Wait until somebody can serve this version, or with `running` until all who can do serve it, or
    `everybody` does.

    After `patience` seconds, or where nobody lives, it is as it is. Raises `DatabaseUnavailable`.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        found = Serves(version, await processes.alive(), whole)
        if everybody:
            is_so = len(found.running) == len(found.alive)
        else:
            is_so = len(found.running) == len(found.able) if running else bool(found.able)
        if is_so or not found.alive or loop.time() > end:
            return found
        await asyncio.sleep(LOOK)
