"""Rounds in which one of two processes, or their database, is killed while people talk to both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from bot.store.stores import Stores
from tests.faults.bot_process import BotProcess, comes_to
from tests.faults.staff_browser import team_of
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS, SEED, Killing, victim_of
from tests.faults.webhooks import Occurrence
from tests.faults.world import World


@dataclass
class TwoKilled:
    """Two processes on one database; `killing` has the one that is killed."""

    killing: Killing
    other: BotProcess
    stores: Stores
    victim: str = ""

    @property
    def world(self) -> World:
        return self.killing.world

    async def deliver(self, *events: Occurrence) -> None:
        """Each in a webhook of its own, to whichever process, until it is taken."""
        for event in events:
            to = partial(self._address, self.killing.dice.random() < 0.5)
            await self.world.courier.deliver_until_taken(to, [event])

    def _address(self, first: bool) -> str:
        return self.killing.bot.address if first else self.other.address

    @asynccontextmanager
    async def struck(self, most: int) -> AsyncIterator[asyncio.TaskGroup]:
        """What goes on in this group is struck before so many more events are stored."""
        before = len(self.world.courier.taken)
        async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
            yield group
            await self.killing.moment(before + 1, before + most)
            await self.killing.strike(self.victim)

    async def rounds(self, one_round: Callable[[int], Awaitable[None]]) -> None:
        """Each with a victim."""
        for number in range(ROUNDS):
            with victim_of(number, self.killing.dice) as self.victim:
                await one_round(number)


@asynccontextmanager
async def two_killed(world: World, playbook: str) -> AsyncIterator[TwoKilled]:
    """They go by this playbook."""
    (world.folder / "bot.yaml").write_text(playbook, "utf-8")
    killing = Killing(world, await world.bot().start(), Random(SEED))
    other = await world.bot().start()
    async with team_of(world.data) as team:
        await comes_to(team.stores.leases.is_running)
        yield TwoKilled(killing, other, team.stores)
