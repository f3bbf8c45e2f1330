"""`kill -9` while thousands of people get another rich menu: at the end all have it, nobody else was called.

What is done twice is the batch that was under way, if LINE had been asked for it, and no other.
OAFLOW_KILL_ROUNDS sets the number of kills (some 3), OAFLOW_KILL_SEED repeats a run that failed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest

from bot.app.database import open_database
from bot.playbook.load import load
from tests.faults.bot_process import PATIENCE, BotProcess, comes_to
from tests.faults.line_menus import Moment
from tests.faults.menu_crowd import MEANT, NOBODY, OUT, UP, VIP, Crowd, menus_at_line, picture
from tests.faults.test_kill import ROUNDS, SEED
from tests.faults.test_versions import publishes
from tests.faults.webhooks import says
from tests.faults.world import World

AT_LINE: tuple[Moment, Moment] = ("held", "taken")
IN_THE_DATABASE = {
    "stored": ("menu_batches", "insert"),
    "recorded": ("contacts", "update"),
    "called": ("menu_batches", "update"),
}
"""Moments in the life of a batch, and the write that tells of them."""

MOMENTS = (*AT_LINE, *IN_THE_DATABASE)
KILLS = 3
"""In one sweep of seven or eight batches, after which the list changes back."""


@dataclass
class Life:
    """A process from its start to its end. LINE knows it by its token."""

    bot: BotProcess
    token: str
    under_way: frozenset[str] = frozenset()
    """The people of the batch that was under way when it was killed."""
    died_at_line: bool = False
    """Whether it still waited for LINE's answer; else the note that LINE has taken it may be on its way."""


class Sweeping:
    """Processes that sweep, and die."""

    def __init__(self, world: World, crowd: Crowd, dice: Random) -> None:
        self.world = world
        self.crowd = crowd
        self.dice = dice
        self.menus = world.line.menus
        self.lives: list[Life] = []
        self.talkers: set[str] = set()
        self.changing: set[str] = set()

    def another_list(self) -> None:
        """The folder's playbook has the other list from now on; calls are counted anew."""
        self.crowd.write(1 - self.crowd.number)
        self.changing = self.crowd.changing()
        self.menus.taken.clear()

    def life(self) -> Life:
        """One more process, not yet started."""
        token = f"token-of-life-{len(self.lives) + 1}"
        life = Life(self.world.bot(LINE_CHANNEL_ACCESS_TOKEN=token), token)
        self.lives.append(life)
        return life

    async def killed(self, life: Life) -> None:
        """kill -9; and what was under way then."""
        await life.bot.kill()
        life.under_way = frozenset(await self.crowd.under_way())

    async def live_until(self, moment: str, number: int) -> None:
        """Start a process, and kill it at this moment of the batch of this number."""
        life = self.life()
        if moment in IN_THE_DATABASE:
            # of hundreds: each is heard of by itself, and the process goes on meanwhile
            writes = self.dice.randint(1, 40) if moment == "recorded" else number
            async with self._writes(*IN_THE_DATABASE[moment]) as stream:
                await life.bot.spawn("--files")
                async with asyncio.timeout(PATIENCE):
                    for _ in range(writes):
                        await asyncio.to_thread(stream.next)
                await self.killed(life)
        else:
            self.menus.stop_at(AT_LINE[AT_LINE.index(moment)], number, [life.token])
            await life.bot.spawn("--files")
            await self.die_at_line(moment, [life])

    async def die_at_line(self, moment: str, lives: list[Life]) -> Life:
        """Kill whoever of these makes the call that stops at LINE, which then goes on; who that was."""
        call = await self.menus.has_stopped()
        [life] = [life for life in lives if life.token == call.by]
        if moment == "taken":
            await self._talk(life, call.users)
        await self.killed(life)
        life.died_at_line = True
        self.menus.go_on()
        return life

    async def _talk(self, life: Life, users: tuple[str, ...]) -> None:
        """Two of these get another menu by a turn, before LINE has done what it was asked in bulk."""
        free = sorted(user for user in users if user not in self.talkers)
        first, second = self.dice.sample(free, 2)
        await life.bot.ready()
        await self._talks(life, first)
        await self.world.all_done(first)
        await self._talks(life, second)  # this link may still lie on the contact when the process dies

    async def _talks(self, life: Life, user: str) -> None:
        self.talkers.add(user)
        goes = self.crowd.people[user] is VIP
        self.crowd.people[user] = NOBODY if goes else VIP
        await self.world.delivered(life.bot, says(user, OUT if goes else UP))
        await self.menus.comes_to(partial(self.crowd.sees, user))

    @asynccontextmanager
    async def _writes(self, collection: str, kind: str) -> AsyncIterator[Any]:
        asked = self.crowd.opened.database.collection(collection)
        with asked.driver.watch([{"$match": {"operationType": kind}}], max_await_time_ms=50) as stream:
            await asyncio.to_thread(stream.try_next)  # only then it is open
            yield stream

    async def ends_well(self, lives: list[Life]) -> None:
        """Wait until all is done that is to be done, and check it; `lives` are all that had part in it."""
        crowd = self.crowd

        async def called() -> bool:
            return not await crowd.under_way() and await self._right()

        await comes_to(called)
        await crowd.settled()
        await comes_to(crowd.no_batch_is_left)
        await self.world.all_done()
        await self.menus.comes_to(crowd.is_shown)
        assert await self._right()
        self._check_calls(lives)

    async def _right(self) -> bool:
        """Whether the records say what the playbook says, of everybody whom LINE shows a menu."""
        recorded = await self.crowd.recorded()
        return all(menu == self.crowd.wanted(user) for user, menu in recorded.items())

    def _check_calls(self, lives: list[Life]) -> None:
        """Each who changes was called once, and again after a kill while LINE had their call: no others."""
        calls = {life.token: self.menus.in_bulk(life.token) for life in lives}
        for token, users in calls.items():
            assert set(users.values()) <= {1}, f"{token} called somebody twice"
        told = {user for users in calls.values() for user in users}
        assert told <= self.changing, f"{len(told - self.changing)} people were called who do not change"
        for user in self.changing - self.talkers:
            cut = [life for life in lives if user in life.under_way and calls[life.token][user] > 0]
            least = 1 + sum(life.died_at_line for life in cut)
            assert least <= sum(users[user] for users in calls.values()) <= 1 + len(cut)
        one_by_one = {user for call in self.menus.taken if not call.in_bulk for user in call.users}
        assert one_by_one <= self.talkers

    def complaints(self) -> list[str]:
        """What the processes have said that is no news."""
        lines = [line for life in self.lives for line in life.bot.log]
        return [line for line in lines if not _is_news(line)]


def _is_news(line: str) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        return False
    meant = told.get("code") == MEANT or str(told["message"]).startswith("took over")  # of who was killed
    late = told["logger"] == "oaflow.line" and told["level"] == "warning"  # LINE is here, and busy
    return meant or late or bool(told["level"] == "info")


@pytest.fixture
async def sweeping(started_world: World) -> AsyncIterator[Sweeping]:
    """Everybody sees what the first list says; no process runs."""
    world = started_world
    picture(world)
    (world.folder / "bot.yaml").write_text("bot: x\n", "utf-8")
    opened = await open_database(
        load(world.folder, world.environment).settings, world.folder, world.environment, ""
    )
    try:
        await menus_at_line(world, opened)
        crowd = Crowd(world, opened)
        await crowd.come()
        yield Sweeping(world, crowd, Random(SEED))
    finally:
        await opened.close()


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/test_menu_sweep.py")
async def test_killed_at_any_moment_of_a_batch(sweeping: Sweeping) -> None:
    """A8, G2: one process after the other, each killed in the middle of the sweep, and one that ends it."""
    dice = sweeping.dice
    for cycle in range(max(1, ROUNDS // KILLS)):
        sweeping.another_list()
        first = len(sweeping.lives)
        moments = dice.sample(MOMENTS, KILLS)
        try:
            for moment in moments:
                await sweeping.live_until(moment, dice.randint(1, 2))
            last = sweeping.life()
            await last.bot.start("--files")
            await sweeping.ends_well(sweeping.lives[first:])
            assert await last.bot.stop() == 0
        except BaseException as error:
            error.add_note(f"cycle {cycle + 1}, killed at {moments}; OAFLOW_KILL_SEED={SEED}")
            raise
    assert sweeping.complaints() == []


@pytest.mark.ring("soak", "two processes beside each other")
async def test_killed_with_a_second_process_beside(sweeping: Sweeping) -> None:
    """A8, G2: another list is published to two; the one that sweeps is killed, and the other goes on."""
    dice, world = sweeping.dice, sweeping.world
    sweeping.crowd.write(0)
    pair = [sweeping.life(), sweeping.life()]
    for cycle in range(max(1, ROUNDS // len(MOMENTS))):
        for life in pair:
            if not life.bot.runs:
                await life.bot.start("--files")
        moment = dice.choice(AT_LINE)
        for life in pair:
            await world.owns(life.bot, 128)
        sweeping.menus.stop_at(moment, dice.randint(1, 4), [life.token for life in pair])
        sweeping.another_list()
        await publishes(world, world.folder)
        try:
            dead = await sweeping.die_at_line(moment, pair)
            await sweeping.ends_well(pair)
        except BaseException as error:
            error.add_note(f"cycle {cycle + 1}, killed at {moment}; OAFLOW_KILL_SEED={SEED}")
            raise
        pair[pair.index(dead)] = sweeping.life()
    assert sweeping.complaints() == []
