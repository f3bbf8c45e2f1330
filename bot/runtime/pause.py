"""Waiting for a moment or for something to happen, whichever comes first."""

from __future__ import annotations

import asyncio

from bot.model.clock import PatientClock


async def pause(clock: PatientClock, seconds: float, unless: asyncio.Event) -> None:
    """Return after `seconds` by this clock, or as soon as `unless` is set."""
    happened = asyncio.ensure_future(unless.wait())
    passed = asyncio.ensure_future(clock.wait(seconds))
    try:
        await asyncio.wait((happened, passed), return_when=asyncio.FIRST_COMPLETED)
    finally:
        happened.cancel()
        passed.cancel()
