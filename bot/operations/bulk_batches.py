"""Splits work for many people into batches; while a bot runs, with smaller batches and pauses between
them."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import islice
from time import monotonic
from typing import TypeVar

from bot.store.stores import Stores

T = TypeVar("T")

SMALLER = 5
"""Beside a bot a batch has so many times fewer: what webhooks wait for is one batch at most."""
PAUSE = 0.5
"""Of the time that a batch took, in which webhooks have the database, and a processor, to themselves."""
AHEAD = 300
"""Events that may be open before more are ordered: those of a second or two."""
LOOK = 0.2
"""Seconds between two looks at how many are open."""
PATIENCE = 30.0
"""Seconds in which none of them was done, after which it goes on: an event whose key is gone stays open."""


async def bulk_batches(items: Iterable[T], most: int, stores: Stores) -> AsyncIterator[list[T]]:
    """All items, `most` at a time, or fewer, as fast as a bot beside it takes the turns that they bring.

    Raises `DatabaseUnavailable`.
    """
    rest = iter(items)
    while True:
        await turns_left(stores, AHEAD)
        beside = await stores.leases.is_running()
        if not (some := list(islice(rest, most // SMALLER if beside else most))):
            return
        began = monotonic()
        yield some
        if beside:
            await sleep(PAUSE * (monotonic() - began))


async def turns_left(
    stores: Stores, ahead: int = 0, tell: Callable[[int, float | None], None] = lambda left, seconds: None
) -> int:
    """Wait until a bot beside it has taken the turns of all bulk work, but for `ahead`; how many are left.

    More are where no bot runs, or where it takes none. `tell` hears how many, and in how many seconds they
    will be taken, as it goes so far. Raises `DatabaseUnavailable`.
    """
    left = first = least = await stores.inbox.bulk_waiting()
    began = since = monotonic()
    while left > ahead and await stores.leases.is_running():
        now = monotonic()
        if left < least:
            least, since = left, now
        elif now - since > PATIENCE:
            break
        tell(left, left * (now - began) / (first - left) if left < first else None)
        await sleep(LOOK)
        left = await stores.inbox.bulk_waiting()
    return left
