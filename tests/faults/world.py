"""One bot's world: LINE on both sides, a data folder, and the processes that use it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from bot.store.mongod.mongod_process import comes_true
from tests.faults.bot_process import PATIENCE, PLAYBOOK, BotProcess, comes_to, environment
from tests.faults.line_api import LineApi
from tests.faults.stored import Stored, looking
from tests.faults.webhooks import HOURS, OFFER, Courier, Occurrence
from tests.started import started
from tests.store.embedded_process import mongod_of, mongod_pid


class World:
    """Made by `world`, which ends every process again."""

    def __init__(
        self, folder: Path, data: Path, line: LineApi, session: aiohttp.ClientSession, *, ends_database: bool
    ) -> None:
        self.folder = folder
        self._ends_database = ends_database
        self.data = data
        self.line = line
        self.session = session
        self.courier = Courier(session)
        self.bots: list[BotProcess] = []

    def playbook(self, *more: str) -> None:
        """Add lines to the top of the playbook of processes that start from now on."""
        (self.folder / "bot.yaml").write_text("".join(f"{line}\n" for line in more) + PLAYBOOK, "utf-8")

    def bot(self, **more: str) -> BotProcess:
        """A further process on the same data, not yet started; `more` goes into its environment."""
        return self.bot_of(self.folder, **more)

    def bot_of(self, folder: Path, **more: str) -> BotProcess:
        """The same with another folder's playbook."""
        bot = BotProcess(folder, self.environment | more)
        self.bots.append(bot)
        return bot

    @property
    def environment(self) -> dict[str, str]:
        """What every process on this data needs to know."""
        return environment(self.data, self.line.url)

    async def deliver(self, bot: BotProcess, *events: Occurrence) -> int:
        """Deliver these events in one webhook; the status, however long it takes."""
        return await self.courier.deliver(bot.address, events, seconds=PATIENCE)

    async def is_ready(self, bot: BotProcess) -> None:
        """Wait until its `/readyz` answers 200: a busy database may count as away for a moment."""

        async def ready() -> bool:
            return (await bot.readyz(self.session))[0] == 200

        await comes_to(ready)

    async def owns(self, bot: BotProcess, parts: int) -> None:
        """Wait until this process has so many parts."""

        async def so_many() -> bool:
            return await bot.figure(self.session, "oaflow_parts_owned") == parts

        await comes_to(so_many)

    async def killed(self, seconds: float, *words: str) -> None:
        """Begin a command, and kill it so much later, wherever it is."""
        command = await started(*words, env=self.environment)
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):  # it has done it all
            command.kill()
        await command.wait()

    async def delivered(self, bot: BotProcess, *events: Occurrence) -> None:
        """Deliver these events in one webhook, and again as LINE does, until the answer is 200."""
        async with asyncio.timeout(PATIENCE):
            await self.courier.deliver_until_taken(lambda: bot.address, events)

    @property
    def mongod(self) -> int | None:
        """The process id of the database, `None` where none runs."""
        return mongod_of(self.data).pid()

    async def has_mongod(self) -> None:
        """Wait until a database runs, which is before a bot is ready."""

        async def runs() -> bool:
            return self.mongod is not None

        await comes_to(runs)

    def kill_mongod(self) -> None:
        """kill -9 of the database."""
        os.kill(mongod_pid(self.data), signal.SIGKILL)

    async def all_done(self, *users: str, seconds: float = PATIENCE) -> None:
        """Wait until every event (of these people) is done and every call settled; or say what is left."""
        contacts = [f"main:{user}" for user in users]
        async with looking(self.data) as stored:
            try:
                await comes_to(lambda: stored.nothing_is_left(contacts), seconds)
            except TimeoutError:
                left = await stored.what_is_left() if self.mongod else "no mongod runs"
                raise AssertionError(f"not done after {seconds:g} s: {left}") from None

    async def check(self, events: Iterable[Occurrence]) -> None:
        """Each of these events has one turn, and one reply where one is due, in this order per contact.

        What was said is kept so, too.
        """
        several = list(events)
        async with looking(self.data) as stored:
            await check_turns(stored, several)
            await check_conversations(stored, several)
        check_replies(self.line, [event for event in several if replies(event)])

    async def end(self) -> None:
        """Kill what still runs, mongod last."""
        for bot in self.bots:
            if bot.runs:
                await bot.kill()
        if self._ends_database and (pid := self.mongod) is not None:
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGKILL)
            await comes_true(lambda: self.mongod is None)


@asynccontextmanager
async def new_world(place: Path, running: Path | None = None) -> AsyncIterator[World]:
    """A world in the folder `place`, whose `data` may be there already; no process outlives the block.

    `running` is the data folder of a database that does.
    """
    folder = place / "shop"
    folder.mkdir()
    line = LineApi()
    await line.start()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        world = World(folder, running or place / "data", line, session, ends_database=running is None)
        world.playbook()
        try:
            yield world
        finally:
            await world.end()
            await line.stop()


def replies(event: Occurrence) -> bool:
    """Whether the playbook answers this event with a reply."""
    return event.tokened and (event.text is None or event.text == HOURS or OFFER in event.text)


async def check_turns(stored: Stored, events: Iterable[Occurrence]) -> None:
    """Each event has one turn, one row in the timeline, and each contact's turns have this order."""
    turns = await stored.turns()
    wanted: dict[str, list[str]] = {}
    for event in events:
        wanted.setdefault(event.contact, []).append(event.key)
    for contact, keys in wanted.items():
        taken = turns.get(contact, [])
        twice = [key for key in dict.fromkeys(taken) if taken.count(key) > 1]
        lost = set(keys) - set(taken)
        assert not twice, f"{len(twice)} of {len(keys)} events had several turns, first {twice[0]}"
        assert not lost, f"{len(lost)} of {len(keys)} events had no turn"
        ours = set(keys)
        assert [key for key in taken if key in ours] == keys, "the turns are not in order"
        rows = Counter(row.id for row in await stored.timeline(contact))
        assert all(rows[key] == 1 for key in keys), "an event is not in the timeline once"


async def check_conversations(stored: Stored, events: Iterable[Occurrence]) -> None:
    """What people said is kept once, in their order, each with the one answer that it got (E3)."""
    wanted: dict[str, list[Occurrence]] = {}
    for event in events:
        if event.in_chat:
            wanted.setdefault(event.contact, []).append(event)
    for contact, said in wanted.items():
        keys = {event.key for event in said}
        turns = [turn for turn in await stored.conversations.page([contact], None, 10_000) if turn.id in keys]
        kept = [
            (turn.id, turn.incoming and turn.incoming.content, [call.kind for call in turn.calls])
            for turn in reversed(turns)
        ]
        assert kept == [
            (event.key, event.text or "", ["reply"] if replies(event) else []) for event in said
        ], "a conversation is not what was said"


def check_replies(line: LineApi, replying: Iterable[Occurrence]) -> None:
    """LINE has accepted one reply for each event, and those of each contact in this order."""
    wanted: dict[str, list[str]] = {}
    for event in replying:
        wanted.setdefault(event.contact, []).append(event.token)
    accepted = [taken.key for taken in line.taken]
    places = {key: place for place, key in enumerate(accepted)}
    assert len(places) == len(accepted), "LINE has accepted a call twice"
    for tokens in wanted.values():
        lost = [(token, line.asked[token]) for token in tokens if token not in places]
        assert not lost, (
            f"{len(lost)} of {len(tokens)} replies were lost; the first was tried {lost[0][1]} times"
        )
        order = [places[token] for token in tokens]
        assert order == sorted(order), "the replies are not in order"
