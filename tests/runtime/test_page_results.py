"""B5: a page's result is answered exactly once, in every order of what happens, in several processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.model.inbox import Received
from bot.model.screen import Screen
from tests.eventually import PATIENCE
from tests.runtime.answers import time_passes
from tests.runtime.harness import said
from tests.runtime.page_world import CODE, Pages, Served, goes_on, pages, viewer

__all__ = ["pages"]
from tests.runtime.shop import OPENING, TICK, OnceLine, at_rest, parts, someone_of

pytestmark = pytest.mark.ring("all", "a bot of its own, and many turns")

TRIGGER, WELCOME = "我加入了", "歡迎"
MINUTE = 60
LONG_AFTER = MINUTE + 20


class Team:
    """Two processes of one bot, and what its people do."""

    def __init__(self, pages: Pages, owner: Served, other: Served) -> None:
        self.pages, self.owner, self.other = pages, owner, other
        self.clock = pages.clock

    async def joined(self, number: int = 0) -> str:
        """Somebody of the owner's who has just joined on the page, served by the other process."""
        user = someone_of(self.owner.bot, number)
        desk = self.other.desk
        async with asyncio.timeout(PATIENCE):
            opened = await desk.opened(viewer(user), {})
            screen = await goes_on(desk, opened, "小美", "0912345678", CODE, user=user)
        assert (screen.kind, screen.say) == ("done", TRIGGER)
        return user

    async def screen(self, user: str) -> Screen:
        return await self.pages.served[0].desk.screen(viewer(user), -1, 0.0)

    def says(self, user: str, text: str = TRIGGER) -> Received:
        return said(text, user, self.clock)

    async def crash(self, served: Served) -> None:
        """As after kill -9, on a machine that notices."""
        self.pages.served.remove(served)
        await served.bot.crash()
        for left in self.pages.served:
            left.bot.dead.add(served.bot.id)

    async def passes(self, seconds: float, step: float = 0.5, fastest: float = 5.0) -> None:
        """So much time passes, and everything that is due is done."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (left := (end - self.clock.now()).total_seconds()) > 0:
            await time_passes(self.clock, self.pages.database, min(step, left), min(fastest, left))
        await self.until(lambda: all(at_rest(served.bot) for served in self.pages.served))

    async def until(self, true: Callable[[], bool], tick: float = TICK, fastest: float = OPENING) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await time_passes(self.clock, self.pages.database, tick, fastest)

    async def welcomed(self) -> None:
        """Somebody is, while hardly any time passes: reply tokens die within a minute."""
        await self.until(lambda: bool(self.welcomes), TICK, TICK)

    @property
    def welcomes(self) -> list[str]:
        """How somebody was welcomed, each time."""
        return [call.kind for call in self.pages.line.calls if WELCOME in call.texts]


@pytest.fixture
async def team(pages: Pages) -> Team:
    pages.line = OnceLine()
    first, second = await pages.opens(), await pages.opens()
    team = Team(pages, first, second)
    await team.until(lambda: parts(first.bot) == parts(second.bot) == 128, OPENING)
    return team


@pytest.mark.parametrize("at_owner", [True, False])
async def test_the_trigger_is_answered_by_a_reply_and_the_minute_passes_in_silence(
    team: Team, at_owner: bool
) -> None:
    user = await team.joined()
    await (team.owner if at_owner else team.other).bot.hear(team.says(user))
    await team.welcomed()
    await team.passes(LONG_AFTER)
    assert team.welcomes == ["reply"]
    assert (await team.screen(user)).say is None


async def test_without_the_trigger_one_push_says_it_after_a_minute(team: Team) -> None:
    await team.joined()
    await team.passes(MINUTE - 10)
    assert team.welcomes == []
    await team.passes(20)
    await team.welcomed()
    assert team.welcomes == ["push"]
    await team.passes(LONG_AFTER)
    assert team.welcomes == ["push"]


async def test_the_process_that_decided_it_dies_before_the_minute_is_over(team: Team) -> None:
    await team.joined()
    await team.crash(team.owner)
    await team.passes(LONG_AFTER)
    await team.welcomed()
    assert team.welcomes == ["push"]


async def test_it_dies_and_then_the_trigger_comes_at_the_other(team: Team) -> None:
    user = await team.joined()
    await team.crash(team.owner)
    await team.other.bot.hear(team.says(user))
    await team.welcomed()
    await team.passes(LONG_AFTER)
    assert team.welcomes == ["reply"]


async def test_the_trigger_comes_while_the_process_that_decided_it_dies(team: Team) -> None:
    user = await team.joined()
    await asyncio.gather(team.other.bot.hear(team.says(user)), team.crash(team.owner))
    await team.welcomed()
    await team.passes(LONG_AFTER)
    assert team.welcomes == ["reply"]


async def test_the_trigger_twice_at_both(team: Team) -> None:
    """LINE delivers it again, and the member says it once more by hand."""
    user = await team.joined()
    event = team.says(user)
    await asyncio.gather(team.owner.bot.hear(event), team.other.bot.hear(event))
    await team.other.bot.hear(team.says(user))
    await team.welcomed()
    await team.passes(LONG_AFTER)
    assert team.welcomes == ["reply"]


@pytest.mark.parametrize(
    "early",
    [0.0, *(pytest.param(n, marks=pytest.mark.ring("soak", "more of the same")) for n in (0.01, 0.05)), 0.2],
)
async def test_the_trigger_and_the_end_of_the_minute_at_once(team: Team, early: float) -> None:
    user = await team.joined()
    (pending,) = (await team.owner.bot.stored(user)).contact.results
    left = (pending.until - team.clock.now()).total_seconds()
    team.clock.advance(left - early)
    hearing = asyncio.ensure_future(team.other.bot.hear(team.says(user)))
    await team.passes(1, 0.01, 0.01)
    await hearing
    await team.passes(LONG_AFTER)
    await team.welcomed()
    assert team.welcomes in (["reply"], ["push"])
