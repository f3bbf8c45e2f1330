"""Repeats a call of LINE while LINE is busy or away."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.line.outcome import LineError
from bot.runtime.retry import backoff

T = TypeVar("T")

ATTEMPTS = 10
"""Of one question, over some two minutes."""


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What LINE answers at last. Raises `LineError`."""
    for attempt in range(1, ATTEMPTS):
        try:
            return await ask()
        except LineError as error:
            if error.status is not None and error.status != 429 and error.status < 500:
                raise
            await sleep(backoff(attempt))
    return await ask()
