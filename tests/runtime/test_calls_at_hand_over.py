"""Parts change hands while calls are under way: they end first, so that nobody makes them twice (A2, D7)."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from bot.model.processes import PARTS, part_of
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, parts
from tests.runtime.test_asking import ScriptedWorld, scripted

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
