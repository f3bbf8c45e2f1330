"""One batch of turns is decided while the one before is written; never two written, nobody in both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest

from bot.model.processes import STALE, part_of
from bot.runtime.ports import Fences
from bot.runtime.turn_taking.batches import Batches
from bot.runtime.turn_taking.contact_cache import ContactCache
from bot.runtime.turn_taking.lanes import TICKS, Lane, Lanes
from bot.runtime.turn_taking.turns import DecidedBatch, TurnTaker
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock

PEOPLE = [f"main:U{number}" for number in range(2 * TICKS)]
FIRST, SECOND = PEOPLE[:TICKS], PEOPLE[TICKS:]


class Ours:
    """All parts are ours."""

    def fence(self, part: int) -> int | None:
        return 1

    def knows(self, part: int) -> bool:
        return True


class SlowTurns:
    """Turns whose writing ends when the test says so; `told` is what began and ended."""

    def __init__(self) -> None:
        self.recent = ContactCache()
        self.told: list[str] = []
        self.forgotten = 0
        self.alone: list[tuple[str, bool, bool]] = []
        self.stirred = asyncio.Event()
        self.writing: asyncio.Future[None] | None = None
        self._batches: dict[int, Sequence[Lane]] = {}

    async def decide(self, lanes: Sequence[Lane]) -> DecidedBatch:
        self.tell(f"decided {_named(lanes)}")
        for lane in lanes:
            lane.tick = lane.reread = False
        decided = DecidedBatch([])
        self._batches[id(decided)] = lanes
        return decided

    async def write(self, decided: DecidedBatch) -> None:
        name = _named(self._batches[id(decided)])
        assert self.writing is None, "two are written at once"
        self.writing = asyncio.get_running_loop().create_future()
        self.tell(f"writes {name}")
        try:
            await self.writing
        finally:
            self.writing = None
        self.tell(f"written {name}")

    async def take(self, batch: Sequence[Lane]) -> None:
        [lane] = batch
        self.alone.append((lane.contact, lane.reread, lane.tick))
        lane.tick = lane.reread = False

    def forget(self, decided: DecidedBatch) -> None:
        self.forgotten += 1

    def tell(self, what: str) -> None:
        self.told.append(what)
        self.stirred.set()

    async def until(self, what: str) -> None:
        while what not in self.told:
            self.stirred.clear()
            await self.stirred.wait()

    def end(self, error: Exception | None = None) -> None:
        assert self.writing is not None
        if error is None:
            self.writing.set_result(None)
        else:
            self.writing.set_exception(error)


def _named(lanes: Sequence[Lane]) -> str:
    return {tuple(FIRST): "the first", tuple(SECOND): "the second"}[tuple(lane.contact for lane in lanes)]


@pytest.fixture
def turns() -> SlowTurns:
    return SlowTurns()


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


@pytest.fixture
def recovered() -> list[str]:
    return []


@pytest.fixture
async def batches(
    turns: SlowTurns, lanes: Lanes, clock: ManualClock, recovered: list[str]
) -> AsyncIterator[Batches]:
    batches = Batches(cast("TurnTaker", turns), lanes, cast("Fences", Ours()), clock)

    async def recover() -> None:
        recovered.append("once")

    running = asyncio.create_task(batches.run(recover))
    yield batches
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()


async def both_decided(turns: SlowTurns, lanes: Lanes) -> None:
    """All are due; the second batch is decided, and the first is being written."""
    for contact in PEOPLE:
        lanes.tick(contact, part_of(contact))
    await turns.until("decided the second")
    await turns.until("writes the first")


async def first_alone(turns: SlowTurns, lanes: Lanes) -> None:
    """One batch is due, and is being written."""
    for contact in FIRST:
        lanes.tick(contact, part_of(contact))
    await turns.until("writes the first")


async def test_the_next_is_decided_while_one_is_written(
    turns: SlowTurns, lanes: Lanes, batches: Batches
) -> None:
    await both_decided(turns, lanes)
    assert "writes the second" not in turns.told
    turns.end()
    await turns.until("writes the second")
    assert not any(lanes.is_busy(contact) for contact in FIRST)
    assert all(lanes.is_busy(contact) for contact in SECOND)
    turns.end()
    await lanes.empty()


async def test_when_writing_fails_both_are_decided_anew_on_what_is_there(
    turns: SlowTurns,
    lanes: Lanes,
    batches: Batches,
    recovered: list[str],
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A8: the second was not written, and what came of the first nobody knows."""
    await both_decided(turns, lanes)
    seen: list[Lane] = []
    monkeypatch.setattr(lanes, "give_back", seen.extend)
    turns.end(DatabaseUnavailable("played"))
    await clock.waited_for()
    assert recovered == ["once"]
    assert {lane.contact for lane in seen} == set(PEOPLE)
    assert all(lane.reread and lane.tick for lane in seen)
    assert turns.forgotten == 1  # what was decided of the second; the first has seen to itself


async def test_one_by_one_they_are_read_anew_and_no_timer_is_forgotten(
    turns: SlowTurns, lanes: Lanes, batches: Batches
) -> None:
    """A8: a fault of ours; that a timer was due had been taken off their lanes."""
    await first_alone(turns, lanes)
    turns.end(ZeroDivisionError("a bug"))
    await lanes.empty()
    assert turns.alone == [(contact, True, True) for contact in FIRST]


async def test_what_was_decided_long_ago_is_decided_anew(
    turns: SlowTurns, lanes: Lanes, batches: Batches, clock: ManualClock
) -> None:
    """Others count on it: what was decided before a brake was pulled, or within a lease, is soon written."""
    await both_decided(turns, lanes)
    clock.advance(STALE + 1)
    turns.end()
    await turns.until("writes the second")
    assert turns.told.count("decided the second") == 2
    assert turns.told.count("writes the second") == 1
    assert turns.forgotten == 1
    turns.end()
    await lanes.empty()


async def test_while_there_is_to_be_none_the_last_is_through_and_none_begins(
    turns: SlowTurns, lanes: Lanes, batches: Batches
) -> None:
    await first_alone(turns, lanes)

    async def none() -> None:
        async with batches.none():
            turns.tell("there is none")
            for contact in SECOND:
                lanes.tick(contact, part_of(contact))
            for _ in range(20):
                await asyncio.sleep(0)
            turns.tell("now again")

    alone = asyncio.create_task(none())
    for _ in range(20):
        await asyncio.sleep(0)
    assert "there is none" not in turns.told
    turns.end()
    await turns.until("writes the second")
    await alone
    between = turns.told[turns.told.index("there is none") :]
    assert between[:3] == ["there is none", "now again", "decided the second"]
    assert turns.told.index("written the first") < turns.told.index("there is none")
    turns.end()
    await lanes.empty()
