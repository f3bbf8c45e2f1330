"""The clock that moves: whoever waits by it is woken at the right moment, and never too early."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.pause import pause
from bot.simulator.workbench.clock import Backwards, MovingClock
from tests.simulator.conftest import StillClock

START = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
SOON = 30.0
"""Seconds after which a wait that should have ended has failed the test."""


async def test_it_goes_on_from_where_it_was_moved_to() -> None:
    below = StillClock()
    clock = MovingClock(below)
    clock.move_to(START + timedelta(days=30))
    below.move(seconds=5)
    assert clock.now() == START + timedelta(days=30, seconds=5)
    assert clock.ahead == timedelta(days=30)


async def test_it_never_goes_back() -> None:
    clock = MovingClock(StillClock())
    clock.move_to(START + timedelta(hours=1))
    with pytest.raises(Backwards):
        clock.move_to(START + timedelta(minutes=59))
    assert clock.ahead == timedelta(hours=1)


async def test_a_move_ends_the_waits_whose_moment_has_come() -> None:
    clock = MovingClock(StillClock())
    short = asyncio.create_task(clock.wait(3_600))
    long = asyncio.create_task(clock.wait(2 * 3_600 + 60))
    await asyncio.sleep(0)
    clock.move_to(START + timedelta(hours=1))
    await asyncio.wait_for(short, SOON)
    assert not long.done()
    clock.move_to(START + timedelta(hours=2))
    await asyncio.sleep(0)
    assert not long.done()
    clock.move_to(START + timedelta(hours=3))
    await asyncio.wait_for(long, SOON)


async def test_a_wait_counts_from_when_it_is_asked_for() -> None:
    """A move before its first step must not be slept over: a timer would come half a minute late."""
    clock = MovingClock(StillClock())
    waiting = clock.wait(3_600)
    clock.move_to(START + timedelta(hours=1))
    await asyncio.wait_for(waiting, SOON)


async def test_waits_that_are_given_up_leave_nothing_behind() -> None:
    clock = MovingClock(StillClock())
    waiting = asyncio.create_task(clock.wait(3_600))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    clock.move_to(START + timedelta(hours=2))


async def test_it_is_the_machines_time_that_passes_too() -> None:
    await asyncio.wait_for(MovingClock().wait(0.001), SOON)
    await asyncio.wait_for(MovingClock().wait(0), SOON)


async def test_a_pause_is_ended_by_a_move() -> None:
    clock = MovingClock(StillClock())
    pausing = asyncio.create_task(pause(clock, 30, asyncio.Event()))
    await asyncio.sleep(0)
    clock.move_to(START + timedelta(minutes=1))
    await asyncio.wait_for(pausing, SOON)
