"""K5: pushes are stopped while processes run: known at once, held, woken when they go on; nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.brake import OFF, Brake, PushStop
from bot.model.decision import DecisionInputs
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.operations.audit_trail import entries
from bot.runtime.cluster.brake_watch import EVERY, OLDEST, BrakeWatch
from bot.runtime.sending.braked_calls import BrakedCalls
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.harness import Bot, ScriptedLine, said

GIFT = compiled(
    """
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    if_late: send
    states: {等: {wait: 2h, next: 送}, 送: {push: 禮物, end: true}}
rules:
  - {when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}, {remove_tags: [禮]}]}
  - {when: {text: 嗨}, reply: 您好}
"""
)
ALL = PushStop(None, None, "command:amy", NOW)


def deed(name: str) -> AuditEntry:
    return AuditEntry("pushes_stopped", "command:amy", NOW, id=name)


@dataclass
class Braked:
    """A bot that knows of the brake as a process does, and whoever pulls it."""

    database: Database
    seal: Seal
    clock: ManualClock
    line: ScriptedLine = field(default_factory=ScriptedLine)
    playbook: Playbook = GIFT
    frozen: float = 0.0
    """Seconds that have passed for nobody but the machine."""

    def __post_init__(self) -> None:
        self.stores: Stores = stores_of(self.database, self.seal)
        self.watch = BrakeWatch(self.stores.pulse, self.clock, self._passed)
        self.bot = self.another()

    def _passed(self) -> float:
        return (self.clock.now() - NOW).total_seconds() + self.frozen

    def another(self) -> Bot:
        watch = self.watch
        bot = Bot(
            self.database,
            self.seal,
            self.clock,
            self.line,
            self.playbook,
            world=lambda channel: DecisionInputs(brake=watch.brake),
            brake=watch,
        )
        watch.on_change.append(bot.runtime.braked.look)
        return bot

    async def asks(self, *users: str) -> None:
        """These ask for a gift, which comes two hours later."""
        for user in users or ("U1",):
            await self.bot.hears(said("要", user, clock=self.clock))

    async def pull(self, stop: PushStop = ALL) -> None:
        """Pushes are stopped, which this process does not know of."""
        assert await self.stores.brakes.pull(stop, deed(f"pull:{self.clock.now()}"))

    async def stop(self, stop: PushStop = ALL) -> None:
        """They are stopped, and it knows."""
        await self.pull(stop)
        await self.watch.look()

    async def resume(self) -> None:
        """They go on, and it knows."""
        assert await self.stores.brakes.release(ALL, deed(f"release:{self.clock.now()}"))
        await self.watch.look()

    async def pass_time(self, **span: float) -> None:
        """Time passes, and everybody who is due is seen to."""
        self.clock.advance(timedelta(**span).total_seconds())
        self.bot.runtime.timers.read_anew()
        await self.bot.settle()

    async def until_held(self, people: int) -> None:
        """Wait until so many people are held, and nothing else is to be done."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.held()) < people:
                await self.bot.settle()
        await self.bot.settle()

    async def held(self) -> list[str]:
        parts = list(range(256))
        people = self.stores.held
        return [
            one.contact
            for part in await people.parts_by_brake(parts)
            for one in await people.by_brake(part, "", 500)
        ]


@pytest.fixture
async def world(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Braked]:
    world = Braked(database, seal, clock)
    await world.bot.start()
    yield world
    await world.bot.runtime.stop()


async def until_woken(world: Braked, texts: list[str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while world.line.texts() != texts:
            await world.bot.settle()


@pytest.mark.ring("all", "a crowd")
async def test_s35_what_comes_due_waits_and_comes_when_pushes_go_on(world: Braked) -> None:
    """It is held by a turn of its own; what it says later has its own row, with counts, trace and ends."""
    await world.asks()
    await world.stop()
    await world.pass_time(hours=3)
    await world.until_held(1)
    assert world.line.texts() == ["好"]
    assert await world.bot.contacts.due(list(range(256)), None, world.clock.now(), 10) == []
    await world.bot.hears(said("嗨", clock=world.clock))
    await world.resume()
    await until_woken(world, ["好", "您好", "禮物"])
    assert await world.held() == []
    await world.bot.settle()
    rows = await world.bot.timeline("U1")
    calls = [row.calls for row in rows if "#" not in row.id]
    assert calls == [("reply",), (), ("push", "note"), ("reply",)], rows
    (pushed,) = (row for row in rows if "push" in row.calls)
    assert pushed.ends[0].how == "accepted"
    assert pushed.counted is not None
    assert await world.bot.rows.steps_of(pushed.id) is not None


async def test_s35_who_was_frozen_reads_first(world: Braked) -> None:
    """A process that was stopped for some seconds knows nothing of the brake, and has people who are due."""
    await world.watch.look()
    await world.asks()
    await world.pull()
    assert world.watch.brake == OFF
    world.frozen += OLDEST
    await world.pass_time(hours=3)
    await world.until_held(1)
    assert world.line.texts() == ["好"]


async def test_s35_who_was_frozen_while_people_were_read_reads_first(
    world: Braked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between the reading of a batch's people and its decisions."""
    await world.watch.look()
    await world.asks()
    world.bot.runtime.turns.recent.drop("main:U1")
    load, contacts = world.bot.contacts.load, world.bot.contacts

    async def slow(ids: Iterable[str]) -> Any:
        found = await load(ids)
        monkeypatch.setattr(contacts, "load", load)
        await world.pull()
        world.frozen += OLDEST
        return found

    monkeypatch.setattr(contacts, "load", slow)
    world.clock.advance(3 * 3_600)
    await world.watch.look()
    world.bot.runtime.timers.read_anew()
    await world.until_held(1)
    assert world.line.texts() == ["好"]
    assert not (await world.bot.stored("U1")).outgoing


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s35_a_crash_while_people_are_woken_leaves_them_to_the_next(world: Braked) -> None:
    await world.asks(*(f"U{number}" for number in range(5)))
    await world.stop()
    await world.pass_time(hours=3)
    await world.until_held(5)
    await world.bot.crash()
    await world.resume()
    dead = world.bot.id
    world.bot = world.another()
    world.bot.dead.add(dead)
    await world.bot.start()
    await until_woken(world, ["好"] * 5 + ["禮物"] * 5)


async def test_s35_what_a_clock_that_is_ahead_has_held_comes_when_it_is_due(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    """Whoever owns the person by then looks twice before that moment, and finds nothing that is due."""
    wrong = Braked(database, seal, ManualClock(NOW + timedelta(minutes=1)))
    await wrong.bot.start()
    due = wrong.clock.now() + timedelta(hours=2)
    await wrong.asks()
    await wrong.stop()
    await wrong.pass_time(hours=2)
    await wrong.until_held(1)
    await wrong.bot.runtime.stop()
    clock.advance(7_200)
    world = Braked(database, seal, clock)
    await world.watch.look()
    await world.bot.start()
    await world.resume()
    for _ in range(60):
        await world.bot.settle()
        if world.line.texts():
            break
        clock.advance(5)
    assert world.line.texts() == ["禮物"]
    assert due <= clock.now() < due + timedelta(seconds=60)
    assert await world.held() == []
    await world.bot.runtime.stop()


async def test_every_half_second_it_is_read(database: Database, seal: Seal, clock: ManualClock) -> None:
    stores = stores_of(database, seal)
    watch = BrakeWatch(stores.pulse, clock)
    changed: asyncio.Queue[Brake] = asyncio.Queue()
    watch.on_change.append(lambda: changed.put_nowait(watch.brake))
    running = asyncio.create_task(watch.run())
    await clock.waited_for()
    assert await stores.brakes.pull(ALL, deed("a"))
    clock.advance(EVERY)
    assert (await changed.get()).stops == (ALL,)
    await clock.waited_for()
    assert await stores.brakes.release(ALL, deed("b"))
    clock.advance(EVERY)
    assert await changed.get() == OFF
    running.cancel()


async def test_an_answer_that_is_old_when_it_comes_is_asked_for_once_more(clock: ManualClock) -> None:
    """Whoever was frozen while the database answered knows how it was before that."""
    passed, answers = [0.0], [OFF, Brake((ALL,))]

    class Frozen:
        async def read(self) -> Brake:
            if len(answers) > 1:
                passed[0] += 30.0
                return answers.pop(0)
            return answers[0]

    watch = BrakeWatch(Frozen(), clock, lambda: passed[0])
    await watch.know()
    assert watch.brake.stops == (ALL,)


async def test_where_each_answer_is_slow_turns_go_on_by_the_last(clock: ManualClock) -> None:
    """Replies must not stop because the database takes two seconds."""
    passed = [0.0]

    class Slow:
        async def read(self) -> Brake:
            passed[0] += 2.0
            return Brake((ALL,))

    watch = BrakeWatch(Slow(), clock, lambda: passed[0])
    await watch.know()
    assert (watch.brake.stops, watch.is_fresh) == ((ALL,), False)


class Away:
    """A database that is away."""

    async def read(self) -> Brake:
        raise DatabaseUnavailable("away")


async def test_nobody_decides_by_what_is_older_than_a_second_where_the_database_is_away(
    clock: ManualClock,
) -> None:
    watch = BrakeWatch(Away(), clock)
    assert not watch.is_fresh
    with pytest.raises(DatabaseUnavailable):
        await watch.look()
    assert not watch.is_fresh


async def test_pulled_twice_and_by_two_at_once_it_is_one_stop(database: Database, seal: Seal) -> None:
    stores = stores_of(database, seal)
    others = [PushStop(None, None, f"command:{name}", NOW) for name in "abc"]
    done = await asyncio.gather(*(stores.brakes.pull(one, deed(one.by)) for one in others))
    assert sorted(done) == [False, False, True]
    (stop,) = (await stores.brakes.read()).stops
    assert stop == others[done.index(True)]
    gone = await asyncio.gather(*(stores.brakes.release(stop, deed(f"gone {n}")) for n in range(3)))
    assert sorted(gone) == [False, False, True]
    assert len(await entries(stores, kinds=["pushes_stopped"])) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s35_whom_a_flow_held_that_is_gone_goes_on_with_the_playbook_without_it(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    """Under its new name the flow is another one; nobody waits for ever for a name that is nobody's."""
    text = """
attributes: {birthday: date}
flows:
  NAME: {when: {anniversary: birthday, at: 10:00}, once_per: always, states: {推: {push: 推, end: true}}}
rules:
  - {when: {text: 生日}, set: {birthday: 2000-12-03}}
"""
    old, new = (compiled(text.replace("NAME", name)) for name in ("of_old", "of_now"))
    world = Braked(database, seal, clock, playbook=old)
    await world.bot.start()
    await world.bot.hears(said("生日", clock=clock))
    await world.stop(PushStop(None, "of_old", "command:amy", NOW))
    await world.pass_time(days=20)
    await world.until_held(1)
    world.bot.playbook = new
    world.bot.runtime.braked.look()
    async with asyncio.timeout(60):
        while await world.held():
            await world.bot.settle()
    (timer,) = (await world.bot.stored("U1")).contact.timers
    assert (timer.flow, timer.due > clock.now()) == ("of_now", True)
    await world.bot.runtime.stop()


async def test_a_stopped_flow_holds_what_it_has_said_already_within_a_journey(clock: ManualClock) -> None:
    """`oaflow stop pushes --flow SUBFLOW`: also what was decided before, and lies on the contact."""

    class Stopped:
        is_fresh = True
        brake = Brake((PushStop(None, "inner", "amy", NOW),))

        async def know(self) -> None: ...

    calls = BrakedCalls(Stopped(), clock)

    def call(of: JourneyPush) -> Outgoing:
        return Outgoing("e#0", "e", "main", "push", "U1", b"{}", NOW, NOW, None, "k", (of,))

    assert await calls.surely_holds(call(JourneyPush("outer", "go", 1, ("inner",))))
    assert not await calls.surely_holds(call(JourneyPush("outer", "go", 1, ("other",))))
    assert not await calls.surely_holds(call(JourneyPush("outer", "go", 1)))


async def test_s35_who_was_frozen_reads_before_it_makes_a_call(clock: ManualClock) -> None:
    """A push was decided while none was stopped; many wait for one look, and a reply for none."""

    class Frozen:
        is_fresh = False
        brake = OFF
        looks = 0

        async def know(self) -> None:
            self.looks += 1
            await asyncio.sleep(0)
            self.is_fresh, self.brake = True, Brake((ALL,))

    known = Frozen()
    calls = BrakedCalls(known, clock)
    reply = Outgoing("e#1", "e", "main", "reply", "U1", b"{}", NOW, NOW, "t")
    pushes = [
        Outgoing(
            f"e#{n}", "e", "main", "push", "U1", b"{}", NOW, NOW, None, "k", (JourneyPush("gift", "go", n),)
        )
        for n in range(3)
    ]
    assert not await calls.surely_holds(reply)
    assert known.looks == 0
    assert await asyncio.gather(*map(calls.surely_holds, pushes)) == [True] * 3
    assert known.looks == 1
