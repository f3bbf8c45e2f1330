"""H3: who waits for the month's messages is woken when there are some, no more people than messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.line.account import Quota
from bot.line.outcome import Accepted, CallResult, Refused
from bot.model.clock import PatientClock
from bot.model.inbox import Received
from bot.model.processes import part_of
from bot.runtime.limits.caps import Caps
from bot.runtime.limits.quota import QuotaBack, Quotas
from bot.runtime.limits.spending import Meters
from bot.runtime.turn_taking.worlds import Worlds
from bot.store.contacts.due import HeldPeople
from bot.store.counters.quotas import QuotaFigures, Totals
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.harness import Bot, ScriptedLine, Sent, said

PLAYBOOK = compiled(
    """
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    if_late: LATE
    states: {等: {wait: 1h, next: 送}, 送: {push: 禮物, end: true}}
rules: [{when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}, {remove_tags: [禮]}]}]
""".replace("LATE", "send")
)


@dataclass
class Metered(ScriptedLine):
    """A LINE with so many messages a month; it `tells` of more (or fewer) than it takes."""

    limit: int = 0
    used: int = 0
    tells: int = 0

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        outcome = await super().push(to, body, retry_key)
        if self.used >= self.limit:
            self.calls.pop()
            return Refused(429, "You have reached your monthly limit.", None, "quota")
        self.used += isinstance(outcome, Accepted)
        return outcome

    async def quota(self) -> Quota:
        return Quota(self.limit + self.tells, self.used)


@dataclass
class World:
    """A bot whose quota is counted, and who wakes people."""

    database: Database
    seal: Seal
    clock: ManualClock
    line: Metered = field(default_factory=Metered)

    def __post_init__(self) -> None:
        self.quotas = Quotas(
            lambda: ["main"], lambda channel: self.line, QuotaFigures(self.database), self.clock
        )
        caps = Caps(lambda: PLAYBOOK, Totals(self.database), self.clock)
        world = Worlds(lambda channel: "fine", self.quotas.all_left, lambda: caps.totals)
        self.quotas.on_change = world.changed
        spending = Meters(self.quotas, caps)
        self.bot = Bot(
            self.database, self.seal, self.clock, self.line, PLAYBOOK, spending=spending, world=world
        )
        self.back = QuotaBack(self.quotas, HeldPeople(self.database), self, self.clock)

    def parts(self) -> Sequence[int]:
        return self.bot.runtime.ownership.parts

    async def hear(self, received: Sequence[Received], seconds: float) -> None:
        await self.bot.hear(*received)

    def is_through(self, contact: str, event: str) -> bool:
        runtime = self.bot.runtime
        return not runtime.lanes.knows(event) and not runtime.sender.lines.unsettled(contact)

    async def held(self, people: int) -> None:
        """So many people wait at the door of a state that pushes, for want of messages."""
        await self.quotas.ask("main")
        await self.bot.hears(*(said("要", f"U{n}", self.clock) for n in range(people)))
        self.clock.advance(3700)
        await self.bot.hears(*(said("嗨", f"U{n}", self.clock) for n in range(people)))
        self.line.calls.clear()

    async def woken(self) -> None:
        """LINE is asked, and people are woken, until nobody is any more."""
        await self.quotas.ask("main")
        await self.bot.meanwhile(self.back.wake("main"))

    async def waiting(self) -> int:
        """How many people still wait for messages."""
        held = HeldPeople(self.database)
        found = [await held.by_quota(part, "main", "", 1000) for part in self.parts()]
        return sum(len(people) for people in found)


@pytest.fixture
async def world(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[World]:
    world = World(database, seal, clock)
    await world.bot.start()
    yield world
    await world.bot.runtime.stop()


def gifts(calls: Sequence[Sent]) -> list[str]:
    return sorted(call.to for call in calls if call.texts == ["禮物"])


@pytest.mark.ring("all", "a crowd")
async def test_nobody_is_pushed_while_nothing_is_left_and_everybody_when_there_is(world: World) -> None:
    await world.held(12)
    assert await world.waiting() == 12
    await world.woken()
    assert (await world.waiting(), world.line.calls) == (12, [])
    world.line.limit = 500
    await world.woken()
    assert gifts(world.line.calls) == sorted(f"U{n}" for n in range(12))
    assert await world.waiting() == 0
    assert await world.bot.dead_letters() == []


@pytest.mark.ring("all", "a crowd")
async def test_no_more_people_than_messages_and_the_others_the_next_time(world: World) -> None:
    await world.held(12)
    world.line.limit = 5
    await world.woken()
    assert (len(gifts(world.line.calls)), await world.waiting()) == (5, 7)
    world.line.limit = 12
    await world.woken()
    assert gifts(world.line.calls) == sorted(f"U{n}" for n in range(12))
    assert await world.bot.dead_letters() == []


async def test_of_those_who_are_due_at_once_only_so_many_are_pushed_as_there_are_messages(
    world: World,
) -> None:
    """The others of one batch wait, too: what LINE refuses would only be listed."""
    world.line.limit = 5
    await world.quotas.ask("main")
    await world.bot.hears(*(said("要", f"U{n}", world.clock) for n in range(12)))
    world.clock.advance(3700)
    for n in range(12):
        world.bot.runtime.lanes.tick(f"main:U{n}", part_of(f"main:U{n}"))
    await world.bot.settle()
    assert (len(gifts(world.line.calls)), await world.waiting()) == (5, 7)
    assert await world.bot.dead_letters() == []


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_where_line_tells_of_messages_that_it_does_not_take_one_person_finds_out(world: World) -> None:
    """LINE's figures are approximate; the message of whoever found out is listed."""
    world.line.tells = 100
    world.line.used = 0
    await world.quotas.ask("main")
    world.line.tells, world.line.limit = 0, 0
    await world.held(6)
    world.line.tells = 100
    await world.woken()
    assert (world.line.calls, await world.waiting()) == ([], 5)
    [letter] = await world.bot.dead_letters()
    assert letter.reason == "quota"


async def test_what_runs_on_wakes_them_whenever_line_is_asked(world: World, clock: PatientClock) -> None:
    """So does the next process, where one has crashed in the middle."""
    await world.held(3)
    world.line.limit = 500
    running = asyncio.create_task(world.back.run())
    await world.quotas.ask("main")
    while len(gifts(world.line.calls)) < 3:
        world.clock.advance(0.2)
        await asyncio.wait([running], timeout=0.005)
    running.cancel()
