"""Processes come, stop, die and sleep: the others go on where they were (A2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from itertools import count

import pytest

from bot.model.processes import PARTS, part_of
from bot.model.stored import Stored
from tests.eventually import PATIENCE
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot
from tests.runtime.held_calls import held_before, held_behind
from tests.runtime.shop import TICK, Shop, at_rest, gone, parts, someone_of, token
from tests.runtime.test_asking import ScriptedWorld, scripted


@pytest.mark.ring("all", "a crowd")
async def test_a_newcomer_takes_its_half_without_a_hitch(shop: Shop) -> None:
    """A2: people go on talking while parts change hands."""
    first = await shop.opens()
    events = [shop.says(f"U{n}") for n in range(40)]
    await first.hear(*events[:20])
    second = await shop.opens()
    hearing = asyncio.gather(*((first, second)[n % 2].hear(event) for n, event in enumerate(events[20:])))
    await shop.until(lambda: parts(first) == parts(second) == 128)
    await hearing
    more = [shop.says(f"U{n}") for n in range(40)]
    await asyncio.gather(*((first, second)[n % 2].hear(event) for n, event in enumerate(more)))
    await shop.answered(*events, *more)
    assert sorted(shop.line.answered) == sorted(map(token, [*events, *more]))
    assert not set(first.runtime.ownership.parts) & set(second.runtime.ownership.parts)


async def test_who_stops_hands_everything_over_at_once(shop: Shop) -> None:
    """A2: a graceful stop."""
    first, second = await shop.two()
    user = someone_of(first)
    before = shop.says(user)
    await first.hear(before)
    await first.runtime.stop()
    shop.bots.remove(first)
    after = shop.says(user)
    await second.hear(after)
    await shop.until(lambda: parts(second) == 256)  # long before the lease would have run out
    await shop.answered(before, after)
    assert shop.line.answered == [token(before), token(after)]
    assert await shop.taken(user) == [before.entry.id, after.entry.id]


async def test_what_a_dead_process_left_undecided_is_decided(shop: Shop) -> None:
    """A2, A8: stored, answered 200, and then kill -9."""
    first, second = await shop.two()
    user = someone_of(first)
    events = [shop.says(user) for _ in range(5)]
    async with first.runtime.batches.none():
        await first.hear(*events)
        await gone(shop, first, second)
    await shop.answered(*events)
    assert parts(second) == 256
    assert shop.line.answered == [token(event) for event in events]
    assert (await second.stored(user)).revision == 1


async def test_whose_parts_were_taken_over_is_in_the_log(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """K3: how many parts, from whom, and what was left undone; who hands over by itself is no news."""
    caplog.set_level(logging.INFO, "oaflow")
    first, second = await shop.two()
    third = await shop.opens()
    await third.runtime.stop()
    shop.bots.remove(third)
    await shop.until(lambda: parts(first) + parts(second) == 256)
    assert [record.getMessage() for record in caplog.records] == []
    events = [shop.says(someone_of(first, n)) for n in range(3)]
    left = parts(first)
    async with first.runtime.batches.none():
        await first.hear(*events)
        await gone(shop, first, second)
    await shop.answered(*events)
    assert parts(second) == 256
    assert [record.getMessage() for record in caplog.records] == [
        f"took over {left} of the {left} parts of process {first.id[:8]}, "
        "which has ended without handing over",
        f"goes on where the last owner of {left} parts ended: 3 people with events, 0 calls to be made",
    ]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_a_dead_process_decided_is_not_decided_again(shop: Shop) -> None:
    """A8: the replies were under way; what LINE had taken is found out by the token."""
    first, second = await shop.two()
    user = someone_of(first)
    event = shop.says(user, "優惠")
    shop.line.hold = asyncio.Event()
    await first.hear(event)
    await shop.until(lambda: bool(shop.line.calls))
    await gone(shop, first, second)
    shop.line.hold = None
    stored = await second.stored(user)
    async with asyncio.timeout(PATIENCE):
        while stored.open or stored.outgoing:
            shop.clock.advance(TICK)
            stored = await second.stored(user)
    assert stored.revision == 1
    assert shop.line.answered == [token(event)]
    assert await second.dead_letters() == []
    assert [tag.name for tag in stored.contact.tags] == ["看過優惠"]
    assert await shop.taken(user) == [event.entry.id]


async def test_a_paused_owner_cannot_write_after_another_has_taken_over(shop: Shop) -> None:
    """A2: its write was on its way when it was paused; the fence is older than the new owner's."""
    first, second = await shop.two()
    user = someone_of(first)
    held = held_before(first.contacts, "save")
    event, after = shop.says(user), shop.says(user)
    await first.hear(event)
    await shop.until(held.reached.is_set)
    second.dead.add(first.id)
    await shop.until(lambda: second.runtime.ownership.owns(part_of(f"main:{user}")))
    await second.hear(after)
    await shop.until(lambda: len(shop.line.answered) == 2)
    second.dead.clear()
    held.go_on.set()
    await shop.until(lambda: parts(first) == parts(second) == 128)
    assert shop.line.answered == [token(event), token(after)]
    assert await shop.taken(user) == [event.entry.id, after.entry.id]
    assert first.runtime.trouble is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_lost_a_race_says_nothing_of_what_the_new_owner_decided(shop: Shop) -> None:
    """K1: a row of the new owner that is not yet written is not a row that was lost."""
    first, second = await shop.two()
    user = someone_of(first)
    held = held_before(first.contacts, "save")
    told = held_before(second.rows, "timeline")
    event = shop.says(user)
    await first.hear(event)
    await shop.until(held.reached.is_set)
    second.dead.add(first.id)
    await shop.until(lambda: token(event) in shop.line.answered)
    second.dead.clear()
    held.go_on.set()
    await shop.until(lambda: parts(first) == 0 and at_rest(first))
    told.go_on.set()
    await shop.quiet()
    assert [row.what for row in await first.timeline(user)] == ["text"]


async def test_a_lost_race_keeps_nobody_while_what_a_dead_process_left_is_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: everybody else of that part is answered in time."""
    first, second = await shop.two()
    user = someone_of(first)
    part = part_of(f"main:{user}")
    other = next(one for one in map("V{}".format, range(100_000)) if part_of(f"main:{one}") == part)
    await second.crash()
    shop.bots.remove(second)
    reached, go_on, read = asyncio.Event(), asyncio.Event(), first.contacts.unsent

    async def slow(parts: Sequence[int]) -> AsyncIterator[Stored]:
        reached.set()
        await go_on.wait()
        async for one in read(parts):
            yield one

    monkeypatch.setattr(first.contacts, "unsent", slow)
    first.dead.add(second.id)
    first.runtime.ownership.check_soon()
    await shop.until(reached.is_set)
    known = shop.says(user)
    await first.hear(known)
    await shop.until(lambda: token(known) in shop.line.answered)
    await first.contacts.poke([(f"main:{user}", "stored by another")])  # so that the race is lost
    events = shop.says(user), shop.says(other)
    await first.hear(*events)
    await shop.until(lambda: {*map(token, events)} <= {*shop.line.answered})
    assert first.runtime.metrics.lost_races.counts == {(): 1}
    go_on.set()


async def test_an_owner_that_is_buried_while_it_writes_goes_on(shop: Shop) -> None:
    """A2: the write was made, its answer came late: the turn counts, and the process lives."""
    first, second = await shop.two()
    user = someone_of(first)
    held = held_behind(first.contacts, "save")
    event = shop.says(user)
    await first.hear(event)
    await shop.until(held.reached.is_set)
    second.dead.add(first.id)
    await shop.until(lambda: second.runtime.ownership.owns(part_of(f"main:{user}")))
    second.dead.clear()
    await shop.until(lambda: parts(first) == parts(second) == 128)
    held.go_on.set()
    more = [shop.says(someone_of(bot, 1)) for bot in (first, second)]
    await first.hear(*more)
    await shop.answered(event, *more)
    assert sorted(shop.line.answered) == sorted(map(token, [event, *more]))
    assert first.runtime.trouble is None


@pytest.mark.usefixtures("no_backstop")
async def test_after_a_lapse_what_was_to_be_sent_is_sent(shop: Shop) -> None:
    """A8: the lease lapsed while LINE was slow (MongoDB away, the machine asleep); nobody took over."""
    bot = await shop.opens()
    events = [shop.says("U1") for _ in range(3)]
    shop.line.hold = asyncio.Event()
    await bot.hear(*events)
    await shop.until(lambda: bool(shop.line.calls))
    bot.runtime.ownership._until = 0.0
    shop.line.hold.set()
    await shop.until(lambda: bot.runtime.ownership.owns(0))
    await shop.answered(*events)
    assert shop.line.answered == [token(event) for event in events]


# -- calls that are under way while parts change hands end first, so that nobody makes them twice (A2, D7)


MOVES = next(f"U{n}" for n in range(PARTS) if part_of(f"main:U{n}") >= PARTS // 2)
"""Somebody whose part goes to a second process."""


async def newcomer(
    shop: Shop, first: Bot, monkeypatch: pytest.MonkeyPatch, world: ScriptedWorld | None = None
) -> Bot:
    """A second process, once the first has begun to hand half of the parts over, and some time has passed."""
    begun, close = asyncio.Event(), first.runtime.lanes.close

    def closing(handed: list[int]) -> None:
        close(handed)
        begun.set()

    monkeypatch.setattr(first.runtime.lanes, "close", closing)
    second = await shop.opens(effects=world)
    await shop.until(begun.is_set)
    answers = count()
    await shop.until(lambda: next(answers) > 50)
    return second


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_asked_of_the_world_is_not_asked_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided_by(monkeypatch, scripted)
    world = ScriptedWorld(hold=asyncio.Event())
    first = await shop.opens(effects=world)
    await first.hear(shop.says(MOVES, "查訂單"))
    await world.begun.wait()
    second = await newcomer(shop, first, monkeypatch, world)
    assert parts(second) == 0
    assert world.hold is not None
    world.hold.set()
    await shop.until(lambda: parts(first) == parts(second) == PARTS // 2)
    await shop.quiet()
    assert len(world.asked) == 1
    assert [tag.name for tag in (await second.stored(MOVES)).contact.tags] == ["heard ok"]


async def test_a_reply_ends_with_who_began_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.line.hold = asyncio.Event()
    first = await shop.opens()
    event = shop.says(MOVES)
    await first.hear(event)
    await shop.until(lambda: bool(shop.line.calls))
    second = await newcomer(shop, first, monkeypatch)
    assert parts(second) == 0
    shop.line.hold.set()
    await shop.until(lambda: parts(first) == parts(second) == PARTS // 2)
    await shop.answered(event)
    assert len(shop.line.calls) == 1


async def test_nobody_waits_longer_than_for_a_stop(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook that hangs keeps nobody's part: its call is made again, with the same key."""
    decided_by(monkeypatch, scripted)
    world = ScriptedWorld(hold=asyncio.Event())
    first = await shop.opens(effects=world)
    first.runtime.sender._grace = 0.01
    await first.hear(shop.says(MOVES, "查訂單"))
    await world.begun.wait()
    second = await shop.opens(effects=world)
    await shop.until(lambda: parts(second) == PARTS // 2 and len(world.asked) == 2)
    assert world.hold is not None
    world.hold.set()
    await shop.quiet()
    [before, again] = world.callers
    assert before == again
    assert [tag.name for tag in (await second.stored(MOVES)).contact.tags] == ["heard ok"]
