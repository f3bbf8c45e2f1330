"""H5, semantics 31: who is in a stopped flow leaves it, whether or not they ever do anything again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.model.contact import Contact, Identity
from bot.model.instance import Instance, Timer
from bot.runtime.sweeps import stopped_flows
from bot.runtime.sweeps.stopped_flows import StoppedFlows
from bot.store.contacts.flow_occupancy import StandingPeople
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.harness import Bot, ScriptedLine

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


async def running(database: Database, seal: Seal, clock: ManualClock, *people: Contact) -> Bot:
    bot = Bot(database, seal, clock, ScriptedLine(), playbook=PLAYBOOK)
    await come(bot.contacts, *people)
    return await bot.start()


def leaving(bot: Bot, database: Database, clock: ManualClock) -> StoppedFlows:
    runtime = bot.runtime
    return StoppedFlows(
        lambda: PLAYBOOK,
        StandingPeople(database),
        lambda: runtime.ownership.parts,
        runtime.receiver.store,
        runtime.lanes.knows,
        clock,
    )


async def emptied(bot: Bot, work: StoppedFlows) -> None:
    done = asyncio.ensure_future(work.empty())
    while not done.done():
        await bot.settle()
    await done


async def flows(bot: Bot, user: str) -> list[str]:
    return [instance.flow for instance in (await bot.stored(user)).contact.flows]


async def test_s31_all_leave_and_are_told_of_in_the_timeline(
    database: Database, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when they are more than a page; their timers go with them, and other flows stay."""
    monkeypatch.setattr(stopped_flows, "PAGE", 2)
    crowd = [person(f"U{number}", "gone", "stays") for number in range(5)]
    bot = await running(database, seal, clock, *crowd, person("V", "stays", "over"))
    await emptied(bot, leaving(bot, database, clock))
    await bot.settle()
    for number in range(5):
        stored = await bot.stored(f"U{number}")
        assert [instance.flow for instance in stored.contact.flows] == ["stays"]
        assert [timer.flow for timer in stored.contact.timers] == ["stays"]
    assert await flows(bot, "V") == ["stays", "over"]
    assert any("stopped" in detail for row in await bot.timeline("U1") for detail in row.details)
    assert list(await StandingPeople(database).in_any_of(["gone"], range(256), 9)) == []
    await bot.runtime.stop()


async def test_a_flow_that_is_over_by_its_own_word(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    bot = await running(database, seal, clock, person("V", "over"))
    work = leaving(bot, database, clock)
    await emptied(bot, work)
    assert await flows(bot, "V") == ["over"]
    clock.advance(25 * 3600)
    await emptied(bot, work)
    await bot.settle()
    assert await flows(bot, "V") == []
    await bot.runtime.stop()


async def test_who_has_left_one_flow_leaves_the_next_one_too(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    """The playbook is the same, so the second event must be known as another one."""
    bot = await running(database, seal, clock, person("V", "gone", "over"))
    work = leaving(bot, database, clock)
    await emptied(bot, work)
    await bot.settle()
    assert await flows(bot, "V") == ["over"]
    clock.advance(25 * 3600)
    await emptied(bot, work)
    await bot.settle()
    assert await flows(bot, "V") == []
    await bot.runtime.stop()


async def test_the_same_twice_counts_once(database: Database, seal: Seal, clock: ManualClock) -> None:
    """Two looks before the first turn is taken make one event."""
    bot = await running(database, seal, clock, person("U1", "gone"))
    heard: list[Any] = []

    async def hear(received: Any, seconds: float) -> None:
        heard.extend(received)

    work = StoppedFlows(
        lambda: PLAYBOOK, StandingPeople(database), lambda: range(256), hear, lambda event: False, clock
    )
    await work.empty()
    await work.empty()
    assert len(heard) == 2
    assert len({received.entry.id for received in heard}) == 1
    await bot.runtime.stop()
