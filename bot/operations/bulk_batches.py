"""Work for many people, some at a time; beside a bot that runs with fewer of them, and pauses between."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from time import monotonic
from typing import TypeVar

from bot.store.cluster.leases import Leases

T = TypeVar("T")

SMALLER = 5
"""Beside a bot a batch has so many times fewer: what webhooks wait for is one batch at most."""
PAUSE = 0.5
"""Of the time that a batch took, in which webhooks have the database, and a processor, to themselves."""


async def bulk_batches(items: Iterable[T], most: int, leases: Leases) -> AsyncIterator[list[T]]:
    """All items, `most` at a time, or fewer. Raises `DatabaseUnavailable`."""
    rest = iter(items)
    while True:
        beside = await leases.somebody_runs()
        if not (some := list(islice(rest, most // SMALLER if beside else most))):
            return
        began = monotonic()
        yield some
        if beside:
            await sleep(PAUSE * (monotonic() - began))
