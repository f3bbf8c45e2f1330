"""Keeping a lease: what is ours, until when, and what is told to whoever works on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

import pytest

from bot.model.processes import PARTS, PRODUCTION, Shares
from bot.runtime.cluster.ownership import Ownership
from bot.runtime.limits.line_rates import LineRates
from bot.store.cluster.leases import Leases
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.runtime.answers import passing
from tests.runtime.held_calls import held_behind

EVERY = list(range(PARTS))
HALF = EVERY[128:]


class Holder:
    """Notes what it is told. `fail` names the next things that MongoDB is away for."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[str, list[int]]] = asyncio.Queue()
        self.fail: set[str] = set()
        self.closed: set[int] = set()

    def _tell(self, what: str, parts: list[int]) -> None:
        self.told.put_nowait((what, parts))
        if what in self.fail:
            self.fail.remove(what)
            raise DatabaseUnavailable("away")

    async def take_over(self, parts: list[int]) -> None:
        self._tell("take over", parts)

    async def hand_back(self, parts: list[int]) -> None:
        self.closed.update(parts)
        self._tell("hand back", parts)

    async def lost(self) -> None:
        self._tell("lost", [])

    def suspect_store(self) -> None: ...

    def resume(self, parts: list[int]) -> None:
        self.closed.difference_update(parts)
        self._tell("resume", parts)

    async def hears(self, what: str) -> list[int]:
        """Wait until it is told this; the parts."""
        async with asyncio.timeout(PATIENCE):
            while True:
                told, parts = await self.told.get()
                if told == what:
                    return parts


class FlakyLeases(Leases):
    """Leases that can be away, and that somebody can change between reading and writing."""

    away = False
    overtaken = False
    renewing: asyncio.Event
    go_on: asyncio.Event | None = None

    async def renew(self) -> Shares | None:
        if self.away:
            raise DatabaseUnavailable("away")
        if self.go_on is not None:
            self.renewing.set()
            await self.go_on.wait()
        return await super().renew()

    async def give(self, seen: Shares, parts: Iterable[int]) -> bool:
        return False if self.overtaken else await super().give(seen, parts)


class Process:
    """One process's ownership, with a boot-time clock of its own."""

    def __init__(self, database: Database, name: str, clock: ManualClock) -> None:
        self.name = name
        self.clock = clock
        self.holder = Holder()
        self.leases = FlakyLeases(database, name)
        self.leases.renewing = asyncio.Event()
        self.boottime = 1000.0
        self.gone: set[str] = set()
        self.current = True
        self.ownership = Ownership(
            self.leases,
            name,
            self.holder,
            clock,
            lambda p: p in self.gone,
            lambda: self.boottime,
            may_decide=self.may_decide,
        )
        self.task: asyncio.Task[None] | None = None

    async def may_decide(self) -> bool:
        return self.current

    async def start(self) -> Process:
        await self.ownership.begin()
        self.task = asyncio.create_task(self.ownership.run())
        return self

    async def renews(self, what: str) -> list[int]:
        """Time for the next renewal: wait until it has had this effect."""
        await passing()
        await self.clock.waited_for()
        while not self.holder.told.empty():
            self.holder.told.get_nowait()  # what it was told before
        self.clock.advance(PRODUCTION.renew)
        return await self.holder.hears(what)

    def owned(self) -> set[int]:
        return {part for part in EVERY if self.ownership.owns(part)}

    async def end(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])


@pytest.fixture
async def processes(database: Database, clock: ManualClock) -> AsyncIterator[list[Process]]:
    processes = [Process(database, name, clock) for name in "ab"]
    yield processes
    for process in processes:
        await process.end()


@pytest.fixture
async def both(processes: list[Process]) -> list[Process]:
    """They have started, the second after the first has taken everything."""
    return [await process.start() for process in processes]


async def settled(*processes: Process) -> None:
    """As many round trips as a step of each takes."""
    await passing()
    for process in processes:
        for _ in range(4):
            await process.leases.look()


async def until(
    true: Callable[[], bool], *processes: Process, never: Callable[[], object] = lambda: False
) -> None:
    """Renewal after renewal, until this is so; on the way there nothing may be `never`."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            assert not never()
            await settled(*processes)
            processes[0].clock.advance(PRODUCTION.renew)


async def test_who_is_alone_takes_everything(processes: list[Process]) -> None:
    a = await processes[0].start()
    assert await a.holder.hears("take over") == EVERY
    assert a.ownership.parts == EVERY
    assert [a.ownership.fence(part) for part in EVERY] == [1] * PARTS


async def test_a_lease_that_was_not_renewed_ends_by_itself(processes: list[Process]) -> None:
    """A2: before anybody else may take it, however the clocks go."""
    a = await processes[0].start()
    a.leases.away = True
    a.boottime += PRODUCTION.lease - PRODUCTION.margin - 0.01
    assert a.ownership.fence(7) == 1
    a.boottime += 0.01
    assert a.ownership.fence(7) is None
    assert a.owned() == set()
    assert a.ownership.parts == EVERY  # as far as we know
    assert a.ownership.surely == []


async def test_who_was_frozen_beyond_its_lease_makes_no_call_in_others_slots(
    processes: list[Process], clock: ManualClock
) -> None:
    """LINE's rates hold over all: its parts, and the slots that go with them, are another's by then."""
    a = await processes[0].start()
    rates = LineRates(lambda: a.ownership.surely, clock)
    clock.advance(1)
    async with asyncio.timeout(PATIENCE):
        first = asyncio.ensure_future(rates.admit("main", "push"))
        while not first.done():
            await clock.waited_for()
            clock.advance(0.01)
            await passing()
    a.leases.away = True
    a.boottime += 60
    late = asyncio.ensure_future(rates.admit("main", "push"))
    for _ in range(20):
        await passing()
        clock.advance(0.01)
    assert not late.done()
    late.cancel()


async def test_a_database_that_is_away_costs_no_more_than_the_lease(processes: list[Process]) -> None:
    """After a lapse that nobody used the work goes on, under the same fence."""
    a = await processes[0].start()
    a.leases.away = True
    for _ in range(3):
        await passing()
        a.clock.advance(PRODUCTION.renew)
    a.boottime += PRODUCTION.lease
    assert a.owned() == set()
    a.leases.away = False
    assert await a.renews("resume") == EVERY
    assert a.owned() == set(EVERY)
    assert a.ownership.fence(7) == 1


async def test_a_newcomer_gets_its_share_and_never_a_part_of_the_living(both: list[Process]) -> None:
    a, b = both
    assert b.owned() == set()
    assert await a.renews("hand back") == HALF
    await a.holder.hears("lost")
    assert a.owned() == set(EVERY) - set(HALF)
    await until(lambda: b.owned() == set(HALF), b, never=lambda: a.owned() & b.owned())
    assert not a.owned() & b.owned()
    assert b.ownership.fence(HALF[0]) == 2


async def test_a_hand_back_that_comes_to_nothing_goes_on(both: list[Process]) -> None:
    a, _ = both
    a.leases.overtaken = True
    assert await a.renews("hand back") == HALF
    assert await a.holder.hears("resume") == HALF
    assert a.owned() == set(EVERY)


async def test_the_gone_are_not_waited_for(processes: list[Process]) -> None:
    """A2: take-over at once where the machine knows that a process has ended."""
    a, b = processes
    await a.start()
    b.gone.add("a")
    await b.start()
    assert await b.holder.hears("take over") == EVERY
    assert b.ownership.fence(7) == 2


async def test_who_was_buried_forgets_everything_and_begins_anew(
    processes: list[Process], caplog: pytest.LogCaptureFixture
) -> None:
    """A2: a process that was paused for long."""
    a, b = processes
    await a.start()
    b.gone.add("a")
    await b.start()
    await a.renews("lost")
    await passing()
    assert a.owned() == set()
    assert "others took this process for dead: its 256 parts are theirs now" in caplog.messages


async def test_since_when_a_part_is_ours_begins_anew_with_each_lease(processes: list[Process]) -> None:
    """A2: what came to another owner meanwhile is not surely new."""
    a, b = processes
    await a.start()
    began = a.clock.now()
    assert a.ownership.since(0) == began
    b.gone.add("a")
    await b.start()
    await a.renews("lost")
    assert a.ownership.since(0) is None
    b.gone.clear()
    a.gone.add("b")
    reading = held_behind(a.holder, "take_over")
    await until(reading.reached.is_set, a)
    assert 0 in a.owned()
    assert a.ownership.since(0) is None
    reading.go_on.set()
    async with asyncio.timeout(PATIENCE):
        while a.ownership.since(0) is None:
            await settled(a)
    assert a.ownership.since(0) == a.clock.now() > began


async def test_check_soon_does_not_wait_for_the_clock(processes: list[Process]) -> None:
    a, b = processes
    await a.start()
    b.gone.add("a")
    await b.start()
    a.ownership.check_soon()
    await a.holder.hears("lost")


async def test_who_ends_gives_everything_back_after_its_work(both: list[Process]) -> None:
    a, b = both
    working = asyncio.Event()

    async def work() -> None:
        assert a.owned() == set(EVERY)
        working.set()

    await a.ownership.end(work)
    await a.end()
    assert working.is_set()
    assert a.owned() == set()
    assert await b.renews("take over") == EVERY


async def test_a_renewal_under_way_does_not_bring_back_who_has_ended(processes: list[Process]) -> None:
    """A2: its parts are free at once, not when a lease that nobody uses has run out."""
    a, b = processes
    await a.start()
    a.leases.go_on = asyncio.Event()
    await passing()
    a.clock.advance(PRODUCTION.renew)
    await asyncio.wait_for(a.leases.renewing.wait(), PATIENCE)
    ending = asyncio.ensure_future(a.ownership.end(passing))
    await passing()
    a.leases.go_on.set()
    await asyncio.wait_for(ending, PATIENCE)
    await settled(a)
    shares = await a.leases.look()
    assert shares is not None
    assert set(shares.until) == set()
    assert set(shares.owners) == {""}
    await b.start()
    assert b.owned() == set(EVERY)


async def test_a_take_over_that_failed_is_made_up_for(both: list[Process]) -> None:
    """A8: the database went away while what the last owner left was being read."""
    a, b = both
    b.holder.fail.add("take over")
    await a.renews("hand back")
    told: list[tuple[str, list[int]]] = []
    async with asyncio.timeout(PATIENCE):
        while told.count(("take over", HALF)) < 2:
            await settled(a)
            b.clock.advance(PRODUCTION.renew)
            while not b.holder.told.empty():
                told.append(b.holder.told.get_nowait())


async def test_a_hand_back_that_failed_leaves_no_part_closed(both: list[Process], database: Database) -> None:
    """The database went away meanwhile, and the newcomer with it: what was closed must be opened again."""
    a, b = both
    a.holder.fail.add("hand back")
    await a.renews("hand back")
    await b.end()
    await Leases(database, "b").withdraw()
    await until(lambda: not a.holder.closed, a)
    assert a.owned() == set(EVERY)


async def test_two_that_start_at_once_share(processes: list[Process]) -> None:
    await asyncio.gather(*(process.start() for process in processes))
    a, b = processes
    await until(lambda: len(a.owned()) == len(b.owned()) == 128, a)
    assert not a.owned() & b.owned()


async def test_the_lease_is_renewed_while_a_long_take_over_goes_on(processes: list[Process]) -> None:
    """A8: what a dead process left may take longer to read than a lease lasts."""
    a, _ = processes
    reading = held_behind(a.holder, "take_over")
    a.leases.go_on = asyncio.Event()
    a.leases.go_on.set()
    beginning = asyncio.ensure_future(a.ownership.begin())
    await asyncio.wait_for(reading.reached.wait(), PATIENCE)
    for _ in range(8):  # 24 seconds, more than two leases
        await a.clock.waited_for()
        a.leases.renewing.clear()
        a.clock.advance(PRODUCTION.renew)
        a.boottime += PRODUCTION.renew
        await asyncio.wait_for(a.leases.renewing.wait(), PATIENCE)
    await a.clock.waited_for()  # the last renewal is made
    assert a.owned() == set(EVERY)
    reading.go_on.set()
    await asyncio.wait_for(beginning, PATIENCE)
    assert a.owned() == set(EVERY)


async def test_the_lease_is_renewed_while_a_long_hand_back_goes_on(both: list[Process]) -> None:
    """A8: what was done may take longer to write down than a lease lasts; the parts stay closed meanwhile."""
    a, _ = both
    writing = held_behind(a.holder, "hand_back")
    assert await a.renews("hand back") == HALF
    for _ in range(8):  # 24 seconds, more than two leases
        a.boottime += PRODUCTION.renew
        await a.renews("resume")
        assert a.holder.closed == set(HALF)
    assert a.owned() == set(EVERY)
    writing.go_on.set()
    await a.holder.hears("lost")
    assert a.owned() == set(EVERY) - set(HALF)


async def test_who_is_buried_during_a_long_hand_back_gives_nothing(
    both: list[Process], caplog: pytest.LogCaptureFixture
) -> None:
    """A8: another process took the parts meanwhile: what is written down then is for nobody to give."""
    a, b = both
    held_behind(a.holder, "hand_back")
    assert await a.renews("hand back") == HALF
    b.gone.add("a")
    # a renews at the same moment: b may have to try again
    await until(lambda: not a.owned() and b.owned() == set(EVERY), a, b)
    assert "others took this process for dead: its 256 parts are theirs now" in caplog.messages


async def test_who_may_not_decide_owns_nothing_and_takes_nobody_s_share(processes: list[Process]) -> None:
    """Its playbook is not the one that is live: the other takes everything."""
    a, b = processes
    a.current = False
    await a.start()
    await b.start()
    await b.holder.hears("take over")
    assert (a.owned(), b.owned()) == (set(), set(EVERY))


async def test_who_may_not_decide_any_more_gives_everything_back_at_once(both: list[Process]) -> None:
    a, b = both
    a.current = False
    assert await a.renews("hand back") == EVERY
    await a.holder.hears("lost")
    # the clock is everybody's: it may have renewed already
    await until(lambda: b.owned() == set(EVERY), b, never=a.owned)


async def test_the_lease_is_renewed_while_everything_is_given_back(processes: list[Process]) -> None:
    """A8: calls under way may take longer to end than the lease is sure; the parts stay closed meanwhile."""
    a, b = processes
    await a.start()
    ending = held_behind(a.holder, "hand_back")
    a.current = False
    assert await a.renews("hand back") == EVERY
    for _ in range(8):  # 24 seconds, more than two leases
        a.boottime += PRODUCTION.renew
        await a.renews("resume")
        assert a.holder.closed == set(EVERY)
    assert a.owned() == set(EVERY)
    ending.go_on.set()
    await a.holder.hears("lost")
    assert a.owned() == set()
    await b.start()
    assert b.owned() == set(EVERY)


async def test_who_may_decide_again_takes_its_share_again(
    processes: list[Process], caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody took it for dead meanwhile, and the log does not say so: it has given its parts back itself."""
    a, _ = processes
    await a.start()
    a.current = False
    await a.renews("hand back")
    a.current = True
    await settled(a)
    assert await a.renews("take over") == EVERY
    assert [a.ownership.fence(part) for part in EVERY] == [2] * PARTS
    assert caplog.messages == []


async def test_it_stands_aside_although_what_was_done_cannot_be_written_yet(processes: list[Process]) -> None:
    a, _ = processes
    await a.start()
    a.current = False
    a.holder.fail.add("hand back")
    await a.renews("hand back")
    assert a.owned() == set(EVERY)  # nothing is begun there: the lanes are closed
    assert a.holder.closed == set(EVERY)
    await a.renews("lost")
    assert a.owned() == set()


async def test_each_hears_whose_the_others_are(both: list[Process]) -> None:
    """With each renewal; who stands aside hears nothing any more, and knows of nobody."""
    a, b = both
    assert [a.ownership.elsewhere(part) for part in EVERY] == [None] * PARTS
    assert {b.ownership.elsewhere(part) for part in EVERY} == {a.name}
    await a.renews("hand back")
    await until(lambda: b.owned() == set(HALF) and a.ownership.elsewhere(HALF[0]) == b.name, a, b)
    for one, other in ((a, b), (b, a)):
        told = {part: one.ownership.elsewhere(part) for part in EVERY}
        assert told == {part: other.name if part in other.owned() else None for part in EVERY}
    a.current = False
    await until(lambda: not a.owned(), a)
    assert [a.ownership.elsewhere(part) for part in EVERY] == [None] * PARTS
