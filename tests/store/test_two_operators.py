"""Two of the team rotate the keys at once, each with a ring of their own, beside bots that run."""

from __future__ import annotations

import asyncio

from bot.model.translatable import Refusal
from bot.operations.keys import begin
from bot.store.sealing.keyring import KeyRing
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.store.test_rotation import Process, old, one, quick, quick_clock, two, until_done

__all__ = ["old", "one", "quick", "quick_clock", "two"]

ROUNDS = 5


async def begun_by(stores: Stores, ring: KeyRing, to: str, clock: ManualClock) -> bool:
    try:
        await begin(stores, ring, to, f"command:{to}", clock)
    except (Refusal, DatabaseUnavailable):  # the transactions met
        return False
    return True


async def test_of_two_at_once_one_is_refused_and_leaves_nothing_behind(
    one: Process, two: Process, quick_clock: ManualClock
) -> None:
    """Both were refused, and both keys asked of everybody: bots stood aside, and none could be started."""
    for _ in range(ROUNDS):
        asked = [one.ring.with_new() for _ in range(2)]
        begun = await asyncio.gather(*(begun_by(one.stores, *keys, quick_clock) for keys in asked))
        assert sorted(begun) == [False, True]
        ((ring, to),) = [one_ for one_, done in zip(asked, begun, strict=True) if done]
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
