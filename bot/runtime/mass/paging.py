"""Many people, a page at a time: read, and sent events of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from bot.model.clock import PatientClock
from bot.model.inbox import Received
from bot.runtime.own_events import StoreEvents

T = TypeVar("T")


async def pages(
    find: Callable[[str], Awaitable[Sequence[T]]], id_of: Callable[[T], str], after: str = ""
) -> AsyncIterator[Sequence[T]]:
    """What `find(id)` finds behind this id, then behind the last one found, until it finds nobody."""
    while found := await find(after):
        after = id_of(found[-1])
        yield found


LOOK = 0.5
"""Seconds between two looks."""
PATIENCE = 60.0
"""Seconds after which nobody waits any more for somebody whose turn, or whose push, does not come."""


async def enqueue_and_wait(
    events: Sequence[Received],
    hear: StoreEvents,
    is_through: Callable[[Received], bool],
    clock: PatientClock,
) -> None:
    """Store these events, and return when they all are through, or after `PATIENCE`.

    Raises `DatabaseUnavailable`.
    """
    await hear(events, PATIENCE)
    waited = 0.0
    while waited < PATIENCE and not all(is_through(one) for one in events):
        await clock.wait(LOOK)
        waited += LOOK
