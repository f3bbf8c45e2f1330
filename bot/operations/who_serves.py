"""Would anybody be answered with this playbook? Asked of the processes that run, before it is made live."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.serving import Serving
from bot.store.database.processes import Processes

PATIENCE = 12.0
"""Seconds until a process has seen and read files that were changed just now, also on a network disk."""

LOOK = 0.1
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
    processes: Processes, secrets: str, *, patience: float = PATIENCE
) -> list[Serving]:
    """Who uses other secrets than these (their keyed hash), once all have had the time to take them over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        others = [one for one in await processes.alive() if one.secrets not in ("", secrets)]
        if not others or loop.time() > end:
            return others
        await asyncio.sleep(LOOK)


async def who_serves(
    processes: Processes,
    version: str,
    *,
    whole: bool = False,
    running: bool = False,
    everybody: bool = False,
    patience: float = PATIENCE,
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
