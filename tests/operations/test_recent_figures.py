"""C1: counting a shop's members for pages: once for all who ask, and not over and over."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

import pytest

from bot.operations import recent_figures
from bot.operations.recent_figures import AT_ONCE, SHARE, SOON, RecentFigures
from bot.store.contacts.member_records import MembersCounted
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW

AWAY = DatabaseUnavailable("away")
ShopFigures: TypeAlias = RecentFigures[[str, tuple[str, ...]], MembersCounted]


class Counting:
    """Counts when it is let, so long; `seconds` is what `monotonic` has moved by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.may = asyncio.Event()
        self.may.set()
        self.takes, self.time = 0.0, 100.0
        self.fails: Exception | None = None
        monkeypatch.setattr(recent_figures, "monotonic", lambda: self.time)

    async def count(self, shop: str, slots: tuple[str, ...]) -> MembersCounted:
        self.asked.append((shop, slots))
        number = len(self.asked)
        await self.may.wait()
        self.time += self.takes
        if self.fails is not None:
            raise self.fails
        return MembersCounted(number, 0, dict.fromkeys(slots, number))

    def lately(self, at_once: float = AT_ONCE) -> ShopFigures:
        return RecentFigures(self.count, lambda: NOW, at_once=at_once)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    return Counting(monkeypatch)


async def people(lately: ShopFigures, *slots: str) -> int | None:
    found = await lately.of("forest", slots)
    return None if found is None else found.value.people


async def test_what_takes_no_time_is_counted_each_time(counting: Counting) -> None:
    lately = counting.lately(at_once=10)
    assert [await people(lately), await people(lately)] == [1, 2]


async def test_what_takes_long_is_as_good_as_new_for_a_while(counting: Counting) -> None:
    lately, counting.takes = counting.lately(at_once=10), 3.0
    assert [await people(lately), await people(lately)] == [1, 1]
    counting.time += SHARE * 3.0 - 0.1
    assert await people(lately) == 1
    counting.time += SOON + 0.2
    assert await people(lately) == 2
    assert await people(lately, "t.tier") == 3, "another attribute was not counted then"


async def test_nobody_waits_for_what_is_hardly_too_old(counting: Counting) -> None:
    """They are shown at once, and counted beside that for the next."""
    lately, counting.takes = counting.lately(at_once=10), 3.0
    assert await people(lately) == 1
    counting.time += SHARE * 3.0 + SOON - 0.1
    counting.may.clear()
    assert [await people(lately), await people(lately)] == [1, 1]
    [task] = lately._counting.values()
    counting.may.set()
    await task
    assert (await people(lately), len(counting.asked)) == (2, 2)


async def test_who_asks_meanwhile_waits_for_the_same_and_not_for_long(counting: Counting) -> None:
    lately = counting.lately(at_once=0)
    counting.may.clear()
    assert [await people(lately) for _ in range(50)] == [None] * 50
    [task] = lately._counting.values()
    counting.takes = 3.0
    counting.may.set()
    await task
    assert (len(counting.asked), await people(lately)) == (1, 1)
    counting.time += SHARE * 3.0 + 1
    counting.may.clear()
    assert await people(lately) == 1, "the old ones, until the new are there"
    await lately.close()


async def test_who_waits_is_told_that_it_failed_and_the_next_counts_anew(counting: Counting) -> None:
    lately, counting.fails = counting.lately(at_once=10), AWAY
    with pytest.raises(DatabaseUnavailable):
        await people(lately)
    counting.fails = None
    assert await people(lately) == 2


@pytest.mark.parametrize("error", [AWAY, KeyError("a bug")])
async def test_what_takes_long_and_fails_is_not_counted_over_and_over(
    counting: Counting, error: Exception
) -> None:
    """A page that comes again by itself would have the database look at everybody without an end."""
    lately, counting.takes = counting.lately(at_once=0), 120.0
    for fails in (False, True):
        counting.may.clear()
        assert await people(lately) == (1 if fails else None)
        counting.fails = error if fails else None
        [task] = lately._counting.values()
        counting.may.set()
        await asyncio.wait({task})
        await asyncio.sleep(0)
        counting.time += SHARE * 120.0 - 1
        if not fails:
            assert await people(lately) == 1
            counting.time += 2
    for _ in range(5):
        with pytest.raises(type(error)):
            await people(lately)
    assert len(counting.asked) == 2
    counting.fails, counting.time = None, counting.time + 2
    counting.may.clear()
    assert await people(lately) == 1, "the old ones, until the new are there"
    [task] = lately._counting.values()
    counting.may.set()
    await task
    assert await people(lately) == 3


async def test_at_the_end_nobody_counts(counting: Counting) -> None:
    lately = counting.lately(at_once=0)
    counting.may.clear()
    await people(lately)
    [task] = lately._counting.values()
    await lately.close()
    assert task.cancelled()
