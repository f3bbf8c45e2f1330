"""Timers are rows on contacts: whoever owns them wakes them when they are due, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact, Identity
from bot.model.decision import Decision
from bot.model.instance import Timer
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.runtime.turn_taking.deciding import TIMERS
from bot.runtime.turn_taking.lanes import Lanes
from bot.runtime.turn_taking.timers import HORIZON, RESCAN, WOKEN_TOGETHER, TimerWatch
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.due import Waiting
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from bot.wording.trace_words import detail_english
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.people import come
from tests.runtime.answers import passing
from tests.runtime.bots import Bots
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot, said

pytestmark = pytest.mark.both_ways

ANNA, BERT = "main:U1", "main:U2"


class FlakyContacts(Contacts):
    away = 0
    """How often reading timers fails."""

    async def due(
        self, parts: Sequence[int], after: Waiting | None, until: datetime, limit: int
    ) -> list[Waiting]:
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("away")
        return await super().due(parts, after, until, limit)


class Ticks(Lanes):
    """Lanes that tell who was woken, in order; no turn ever takes a timer off."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: list[str] = []
        self.wakes = asyncio.Event()

    def tick(self, contact: str, part: int) -> None:
        assert part == part_of(contact)
        self.woken.append(contact)
        self.wakes.set()

    async def have_woken(self, count: int) -> list[str]:
        """Once they are so many."""
        async with asyncio.timeout(PATIENCE):
            while len(self.woken) < count:
                self.wakes.clear()
                await self.wakes.wait()
        return self.woken


@asynccontextmanager
async def at_work(watch: TimerWatch, clock: ManualClock) -> AsyncIterator[TimerWatch]:
    """It has read what there is, and waits; at the end it is still there."""
    running = asyncio.create_task(watch.run())
    await clock.waited_for()
    yield watch
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()


@pytest.fixture
def contacts(database: Database, seal: Seal) -> FlakyContacts:
    return FlakyContacts(database, seal)


@pytest.fixture
def lanes() -> Ticks:
    return Ticks()


@pytest.fixture
def parts() -> list[int]:
    """The parts that are ours: all of them, until a test says otherwise."""
    return list(range(256))


@pytest.fixture
async def watch(
    contacts: FlakyContacts, lanes: Ticks, clock: ManualClock, parts: list[int]
) -> AsyncIterator[TimerWatch]:
    async with at_work(TimerWatch(contacts, lanes, clock, lambda: parts, lambda part: True), clock) as watch:
        yield watch


def timer(seconds: float, name: str = "after 10m", flow: str = "quiz") -> Timer:
    return Timer(flow, "main", 1, name, NOW + timedelta(seconds=seconds))


async def store(contacts: Contacts, contact: str, *timers: Timer) -> Contact:
    person = Contact(
        contact,
        identities=(Identity("main", contact[5:]),),
        timers=timers,
        turned=NOW - timedelta(days=1),
        name="x",
    )
    await come(contacts, person)
    return person


async def read(watch: TimerWatch, clock: ManualClock) -> None:
    """Have it read anew, and return when it has, and waits again."""
    watch.read_anew()
    await passing()  # it waits no more
    await clock.waited_for()


async def test_of_many_some_are_woken_at_a_time(watch: TimerWatch, lanes: Ticks) -> None:
    """Whoever wants the processor in between gets it."""
    seen = [0]
    for number in range(3 * WOKEN_TOGETHER):
        watch.remember((NOW, f"main:U{number}"))
    while seen[-1] < 3 * WOKEN_TOGETHER:
        await asyncio.sleep(0)
        seen.append(len(lanes.woken))
    assert max(after - before for before, after in pairwise(seen)) == WOKEN_TOGETHER


async def test_what_is_stored_is_woken_when_it_is_due(
    watch: TimerWatch, contacts: FlakyContacts, lanes: Ticks, clock: ManualClock
) -> None:
    await store(contacts, ANNA, timer(10))
    await store(contacts, BERT, timer(20))
    await read(watch, clock)
    clock.advance(9.9)
    await passing()
    assert lanes.woken == []
    clock.advance(0.1)
    await passing()
    assert await lanes.have_woken(1) == [ANNA]
    clock.advance(10)
    await passing()
    assert await lanes.have_woken(2) == [ANNA, BERT]


async def test_only_our_parts_are_read(
    watch: TimerWatch, contacts: FlakyContacts, lanes: Ticks, clock: ManualClock, parts: list[int]
) -> None:
    await store(contacts, ANNA, timer(-1))
    await store(contacts, BERT, timer(-1))
    parts.clear()
    await read(watch, clock)
    assert lanes.woken == []
    parts.append(part_of(BERT))
    await read(watch, clock)
    assert await lanes.have_woken(1) == [BERT]


async def test_a_timer_set_by_a_turn_needs_no_reading(
    watch: TimerWatch, lanes: Ticks, clock: ManualClock
) -> None:
    """Also when it comes before the one that is waited for."""
    watch.note(Contact(ANNA, timers=(timer(20),)))
    await passing()
    watch.note(Contact(BERT, timers=(timer(5),)))
    await passing()
    clock.advance(5)
    await passing()
    assert await lanes.have_woken(1) == [BERT]
    clock.advance(15)
    await passing()
    assert await lanes.have_woken(2) == [BERT, ANNA]


async def test_a_far_timer_is_left_to_a_later_reading(
    watch: TimerWatch, contacts: FlakyContacts, lanes: Ticks, clock: ManualClock
) -> None:
    """Memory holds the next 90 seconds; a timer may be a year away."""
    far = HORIZON.total_seconds() + RESCAN
    watch.note(await store(contacts, ANNA, timer(far)))
    await read(watch, clock)
    await woken_after(lanes, clock, far)


async def test_a_reading_that_fails_is_made_up_for_by_the_next(
    watch: TimerWatch, contacts: FlakyContacts, lanes: Ticks, clock: ManualClock
) -> None:
    contacts.away = 2
    await store(contacts, ANNA, timer(100))
    await woken_after(lanes, clock, 100)


async def woken_after(lanes: Ticks, clock: ManualClock, seconds: float) -> None:
    """Let time pass in steps, each with time for a reading: woken, and not too early."""
    async with asyncio.timeout(PATIENCE):
        while not lanes.woken:
            clock.advance(RESCAN / 2)
            await passing()  # if it reads now, it does not wait
            await clock.waited_for()
    assert seconds <= (clock.now() - NOW).total_seconds() <= seconds + 2 * RESCAN


# -- through the whole runtime


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return bots.make()


async def late(_: TimerWatch) -> None:
    await asyncio.Event().wait()


async def rows_after(bot: Bot, count: int, user: str = "U1") -> list[TimelineRow]:
    """Let time pass until this many rows are written."""
    async with asyncio.timeout(PATIENCE):
        while len(rows := await bot.timeline(user)) < count:
            bot.clock.advance(0.2)
    return rows


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_stored_timer_that_is_due_is_decided_and_gone(bot: Bot) -> None:
    """Semantics 20: nothing in this version sets timers, so it is stale; the mechanism is there."""
    later = timer(10**6, "much later")
    await store(bot.contacts, ANNA, timer(-5), later)
    await bot.start()
    [row] = await rows_after(bot, 1)
    assert (await bot.stored("U1")).contact.timers == (later,)
    assert (row.what, row.details) == ("timer quiz: after 10m", ('["timer_stale","after 10m"]',))
    await bot.runtime.journal.flush()
    steps = await bot.rows.steps_of(row.id)
    assert steps is not None
    assert orjson.loads(steps)[0] == [None, "timer_stale", ["after 10m", "quiz"]]


async def test_a_timer_comes_due_while_the_bot_runs(bot: Bot) -> None:
    await store(bot.contacts, ANNA, timer(30), timer(60, "second"))
    await bot.start()
    await bot.settle()
    assert await bot.timeline("U1") == []
    rows = await rows_after(bot, 2)
    assert [(row.at, detail_english(row.details[0])) for row in rows] == [
        (NOW + timedelta(seconds=30), "timer after 10m: stale-timer"),
        (NOW + timedelta(seconds=60), "timer second: stale-timer"),
    ]
    assert (await bot.stored("U1")).contact.timers == ()


async def test_s02_due_timers_come_before_the_event(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 2: the poller is late, and the message of minute 31 comes first."""
    monkeypatch.setattr(TimerWatch, "run", late)
    await bot.start()
    await store(bot.contacts, ANNA, timer(-60, "b"), timer(-60, "a"), timer(-90, "z"), timer(60))
    await bot.hears(said("營業時間"))
    assert bot.line.texts() == ["每天 11:00–21:00"]
    details = [detail_english(row.details[0]) for row in await bot.timeline("U1")]
    assert sorted(details) == sorted(
        ["timer z: stale-timer", "timer a: stale-timer", "timer b: stale-timer", "rule: matched"]
    )
    stored = await bot.stored("U1")
    assert [t.timer for t in stored.contact.timers] == ["after 10m"]
    assert stored.revision == 2  # one write for all of them
    order = [row.id for row in await bot.timeline("U1")]
    assert order.index(next(i for i in order if ":z:" in i)) == 0


async def test_many_timers_that_are_due_are_decided_in_several_batches(bot: Bot) -> None:
    """What a week without the bot has left must not keep everybody else waiting."""
    await store(bot.contacts, ANNA, *(timer(-n, f"t{n}") for n in range(1, 2 * TIMERS + 6)))
    await bot.start()
    await rows_after(bot, 2 * TIMERS + 5)
    stored = await bot.stored("U1")
    assert (stored.contact.timers, stored.revision) == ((), 1 + 3)


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_timer_that_its_turn_does_not_take_off_is_taken_off(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be due for ever, and nothing else would be done for this person."""

    def forgetful(playbook: Playbook, contact: Contact, *_: object) -> Decision:
        return Decision(contact)

    decided_by(monkeypatch, forgetful)
    await store(bot.contacts, ANNA, timer(-5))
    await bot.start()
    await rows_after(bot, 1)
    await bot.settle()
    assert (await bot.stored("U1")).contact.timers == ()
    assert len(await bot.timeline("U1")) == 1
