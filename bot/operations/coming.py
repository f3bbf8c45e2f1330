"""What is about to be live is announced: every process makes it ready while the live one goes on, so
that all of them take it over at once.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.model.accepted import Coming
from bot.model.serving import Serving
from bot.store.cluster.playbooks import ComingPlaybooks
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
