"""Two of the team rotate the keys at once, each with a ring of their own; and two looks at it at once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.model.translatable import Refusal
from bot.operations.keys import begin
from bot.store.sealing.keyring import KeyRing, index_name
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.store.test_rotation import Process, begun, old, one, quick, quick_clock, two, until_done

__all__ = ["old", "one", "quick", "quick_clock", "two"]

ROUNDS = 5


async def begun_by(stores: Stores, ring: KeyRing, to: str, clock: ManualClock) -> bool:
    try:
        await begin(stores, ring, to, f"command:{to}", clock)
    except (Refusal, DatabaseUnavailable):  # the transactions met
        return False
    return True


@pytest.mark.ring("all", "several processes of a bot")
async def test_of_two_at_once_one_is_refused_and_leaves_nothing_behind(
    one: Process, two: Process, quick_clock: ManualClock
) -> None:
    """Both were refused, and both keys asked of everybody: bots stood aside, and none could be started."""
    for _ in range(ROUNDS):
        asked = [one.ring.with_new() for _ in range(2)]
        done = await asyncio.gather(*(begun_by(one.stores, *keys, quick_clock) for keys in asked))
        assert sorted(done) == [False, True]
        ((ring, to),) = [keys for keys, won in zip(asked, done, strict=True) if won]
        one.ring = two.ring = ring
        await until_done(one, two)
        assert one.seal.used.sealing == two.seal.used.sealing == to
        assert one.watch.trouble is two.watch.trouble is None


async def test_a_wider_ring_is_asked_of_nobody_before_it_is_rotated_to(
    one: Process, two: Process, quick_clock: ManualClock
) -> None:
    """Processes are started with it one after the other: the others went aside as soon as the first was."""
    wider, to = one.ring.with_new()
    await one.stores.register.check(wider)
    for process in (one, two):
        assert await process.look(), process.watch.trouble
    one.ring = wider
    assert await begun_by(one.stores, wider, to, quick_clock)
    assert not await two.look()
    two.ring = wider
    await until_done(one, two)
    assert two.seal.used.sealing == to


async def test_a_look_that_waits_for_the_disk_brings_no_former_key_back(one: Process, two: Process) -> None:
    """It had read which key is used before that changed, and used it after others had seen the new one."""
    disk, reading = threading.Event(), threading.Event()

    def slow() -> KeyRing:
        if not reading.is_set():
            reading.set()
            assert disk.wait(PATIENCE)
        return one.ring

    two.watch._read_ring = slow
    to = await begun(one)
    first = asyncio.create_task(two.look())
    assert await asyncio.to_thread(reading.wait, PATIENCE)
    await one.stores.register.use([to, index_name(to)])
    second = asyncio.create_task(two.look())
    await asyncio.wait([second], timeout=0.3)
    disk.set()
    assert all(await asyncio.gather(first, second))
    assert two.seal.used.sealing == to
