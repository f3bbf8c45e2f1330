"""E3, H7: what happened in each hour is counted of the timeline, whole: twice counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.engine.notes import NO_RULE
from bot.model.counts import BOUND, ENTERED, OF_BINDINGS, OF_CLERKS, Counted
from bot.model.hours import HOUR, hour_of
from bot.model.journal import CallEnd, TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.runtime.limits.hours import BACK, HourCounting, hours_to_count
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.store.test_happened import PEOPLE, sent

SOON = timedelta(minutes=5)


def row(name: str, what: str = "text", **fields: Any) -> TimelineRow:
    """A row of somebody; `name` is its event's, with the channel."""
    contact = "main:U1"
    return TimelineRow(name, contact, part_of(contact), NOW, what, **fields)


ROWS = (
    row(
        "main:A",
        calls=("reply", "push outlet", "push"),
        ends={
            0: CallEnd("accepted", NOW),
            1: CallEnd("known-already", NOW),
            2: CallEnd("quota", NOW, lost=True),
        },
    ),
    row("main:B", details=(NO_RULE.row,)),
    row("outlet:C", "sticker", details=(NO_RULE.row,)),
    row("main:D", "follow"),
    row("main:E", "follow: again"),
    row("main:F", "unfollow"),
    row(
        "main:U1:timer:outlet:f:1",
        "timer",
        calls=("push",),
        ends={0: CallEnd("accepted", NOW)},
        counted=Counted("t", "2026-11-20", (Mark("outlet", "f", ENTERED), Mark("outlet", "f", "passed"))),
    ),
    row(
        "main:G",
        "postback",
        counted=Counted(
            "g",
            "2026-11-20",
            (Mark("main", OF_BINDINGS, BOUND, ("phone",)), Mark("main", OF_CLERKS, BOUND, ("A1", "xinyi"))),
        ),
    ),
)


async def test_an_hour_says_what_happened_on_which_channel(stores: Stores) -> None:
    await stores.journal.timeline([*ROWS, *(row("main:later", "text"),)])
    for _ in range(2):
        await stores.hours.count(hour_of(NOW), NOW + SOON)
    [hour] = await stores.hours.between(hour_of(NOW), hour_of(NOW) + HOUR)
    assert hour.numbers == {
        ("main", "in"): 3,
        ("main", "unheard"): 1,
        ("main", "reply"): 1,
        ("main", "followed"): 1,
        ("main", "came back"): 1,
        ("main", "blocked"): 1,
        ("main", "bound phone"): 1,
        ("main", "bound clerk"): 1,
        ("outlet", "in"): 1,
        ("outlet", "push"): 2,
        ("outlet", "opened f"): 1,
    }
    assert hour.unheard == ("main:B",)
    assert (hour.of("in"), hour.of("in", "main"), hour.to) == (4, 3, NOW + SOON)


async def test_broadcasts_are_counted_by_those_whom_they_have_reached(stores: Stores) -> None:
    """Their rows on people are not read; who wrote in the same millisecond is counted."""
    await sent(stores, "sale", NOW)
    await stores.journal.timeline([row("main:A")])
    await stores.hours.count(hour_of(NOW), NOW + SOON)
    [hour] = await stores.hours.between(hour_of(NOW), NOW + HOUR)
    assert hour.numbers == {("main", "in"): 1, ("main", "broadcast"): len(PEOPLE)}


async def test_who_has_looked_later_is_believed(stores: Stores) -> None:
    await stores.journal.timeline([row("main:A")])
    await stores.hours.count(hour_of(NOW), NOW + SOON)
    await stores.journal.timeline([row("main:B")])
    await stores.hours.count(hour_of(NOW), NOW)
    [hour] = await stores.hours.between(hour_of(NOW), NOW + HOUR)
    assert (hour.of("in"), hour.to) == (1, NOW + SOON)


async def test_each_hour_is_counted_until_it_is_over_and_again_after_a_start(stores: Stores) -> None:
    """A death at any point: the next pass writes the same. What came late is counted by the next start."""
    clock = ManualClock()
    assert await hours_to_count(stores.hours, NOW, again=True) == []
    await stores.journal.timeline([row("main:A")])
    counting = HourCounting(stores.hours, lambda part: True, clock)
    await counting.count()
    assert await stores.hours.first() == hour_of(NOW)
    clock.advance(3.5 * HOUR.total_seconds())
    assert len(await hours_to_count(stores.hours, clock.now(), again=False)) == 4
    await counting.count()
    assert await hours_to_count(stores.hours, clock.now(), again=False) == [hour_of(clock.now())]
    await stores.journal.timeline([row("main:late")])
    await HourCounting(stores.hours, lambda part: True, clock).count()
    assert (await stores.hours.between(hour_of(NOW), NOW + HOUR))[0].of("in") == 2
    clock.advance(BACK.total_seconds() * 2)
    assert len(await hours_to_count(stores.hours, clock.now(), again=False)) == BACK // HOUR + 1
