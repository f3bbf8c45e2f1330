"""LINE's rates over several processes: never above them in any second, however many there are. I3."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.model.processes import PARTS
from bot.runtime.limits.line_rates import LATE, SLOTS, LineRates, Paced, Slots
from tests.conftest import NOW, ManualClock
from tests.depth import examples

LINES: dict[Paced, int] = {"multicast": 200, "push": 2_000}
"""What LINE allows in a second."""
START = NOW.timestamp()


def most_in_a_second(calls: list[float]) -> int:
    """The most calls that lie in any second, wherever it begins."""
    calls = sorted(calls)
    return max((bisect_left(calls, at + 1.0) - number for number, at in enumerate(calls)), default=0)


def greedy(slots: Slots, moments: list[float], parts: Callable[[float], frozenset[int]]) -> list[float]:
    """The calls of a process that calls as often as it may whenever it comes to it."""
    calls = []
    for now in moments:
        slots.own(parts(now), now)
        while slots.take(now) is None:
            calls.append(now)
    return calls


def always(parts: frozenset[int]) -> Callable[[float], frozenset[int]]:
    return lambda now: parts


def test_slots_leave_room_for_what_comes_late() -> None:
    assert all(SLOTS[kind] * (1 + LATE) < most for kind, most in LINES.items())


@settings(max_examples=examples(40))
@given(
    kind=st.sampled_from(("multicast", "push")),
    owners=st.lists(st.integers(0, 40), min_size=PARTS, max_size=PARTS),
    moves=st.lists(st.tuples(st.floats(0, 3), st.integers(0, PARTS - 1), st.integers(0, 40)), max_size=30),
    looks=st.lists(st.lists(st.floats(0, 3), min_size=1, max_size=200), min_size=41, max_size=41),
)
def test_s38_never_above_the_rate_in_any_second_however_many_processes(
    kind: Paced,
    owners: list[int],
    moves: list[tuple[float, int, int]],
    looks: list[list[float]],
) -> None:
    """Each comes to it when it does; parts go from one to the other at any moment."""

    def parts_of(process: int) -> Callable[[float], frozenset[int]]:
        def parts(now: float) -> frozenset[int]:
            held = list(owners)
            for at, part, to in sorted(moves):
                if at <= now - START:
                    held[part] = to
            return frozenset(part for part in range(PARTS) if held[part] == process)

        return parts

    calls = []
    for process in range(41):
        # a process that loses or gets a part knows of it at once: that is the lease's affair
        moments = sorted({START + at for at in looks[process]} | {START + at for at, _, _ in moves})
        calls += greedy(Slots(SLOTS[kind]), moments, parts_of(process))
    assert most_in_a_second(calls) <= LINES[kind]


@pytest.mark.parametrize("kind", ["multicast", "push"])
@pytest.mark.parametrize("processes", [1, 2, 3, 85, 256])
def test_together_they_use_the_rate(kind: Paced, processes: int) -> None:
    """Each with as many parts as the others, looking each millisecond, as long as five seconds."""
    calls: list[float] = []
    moments = [START + number / 1_000 for number in range(5_000)]
    shares = [frozenset(range(process, PARTS, processes)) for process in range(processes)]
    if processes in (85, 256):  # a few of them are as good as all, and cheaper
        shares = shares[:3]
    for share in shares:
        mine = greedy(Slots(SLOTS[kind]), moments, always(share))
        assert len(mine) == pytest.approx(5 * SLOTS[kind] * len(share) / PARTS, rel=0.1, abs=2)
        calls += mine
    assert most_in_a_second(calls) <= SLOTS[kind] * (1 + LATE)


def test_a_range_of_parts_has_its_slots_evenly() -> None:
    """Else half of the processes would call in one half of each second or two."""
    moments = [START + number / 1_000 for number in range(3_000)]
    calls = greedy(Slots(170), moments, lambda now: frozenset(range(128)))
    gaps = [later - earlier for earlier, later in pairwise(calls)]
    assert max(gaps) < 0.05


def test_a_slot_that_was_missed_for_long_is_gone() -> None:
    slots = Slots(1_000)
    everything = frozenset(range(PARTS))
    assert greedy(slots, [START], lambda now: everything) == []  # what was before is perhaps another's
    assert len(greedy(slots, [START + 60], lambda now: everything)) == pytest.approx(1_000 * LATE, abs=2)


@example(back=3_600.0)
@settings(max_examples=examples(20))
@given(back=st.floats(0.0, 100_000.0))
def test_a_clock_that_is_set_back_stops_nobody_for_long(back: float) -> None:
    slots, everything = Slots(100), frozenset(range(PARTS))
    greedy(slots, [START, START + 1], lambda now: everything)
    again = [START + 1 - back + number / 100 for number in range(300)]
    assert len(greedy(slots, again, lambda now: everything)) >= 100


async def test_who_comes_first_goes_first_and_waits_by_the_clock(clock: ManualClock) -> None:
    parts: set[int] = set()
    rates = LineRates(lambda: parts, clock)
    done: list[int] = []

    async def call(number: int) -> None:
        await rates.admit("main", "multicast")
        done.append(number)

    tasks = [asyncio.create_task(call(number)) for number in range(3)]
    await clock.waited_for()
    clock.advance(10)
    await asyncio.sleep(0)
    assert done == []  # no part is ours
    parts.update(range(PARTS))
    while len(done) < 3:
        await clock.waited_for()
        clock.advance(0.002)
        for _ in range(5):
            await asyncio.sleep(0)
    assert done == [0, 1, 2]
    await asyncio.gather(*tasks)


async def test_channels_and_kinds_have_rates_of_their_own(clock: ManualClock) -> None:
    rates = LineRates(lambda: list(range(PARTS)), clock, {"multicast": 1, "push": 1})
    kinds: list[tuple[str, Paced]] = [("main", "push"), ("other", "multicast"), ("main", "multicast")]
    waiting = [asyncio.create_task(rates.admit(*one)) for one in kinds]
    await clock.waited_for()
    clock.advance(1)
    await asyncio.wait_for(asyncio.gather(*waiting), 20)
    again = asyncio.create_task(rates.admit("main", "push"))
    await clock.waited_for()
    assert not again.done()
    clock.advance(1)
    await asyncio.wait_for(again, 20)
