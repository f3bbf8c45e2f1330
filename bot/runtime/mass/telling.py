"""Events of ours for many people, a page at a time: the next page comes when these have had their turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.model.clock import PatientClock
from bot.model.inbox import Received
from bot.runtime.own_events import StoreEvents

LOOK = 0.5
"""Seconds between two looks."""
PATIENCE = 60.0
"""Seconds after which nobody waits any more for somebody whose turn, or whose push, does not come."""


async def tell_through(
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
