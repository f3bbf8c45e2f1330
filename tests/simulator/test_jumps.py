"""A jump of the clock: timer by timer, each at its own moment; bounded, and told where it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Timer
from bot.simulator.workbench import jumps
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.jumps import Jumped, Jumps
from bot.simulator.workbench.moving_clock import Backwards, MovingClock
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


async def test_a_flow_that_arms_its_timer_anew_for_ever_is_bounded_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jumps, "TIMERS_AT_MOST", 100)
    bot = Bot(60, again=lambda due: due + timedelta(minutes=1))
    jumped = await bot.jump(days=365)
    assert (jumped.timers, jumped.stopped) == (100, "100 timers fell due on the way, and more would")
    assert bot.clock.now() == START + timedelta(minutes=100)
    assert bot.taken == [START + timedelta(minutes=n + 1) for n in range(100)]


async def test_a_timer_that_is_due_again_at_once_does_not_hold_it_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jumps, "REST_WITHIN", 0.05)
    bot = Bot(60, again=lambda due: due)
    jumped = await bot.jump(hours=1)
    assert (jumped.timers, jumped.stopped) == (0, "the timer 10m of main:U1 is not decided")


async def test_a_bot_that_does_not_decide_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jumps, "REST_WITHIN", 0.05)
    bot = Bot(60)
    bot.asleep = True
    assert (await bot.jump(hours=1)).stopped == "the timer 10m of main:U1 is not decided"
    assert bot.clock.now() == START + timedelta(minutes=1)


async def test_time_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jumps, "SECONDS_AT_MOST", 0.0)
    bot = Bot(60)
    assert (await bot.jump(hours=1)).stopped is not None


async def test_it_stops_for_sweeps_between_the_timers() -> None:
    """People are looked through at their own moments: also before a timer that is due later."""
    bot, looked = Bot(7_200), list[datetime]()

    async def next_sweep(after: datetime, until: datetime) -> datetime | None:
        looked.append(after)
        hours = (START + timedelta(hours=n) for n in (1, 3))
        return next((at for at in hours if after < at <= until), None)

    bot.jumps = Jumps(bot.clock, lambda: Inside(timers=bot.timers, next_sweep=next_sweep), lambda: True)
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
    monkeypatch.setattr(jumps, "REST_WITHIN", 0.05)
    bot = Bot()
    bot.jumps = Jumps(bot.clock, lambda: Inside(is_at_rest=lambda: False), lambda: True)
    assert await bot.jump(hours=1) == Jumped(0, "after 0.05 s not everything was decided and had arrived")
    assert bot.clock.now() == START + timedelta(hours=1)
