"""A shop whose bot runs in several processes on one database, with a LINE whose tokens work once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice

from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import CallResult, Refused
from bot.model.inbox import Received
from bot.model.processes import part_of
from bot.runtime.ports import Effects
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import SMALLEST
from tests.runtime.answers import time_passes
from tests.runtime.harness import Bot, ScriptedLine, said

TICK = 0.01
"""Seconds that pass by our clock for each answer of the database: slowly, for reply tokens run out."""

OPENING = 0.2
"""The same while nobody has said anything yet: the parts are shared out within some seconds."""


HOURS = "每天 11:00–21:00"
DEAD_TOKEN = Refused(400, "Invalid reply token", None, "invalid-reply-token")


class OnceLine(ScriptedLine):
    """A LINE whose reply tokens work once, as the real ones do."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[str] = []
        """The tokens of the replies that people got, in order."""

    async def reply(self, token: str, body: bytes) -> CallResult:
        if token in self.answered:
            return DEAD_TOKEN
        self.answered.append(token)
        return await super().reply(token, body)


class Shop:
    """A database, a LINE, a clock, and the processes of one bot."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.database, self.seal, self.clock = database, seal, clock
        self.line = OnceLine()
        self.bots: list[Bot] = []
        self.unreadable: list[str] = []
        """Events that stay in the inbox."""

    async def opens(self, playbook: Playbook = SMALLEST, effects: Effects | None = None) -> Bot:
        bot = Bot(self.database, self.seal, self.clock, self.line, playbook, effects)
        self.bots.append(bot)
        return await bot.start()

    def heir(self, *dead: Bot) -> Bot:
        """A process that knows of these deaths, and has not started."""
        bot = Bot(self.database, self.seal, self.clock, self.line)
        bot.dead |= {one.id for one in dead}
        self.bots.append(bot)
        return bot

    async def two(self, playbook: Playbook = SMALLEST) -> tuple[Bot, Bot]:
        """Two processes with half of the parts each."""
        first, second = await self.opens(playbook), await self.opens(playbook)
        await self.until(lambda: parts(first) == parts(second) == 128, OPENING)
        return first, second

    async def until(self, true: Callable[[], bool], tick: float = TICK) -> None:
        """Let time pass, and the database answer, until this is so."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await time_passes(self.clock, self.database, tick)

    async def answered(self, *events: Received) -> None:
        """Wait until each of these events has been answered, and everything is written down."""
        tokens = {token(event) for event in events}
        await self.until(lambda: tokens <= set(self.line.answered))
        await self.quiet()

    async def hears(self, bot: Bot, *events: Received) -> None:
        """They arrive at this process, in one webhook; returns when they are answered and written down."""
        await bot.hear(*events)
        await self.answered(*events)

    async def quiet(self) -> None:
        """Wait until everything is decided, sent and written down.

        Also what one process has stored for another, which hears of it in its own time.
        """
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.until(lambda: all(map(at_rest, self.bots)))
                if not await self._open() and all(map(at_rest, self.bots)):
                    return
                await time_passes(self.clock, self.database, TICK)

    async def _open(self) -> int:
        """How many events are stored and not done, but for those that nobody can read; or lie on contacts."""
        query = {"state": "open", "_id": {"$nin": self.unreadable}}
        carried = {"carried.0": {"$exists": True}}
        return await self.database.collection("inbox").count_documents(
            query, limit=1
        ) or await self.database.collection("contacts").count_documents(carried, limit=1)

    async def met(self, user: str = "U1", bot: Bot | None = None) -> Bot:
        """A bot that remembers this person, whose next turn is decided ahead."""
        bot = bot or await self.opens()
        first = self.says(user)
        await bot.hear(first)
        await self.answered(first)
        return bot

    def says(self, user: str, text: str = "營業時間") -> Received:
        return said(text, user, self.clock)

    async def taken(self, user: str) -> list[str]:
        """The ids of the events whose turns were taken, from the timeline."""
        return [row.id for row in await self.bots[0].timeline(user)]


def at_rest(bot: Bot) -> bool:
    """Whether nothing is left to do on what this process owns."""
    runtime = bot.runtime
    work = [lane.part for lane in runtime.lanes._lanes.values()]
    work += [line.part for line in runtime.sender.lines]
    busy = any(map(runtime.ownership.owns, work))
    return not (busy or len(runtime.lanes) or runtime.journal._rows.count)


def parts(bot: Bot) -> int:
    return len(bot.runtime.ownership.parts)


def token(event: Received) -> str:
    assert event.event.token is not None
    return event.event.token.value


def someone_of(bot: Bot, but: int = 0) -> str:
    """A user whose part this process owns."""
    users = (f"U{n}" for n in range(10_000))
    owned = (user for user in users if bot.runtime.ownership.owns(part_of(f"main:{user}")))
    return next(islice(owned, but, None))


async def gone(shop: Shop, dead: Bot, *others: Bot) -> None:
    """As after kill -9, on a machine that notices."""
    await dead.crash()
    shop.bots.remove(dead)
    for other in others:
        other.dead.add(dead.id)
