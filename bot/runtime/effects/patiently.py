"""Asking the database until it is there: what comes of it could not be stored any earlier either."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.model.clock import PatientClock
from bot.store.unavailable import DatabaseUnavailable

T = TypeVar("T")

AGAIN = 1.0
"""Seconds before the database, found to be away, is asked again."""


async def patiently(work: Callable[[], Awaitable[T]], clock: PatientClock) -> T:
    """What `work` gives, once the database is back."""
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            await clock.wait(AGAIN)
