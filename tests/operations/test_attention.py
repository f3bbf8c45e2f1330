"""K2: what needs attention is counted once for all who ask, and no page waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.model.brake import OFF, Brake, PushStop
from bot.operations.attention import MOST, AttentionBoard
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW


class Counting:
    """Counts as it is told, and how often."""

    def __init__(self) -> None:
        self.number, self.asked, self.is_away = 3, 0, False
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def __call__(self, most: int) -> int:
        self.asked += 1
        await self.goes_on.wait()
        if self.is_away:
            raise DatabaseUnavailable("away")
        return min(self.number, most)


async def test_two_hundred_who_ask_at_once_cost_one_count() -> None:
    count = Counting()
    board = AttentionBoard({"waiting": count}, lambda: OFF)
    found = await asyncio.gather(*(board.now() for _ in range(200)))
    assert {one.shown("waiting") for one in found} == {"3"}
    await board.now()
    assert count.asked == 1


async def test_a_page_that_lists_what_is_counted_has_the_number_of_its_list() -> None:
    """E6: the list was of now, and the number beside *Chat* up to five seconds old."""
    count, other = Counting(), Counting()
    board = AttentionBoard({"waiting": count, "unsent": other}, lambda: OFF)
    await board.now()
    count.number = other.number = 4
    assert (await board.now(listed="shops")).shown("waiting") == "3"
    opened = await board.now(listed="waiting")
    assert (opened.shown("waiting"), opened.shown("unsent"), other.asked) == ("4", "3", 1)
    count.is_away = True
    assert (await board.now(listed="waiting")).shown("waiting") == "4"


async def test_many_are_shown_as_many_and_none_as_nothing() -> None:
    count = Counting()
    board = AttentionBoard({"waiting": count}, lambda: OFF, fresh=0)
    shown = []
    for count.number in (0, 1, MOST, MOST + 1, 10**6):
        shown.append((await board.now()).shown("waiting"))
    assert shown == ["", "1", "99", "99+", "99+"]
    assert (await board.now()).shown("nothing") == ""


async def test_what_was_given_to_somebody_counts_for_them_alone() -> None:
    async def given() -> Mapping[str, int]:
        return {"console:ben": 2}

    board = AttentionBoard({"waiting": Counting(), "unsent": Counting()}, lambda: OFF, given)
    ben, amy = await board.now("console:ben"), await board.now("console:amy")
    assert (ben.shown("waiting"), ben.shown("unsent"), amy.shown("waiting")) == ("5", "3", "3")
    assert (ben.shown("given"), amy.shown("given")) == ("2", "")
    assert (await board.now()).counts["waiting"] == 3


async def test_while_the_database_is_away_the_numbers_from_before_stand() -> None:
    count = Counting()
    board = AttentionBoard({"waiting": count}, lambda: OFF, fresh=0)
    await board.now()
    count.is_away, count.number = True, 7
    assert (await board.now()).shown("waiting") == "3"
    count.is_away = False
    assert (await board.now()).shown("waiting") == "7"


async def test_no_page_waits_for_a_slow_count() -> None:
    count = Counting()
    board = AttentionBoard({"waiting": count}, lambda: OFF)
    count.goes_on.clear()
    async with asyncio.timeout(10):
        assert (await board.now()).shown("waiting") == ""
    count.goes_on.set()
    assert (await board.now()).shown("waiting") == "3"
    await board.close()


async def test_what_is_stopped_is_that_of_this_moment() -> None:
    brake = OFF
    board = AttentionBoard({}, lambda: brake)
    assert (await board.now()).stopped is None
    brake = Brake(
        (PushStop("main", None, "mei", NOW), PushStop(None, "vip", "mei", NOW + timedelta(hours=1)))
    )
    assert "channel main, flow vip" in str((await board.now()).stopped)
