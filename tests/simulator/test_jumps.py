"""A jump of the clock: timer by timer, each at its own moment; bounded, and told where it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.instance import Timer
from bot.simulator.workbench import clock
from bot.simulator.workbench.clock import Backwards, Jump, Jumped, Jumps, MovingClock
from bot.simulator.workbench.inside import Inside
from tests.simulator.conftest import StillClock

START = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)


class Bot:
    """A bot that takes the turns of due timers when it is looked at, and may arm new ones."""

    def __init__(self, *seconds: int, again: Callable[[datetime], datetime] | None = None) -> None:
        self.clock = MovingClock(StillClock())
        self.waiting = [_timer(START + timedelta(seconds=s)) for s in seconds]
        self.taken: list[datetime] = []
        self.again = again
        self.asleep = False
        self.jumps = Jumps(self.clock, lambda: Inside(timers=self.timers), lambda: True)

    async def timers(self, until: datetime) -> list[tuple[str, Timer]]:
        await asyncio.sleep(0)  # as where a database is read
        for timer in [t for t in self.waiting if t.due <= self.clock.now() and not self.asleep]:
            self.waiting.remove(timer)
            self.taken.append(self.clock.now())
            if self.again is not None:
                self.waiting.append(_timer(self.again(timer.due)))
        return [("main:U1", timer) for timer in self.waiting if timer.due <= until]

    async def jump(self, **by: float) -> Jumped:
        async def goal(now: datetime) -> datetime:
            return now + timedelta(**by)

        return await self.jumps.to(goal)


def _timer(due: datetime) -> Timer:
    return Timer("quiz", "main", 1, "10m", due)


async def test_each_timer_is_decided_at_its_own_moment() -> None:
    bot = Bot(3_600, 600, 86_400 * 20, 86_400 * 40)
    assert await bot.jump(days=30) == Jumped(3)
    assert [(at - START).total_seconds() for at in bot.taken] == [600, 3_600, 86_400 * 20]
    assert bot.clock.now() == START + timedelta(days=30)
    due = await bot.jumps.next_due()
    assert due is not None
    assert due.timer.due == START + timedelta(days=40)
    assert await bot.jumps.next_due(lambda contact: False) is None


async def test_all_that_has_happened_is_in_the_journal_when_a_jump_has_ended() -> None:
    """Figures of the console do not lag behind what was seen to happen."""
    bot = Bot(600)
    written = list[int]()

    async def write_journal() -> None:
        written.append(len(bot.taken))

    inside = Inside(timers=bot.timers, write_journal=write_journal)
    bot.jumps = Jumps(bot.clock, lambda: inside, lambda: True)
    await bot.jump(seconds=0)
    await bot.jump(hours=1)
    assert written == [0, 1]


async def test_a_flow_that_arms_its_timer_anew_for_ever_is_bounded_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "TIMERS_AT_MOST", 100)
    bot = Bot(60, again=lambda due: due + timedelta(minutes=1))
    jumped = await bot.jump(days=365)
    assert jumped == Jumped(100, "timers", "100 timers fell due on the way, and more would")
    assert bot.clock.now() == START + timedelta(minutes=100)
    assert bot.taken == [START + timedelta(minutes=n + 1) for n in range(100)]


async def test_a_timer_that_is_due_again_at_once_does_not_hold_it_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "REST_WITHIN", 0.05)
    bot = Bot(60, again=lambda due: due)
    jumped = await bot.jump(hours=1)
    assert jumped == Jumped(0, "stuck", "the timer 10m of main:U1 is not decided")


async def test_a_bot_that_does_not_decide_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "REST_WITHIN", 0.05)
    bot = Bot(60)
    bot.asleep = True
    assert (await bot.jump(hours=1)).why == "stuck"
    assert bot.clock.now() == START + timedelta(minutes=1)


async def test_time_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "SECONDS_AT_MOST", 0.0)
    bot = Bot(60)
    assert await bot.jump(hours=1) == Jumped(0, "time", "it has taken 0 s"), (
        "not that so many timers fell due"
    )


async def test_it_can_be_stopped_and_stays_where_it_came_to() -> None:
    """What was due by then is decided, the rest is not; the next jump goes on from there."""
    bot = Bot(600, 1_200, 1_800)
    ways = list[tuple[float, int]]()

    def on_way(way: Jump) -> None:
        ways.append(((bot.clock.now() - way.begun) / (way.goal - way.begun), way.timers))
        if way.timers == 2:
            assert bot.jumps.stop()

    bot.jumps.on_way = on_way
    assert await bot.jump(hours=1) == Jumped(2, "asked", "it was stopped")
    assert ways == [(0.0, 0), (1 / 6, 1), (1 / 3, 2)]
    assert bot.clock.now() == START + timedelta(minutes=20)
    assert len(bot.waiting) == 1
    assert bot.jumps.way is None
    assert not bot.jumps.stop()
    assert await bot.jump(hours=1) == Jumped(1)


async def test_no_stop_for_what_only_waits() -> None:
    """A paused flow's timer looks each hour whether it still is: a day is not twenty-four stops for it."""
    bot = Bot(600, again=lambda due: due + timedelta(hours=1))
    ways = list[Jump]()

    async def only_waits(contact: str, timer: Timer) -> bool:
        return True

    bot.jumps = Jumps(bot.clock, lambda: Inside(timers=bot.timers, only_waits=only_waits), lambda: True)
    bot.jumps.on_way = ways.append
    bot.again = lambda due: bot.clock.now() + timedelta(hours=1)
    assert await bot.jump(days=1) == Jumped(0)
    assert bot.taken == [START + timedelta(days=1)]
    assert len(ways) == 1
    assert await bot.jumps.next_due() is None, "nothing comes of it, so it is not what happens next"


async def test_what_line_does_a_moment_later_is_not_waited_for() -> None:
    """Bulk links take effect after 0.2 s of the simulator's clock, and it is the clock that moves."""
    bot = Bot(600)

    def afterwards() -> datetime | None:
        done = START + timedelta(seconds=600.2)
        return done if START < bot.clock.now() < done else None

    bot.jumps = Jumps(bot.clock, lambda: Inside(timers=bot.timers), lambda: True, afterwards)
    assert await bot.jump(hours=1) == Jumped(1)
    assert bot.clock.now() == START + timedelta(hours=1)


async def test_it_stops_for_sweeps_between_the_timers() -> None:
    """People are looked through at their own moments: also before a timer that is due later."""
    bot, looked = Bot(7_200), list[datetime]()

    async def next_sweep(after: datetime, until: datetime) -> datetime | None:
        looked.append(after)
        hours = (START + timedelta(hours=n) for n in (1, 3))
        return next((at for at in hours if after < at <= until), None)

    bot.jumps = Jumps(bot.clock, lambda: Inside(timers=bot.timers, next_stop=next_sweep), lambda: True)
    assert await bot.jump(hours=4) == Jumped(1)
    assert [(at - START).total_seconds() / 3_600 for at in looked] == [0, 1, 2, 3]
    assert bot.taken == [START + timedelta(hours=2)]


async def test_never_backwards() -> None:
    bot = Bot()
    with pytest.raises(Backwards):
        await bot.jump(seconds=-1)
    assert await bot.jump(seconds=0) == Jumped(0)


async def test_two_at_once_go_one_after_the_other() -> None:
    """Two browsers on one simulator: both hours pass, and nothing is decided twice."""
    bot = Bot(1_800, 5_400)
    first, second = await asyncio.gather(bot.jump(hours=1), bot.jump(hours=1))
    assert (first.timers, second.timers) == (1, 1)
    assert bot.clock.now() == START + timedelta(hours=2)
    assert [(at - START).total_seconds() for at in bot.taken] == [1_800, 5_400]


async def test_what_was_begun_is_finished_first(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([False, False, True])
    bot = Bot()
    bot.jumps = Jumps(bot.clock, lambda: Inside(timers=bot.timers), lambda: next(looks, True))
    await bot.jump(hours=1)
    assert next(looks, None) is None


async def test_what_is_not_done_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where LINE is made slow: who waits by the clock must not take it for done."""
    monkeypatch.setattr(clock, "REST_WITHIN", 0.05)
    bot = Bot()
    bot.jumps = Jumps(bot.clock, lambda: Inside(is_at_rest=lambda: False), lambda: True)
    told = "after 0.05 s not everything was decided and had arrived"
    assert await bot.jump(hours=1) == Jumped(0, "busy", told)
    assert bot.clock.now() == START + timedelta(hours=1)
