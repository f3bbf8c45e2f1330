"""H5, semantics 31: who is in a stopped flow leaves it, whether or not they ever do anything again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.model.contact import Contact, Identity
from bot.model.inbox import Received
from bot.model.instance import Instance, Timer
from bot.runtime.sweeps import stopped_flows
from bot.runtime.sweeps.stopped_flows import StoppedFlows
from bot.store.contacts.flow_occupancy import StandingPeople
from bot.store.database.mongo import Database
from tests.conftest import NOW, ManualClock
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot

PLAYBOOK = compiled("""
rules:
  - {when: {text: 甲}, start: gone}
  - {when: {text: 乙}, start: stays}
  - {when: {text: 丙}, start: over}
flows:
  gone: {status: stopped, states: {等: {wait: 30d, next: 完}, 完: {end: true}}}
  stays: {states: {等: {wait: 30d, next: 完}, 完: {end: true}}}
  over:
    active: {until: 2026-11-21 12:00, then: stopped}
    states: {等: {wait: 30d, next: 完}, 完: {end: true}}
""")


def person(name: str, *flows: str) -> Contact:
    """Somebody who waits in these flows, and never does anything."""
    return Contact(
        f"main:{name}",
        identities=(Identity("main", name, friend=True),),
        flows=tuple(Instance(flow, "main", "等", 1, NOW, NOW) for flow in flows),
        timers=tuple(Timer(flow, "main", 1, "30d", NOW + timedelta(days=30)) for flow in flows),
        version=PLAYBOOK.version,
        turned=NOW,
    )


class World:
    """A bot, and who empties its stopped flows."""

    def __init__(self, database: Database, bot: Bot) -> None:
        runtime, self.bot, self.standing = bot.runtime, bot, StandingPeople(database)
        self.work = StoppedFlows(
            lambda: PLAYBOOK,
            self.standing,
            lambda: runtime.ownership.parts,
            runtime.receiver.store,
            runtime.lanes.knows,
            bot.clock,
        )

    async def starts(self, *people: Contact) -> None:
        """With these people in its database."""
        await come(self.bot.contacts, *people)
        await self.bot.start()

    async def empties(self) -> None:
        await self.bot.meanwhile(self.work.empty())

    async def flows(self, user: str) -> list[str]:
        return [instance.flow for instance in (await self.bot.stored(user)).contact.flows]


@pytest.fixture
async def world(database: Database, bots: Bots) -> World:
    return World(database, bots.make(PLAYBOOK))


async def test_s31_all_leave_and_are_told_of_in_the_timeline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when they are more than a page; their timers go with them, and other flows stay."""
    monkeypatch.setattr(stopped_flows, "PAGE", 2)
    await world.starts(*(person(f"U{n}", "gone", "stays") for n in range(5)), person("V", "stays", "over"))
    await world.empties()
    for number in range(5):
        stored = await world.bot.stored(f"U{number}")
        assert [instance.flow for instance in stored.contact.flows] == ["stays"]
        assert [timer.flow for timer in stored.contact.timers] == ["stays"]
    assert await world.flows("V") == ["stays", "over"]
    assert any("stopped" in detail for row in await world.bot.timeline("U1") for detail in row.details)
    assert list(await world.standing.in_any_of(["gone"], range(256), 9)) == []


async def test_who_has_left_one_flow_leaves_the_next_one_too(world: World, clock: ManualClock) -> None:
    """That is over by its own word. The playbook is the same: the second event is known as another one."""
    await world.starts(person("V", "gone", "over"))
    await world.empties()
    assert await world.flows("V") == ["over"]
    clock.advance(25 * 3600)
    await world.empties()
    assert await world.flows("V") == []


async def test_the_same_twice_counts_once(world: World, clock: ManualClock) -> None:
    """Two looks before the first turn is taken make one event."""
    await world.starts(person("U1", "gone"))
    heard: list[Received] = []

    async def hear(received: Sequence[Received], seconds: float) -> None:
        heard.extend(received)

    work = StoppedFlows(
        lambda: PLAYBOOK, world.standing, lambda: range(256), hear, lambda event: False, clock
    )
    await work.empty()
    await work.empty()
    assert len(heard) == 2
    assert len({received.entry.id for received in heard}) == 1
