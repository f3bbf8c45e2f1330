"""H3, H4: more timers are due than memory should hold: all of them, page after page, oldest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest

from bot.model.contact import Contact
from bot.model.instance import Timer
from bot.runtime import process
from bot.runtime.turn_taking import timers
from bot.runtime.turn_taking.timers import RESCAN, TimerWatch
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.due import Waiting
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.people import come
from tests.runtime.answers import passing, until
from tests.runtime.bots import Bots
from tests.runtime.harness import ScriptedLine, said
from tests.runtime.test_timers import Ticks, at_work, rows_after

PAGE = 10
MANY = 12 * PAGE
WEEK = timedelta(days=7)


class CountedPages(Contacts):
    """Contacts that tell how many pages were read; `held` keeps whoever reads one waiting."""

    held: asyncio.Event | None = None
    pages = 0

    async def due(
        self, parts: Sequence[int], after: Waiting | None, until: datetime, limit: int
    ) -> list[Waiting]:
        self.pages += 1
        if self.held is not None:
            await self.held.wait()
        page = await super().due(parts, after, until, limit)
        assert len(page) <= limit == PAGE
        return page


class SetBack(ManualClock):
    """A clock whose time is corrected by `back`; who waits for some seconds waits for as many."""

    back = timedelta()

    def now(self) -> datetime:
        return super().now() - self.back


@pytest.fixture
def clock() -> SetBack:
    return SetBack()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "PAGE", PAGE)


@pytest.fixture
def contacts(database: Database, seal: Seal) -> CountedPages:
    return CountedPages(database, seal)


@pytest.fixture
def lanes() -> Ticks:
    return Ticks()


@pytest.fixture
def room() -> list[bool]:
    """Whether the turns keep up: yes, while there is anything in here."""
    return [True]


@pytest.fixture
async def watch(
    contacts: CountedPages, lanes: Ticks, clock: ManualClock, room: list[bool]
) -> AsyncIterator[TimerWatch]:
    """A watch that has found nothing yet, and waits."""
    every = list(range(256))
    watch = TimerWatch(contacts, lanes, clock, lambda: every, lambda part: True, lambda: bool(room))
    async with at_work(watch, clock):
        yield watch


async def store(contacts: Contacts, due: dict[str, datetime]) -> list[str]:
    """These people, each with a timer and a later one; in the order in which they are to be woken."""
    people = [
        Contact(
            name,
            turned=NOW - 2 * WEEK,
            timers=tuple(Timer("f", "main", 1, "t", at + n * WEEK) for n in (3, 0)),
        )
        for name, at in due.items()
    ]
    await come(contacts, *people)
    return sorted(due, key=lambda name: (due[name], name))


def a_week(count: int = MANY) -> dict[str, datetime]:
    """So many people whose timers came due within a week, a third of them in one moment."""
    return {
        f"main:U{n * 7919 % 1000:03}": NOW - WEEK + timedelta(hours=n if n % 3 else 24) for n in range(count)
    }


async def test_a_week_of_timers_is_woken_in_its_order(
    watch: TimerWatch, contacts: CountedPages, lanes: Ticks, clock: ManualClock
) -> None:
    """H4: nobody is left out, although none of these goes away: who is stuck does not stop the next."""
    expected = await store(contacts, a_week())
    contacts.pages = 0
    watch.read_anew()
    assert await lanes.have_woken(MANY) == expected
    await clock.waited_for()
    assert contacts.pages == MANY // PAGE + 1
    assert len(lanes.woken) == MANY


async def test_while_turns_do_not_keep_up_nothing_more_is_read(
    watch: TimerWatch, contacts: CountedPages, lanes: Ticks, clock: ManualClock, room: list[bool]
) -> None:
    """Memory holds a page or two, however long it takes; and some go on, so that one cannot stop all."""
    expected = await store(contacts, a_week())
    room.clear()
    contacts.pages = 0
    watch.read_anew()
    await lanes.have_woken(1)
    await clock.waited_for()
    assert (len(lanes.woken), contacts.pages, watch.behind) == (
        1,
        1,
        (NOW - a_week()[expected[1]]).total_seconds(),
    )
    for count in range(2, 5):
        clock.advance(timers.LOOK)
        assert await lanes.have_woken(count) == expected[:count]
        await clock.waited_for()
    assert contacts.pages == 1
    room.append(True)
    clock.advance(timers.LOOK)
    assert await lanes.have_woken(MANY) == expected
    await clock.waited_for()
    assert watch.behind == 0


async def test_a_backlog_is_read_to_its_end_before_it_is_begun_anew(
    watch: TimerWatch, contacts: CountedPages, lanes: Ticks, clock: ManualClock, room: list[bool]
) -> None:
    """Else those at its end would never be reached: none of these goes away."""
    expected = await store(contacts, a_week(3 * PAGE))
    room.clear()
    watch.read_anew()
    for count in range(1, len(expected) + 1):
        await lanes.have_woken(count)
        await clock.waited_for()
        clock.advance(RESCAN)
    assert lanes.woken[: len(expected)] == expected


async def test_what_is_set_meanwhile_is_woken_too(
    watch: TimerWatch, contacts: CountedPages, lanes: Ticks, clock: ManualClock, room: list[bool]
) -> None:
    """A conversation goes on beside the backlog: its timer waits for the page that is being worked off."""
    expected = await store(contacts, a_week())
    room.clear()
    watch.read_anew()
    await lanes.have_woken(1)
    await clock.waited_for()
    watch.note(Contact("main:live", timers=(Timer("f", "main", 1, "t", NOW),)))
    room.append(True)
    await lanes.have_woken(MANY + 1)
    assert lanes.woken.index("main:live") <= 2 * PAGE
    assert [who for who in lanes.woken if who != "main:live"] == expected


async def test_a_clock_that_is_set_back_stops_no_reading(
    watch: TimerWatch, contacts: CountedPages, lanes: Ticks, clock: SetBack
) -> None:
    """The clock was an hour ahead, and is corrected: what is due within that hour comes in its time."""
    clock.back = timedelta(hours=1)
    start = clock.now()
    await store(contacts, {"main:U1": start + timedelta(minutes=10)})
    async with asyncio.timeout(PATIENCE):
        while not lanes.woken:
            clock.advance(RESCAN / 2)
            await passing()  # if it reads now, it does not wait
            await clock.waited_for()
    assert timedelta(minutes=10) <= clock.now() - start <= timedelta(minutes=11)


async def test_nobody_waits_for_timers_to_be_read(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock
) -> None:
    """A start, or a take-over, goes on while they are being read."""
    contacts = CountedPages(database, seal)
    contacts.held = asyncio.Event()
    expected = await store(contacts, a_week(2 * PAGE))
    bot = await bots(contacts=contacts)
    await bot.hears(said("營業時間", "V1"))
    assert bot.line.texts() == ["每天 11:00–21:00"]
    assert await bot.timeline(expected[-1].removeprefix("main:")) == []
    contacts.held.set()
    await rows_after(bot, 1, expected[-1].removeprefix("main:"))


@pytest.mark.ring("all", "several processes of a bot")
async def test_turns_that_wait_for_nothing_but_a_timer_are_few(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever keeps turns from being taken: the database keeps what is due, and memory a few of them."""
    monkeypatch.setattr(process, "TICKS_WAITING", PAGE)
    expected = await store(contacts := CountedPages(database, seal), a_week())
    bot = bots.make(contacts=contacts)
    async with bot.runtime.batches.none():
        await bot.start()
        await until(database, lambda: bot.runtime.lanes.ticks >= PAGE)
        await clock.waited_for()
        few = 2 * PAGE  # each look wakes one at least, and there is a look for each part that comes late
        assert bot.runtime.lanes.ticks <= few < MANY
    await rows_after(bot, 1, expected[-1].removeprefix("main:"))


@pytest.mark.ring("all", "several processes of a bot")
async def test_while_line_takes_nothing_timers_wait_and_people_do_not(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What LINE does not take is not piled up in memory; who writes is decided and answered all the same."""
    monkeypatch.setattr(process, "CALLS_WAITING", 3)
    line = ScriptedLine(hold=asyncio.Event())
    contacts = CountedPages(database, seal)
    bot = await bots(line=line, contacts=contacts)
    await bot.hear(*(said("營業時間", f"V{n}") for n in range(4)))
    await until(database, lambda: bot.runtime.sender.unsettled_calls == 4)
    await store(contacts, a_week())
    bot.runtime.timers.read_anew()
    await until(database, lambda: bot.runtime.timers.behind > 0)
    await clock.waited_for()
    assert bot.runtime.timers.behind > timedelta(days=6).total_seconds()
    await bot.hear(said("營業時間", "V9"))
    await until(database, lambda: len(line.texts()) == 5)
    assert line.hold is not None
    line.hold.set()
    async with asyncio.timeout(PATIENCE):
        while bot.runtime.timers.behind:
            clock.advance(0.2)
            await asyncio.sleep(0)
