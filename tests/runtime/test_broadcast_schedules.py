"""Two processes send one broadcast, and all comes in any order: each person gets it once (A8, I1, I3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import product
from random import Random
from typing import Any

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.depth import one_of
from tests.playbooks import compiled
from tests.runtime import broadcast_world
from tests.runtime.broadcast_world import Sender, Shop, marking, through, users
from tests.runtime.gated_world import GatedCalls
from tests.runtime.gates import Gates

ALIKE, NAMED = marking(broadcast_world.ALIKE), marking(broadcast_world.NAMED)
PEOPLE = users(8)
MOVES = 400
"""Gates that are opened at most before everybody is let go."""


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three people to a batch."""
    shop = Shop(database, seal, clock, compiled(ALIKE))
    shop.most, shop.page = 3, 6
    return shop


async def _goes_on_and_on(sender: Sender) -> None:
    """As a process does: a look that finds the database away ends there, and another one follows."""
    while True:
        with suppress(DatabaseUnavailable):
            await sender.goes_on()
        await asyncio.sleep(0)


async def play(shop: Shop, gates: Gates, dice: Random, *senders: Sender, moves: int = MOVES) -> list[str]:
    """Open one gate after another, any of those that are there; now and then a minute passes for all."""
    story: list[str] = []
    for _ in range(moves):
        await gates.settled()
        if not gates.waiting:
            break
        gate = dice.choice(gates.waiting)
        away = gate.fails and dice.random() < 0.05
        story.append(f"{gate.name}{' (away)' if away else ''}")
        gates.open(gate, "played" if away else None)
        if dice.random() < 0.05:  # whoever stands at a gate stands there while its claim ends
            await gates.settled()
            story.append("a minute passes")
            shop.clock.advance(60)
            await shop.claims_end()
            for sender in senders:
                sender.seconds[0] += 60
    return story


def _between_gates(gates: Gates, who: str, name: str, part: Any) -> Any:
    return GatedCalls(gates, who, name, part, fails=name != "line")


@asynccontextmanager
async def two_senders(shop: Shop) -> AsyncIterator[tuple[Gates, list[Sender]]]:
    """Two processes that go on between gates. In the end both are dead, and their claims are over."""
    gates = Gates()
    senders = [shop.process(owner=who == "A", around=partial(_between_gates, gates, who)) for who in "AB"]
    gates.shut = True
    tasks = [asyncio.ensure_future(_goes_on_and_on(sender)) for sender in senders]
    yield gates, senders
    for who in "AB":
        gates.bury(who)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await shop.claims_end()


@pytest.mark.ring("all", "many random schedules")
@pytest.mark.parametrize(("seed", "text"), one_of(7, product(range(14), [ALIKE, NAMED])))
async def test_whatever_comes_first(shop: Shop, text: str, seed: int) -> None:
    """A8, I3: paused at any call, its claim taken over, the database away: nobody gets it twice or never."""
    shop.playbook = compiled(text)
    await shop.come(*PEOPLE)
    sending = await shop.order()
    async with two_senders(shop) as (gates, senders):
        story = await play(shop, gates, Random(seed), *senders)
    assert len(story) > 50
    over = await through(shop, sending, shop.process())
    assert over.state == "done", story
    assert shop.line.got == dict.fromkeys(PEOPLE, 1), story
    assert await shop.told(sending) == {"got": len(PEOPLE)}, story
    for user in PEOPLE:
        contact = await shop.contact(user)
        assert await shop.rows(user) == ["broadcast: b"], story
        assert (len(contact.pushes), [(tag.name, tag.again) for tag in contact.tags]) == (1, [("送過", 0)])
