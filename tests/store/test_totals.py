"""H3: the totals of capped journeys: exact under a race, and after any crash."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.counters.quotas import Totals
from bot.store.database.mongo import Database


@pytest.fixture
def totals(database: Database) -> Totals:
    return Totals(database)


async def test_what_fits_is_counted_in_order_and_the_rest_is_not(totals: Totals) -> None:
    assert await totals.reserve("j", ["a", "b"], 3) == (2, frozenset("ab"))
    assert await totals.reserve("j", ["c", "d"], 3) == (3, frozenset("c"))
    assert await totals.reserve("j", ["e"], 3) == (3, frozenset())
    assert await totals.of(["j", "k"]) == {"j": 3}


async def test_the_same_push_counts_once_while_it_is_under_way(totals: Totals) -> None:
    """Whoever makes it again after a crash finds it counted, although the cap is reached."""
    await totals.reserve("j", ["a"], 1)
    assert await totals.reserve("j", ["a", "b"], 1) == (1, frozenset("a"))


async def test_a_smaller_cap_counts_nobody_more_and_nobody_less(totals: Totals) -> None:
    await totals.reserve("j", ["a", "b", "c"], 3)
    assert await totals.reserve("j", ["a", "d"], 1) == (3, frozenset("a"))


async def test_what_is_given_back_makes_room_and_what_was_made_does_not(totals: Totals) -> None:
    await totals.reserve("j", ["a", "b"], 2)
    await totals.settle("j", ["a"], ["b"])
    await totals.settle("j", [], ["b", "a"])  # once only
    assert await totals.of(["j"]) == {"j": 1}
    assert await totals.reserve("j", ["c", "d"], 2) == (2, frozenset("c"))


async def test_whoever_comes_together_passes_no_cap(totals: Totals) -> None:
    """Two processes and more, on a journey that nobody has ever pushed for."""
    found = await asyncio.gather(*(totals.reserve("j", [f"p{n}", f"q{n}"], 25) for n in range(40)))
    assert sum(len(counted) for _, counted in found) == 25
    assert await totals.of(["j"]) == {"j": 25}


async def test_a_name_of_an_expression_is_a_name(totals: Totals) -> None:
    assert await totals.reserve("$n", ["$pending", "b"], 5) == (2, frozenset(["$pending", "b"]))
