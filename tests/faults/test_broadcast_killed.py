"""Processes that send a broadcast are killed again and again: each person gets it once (A8, I3)."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from bot.app.database import OpenDatabase, open_database
from bot.model.broadcast import Sending
from bot.model.contact import Contact, Identity
from bot.model.processes import part_of
from bot.playbook.load import load
from bot.store.broadcasts.sendings import sending_id
from bot.store.codec.contact_changes import changes
from tests.faults.bot_process import ACCOUNT, BotProcess, comes_to
from tests.faults.webhooks import person
from tests.faults.world import World

SEED = int(os.environ.get("OAFLOW_KILL_SEED", "20261122"))
OUT = "輸入「停止推播」就不再收到"
CHANNEL = f"""\
{ACCOUNT}limits: {{pushes_per_person: 30 per 7d}}
rules: [{{when: {{text: 嗨}}, reply: 您好}}]
"""
ALIKE = CHANNEL + f"broadcasts: {{b: {{to: everyone, push: [早安, {OUT}]}}}}\n"
NAMED = CHANNEL + f"broadcasts: {{b: {{to: everyone, push: ['{{{{ contact.name }}}} 早，{OUT}']}}}}\n"


@dataclass
class Killing:
    """People in a database, processes, and a LINE that honours retry keys."""

    world: World
    opened: OpenDatabase
    people: list[str]
    dice: Random = field(default_factory=lambda: Random(SEED))

    async def order(self) -> Sending:
        now = datetime.now(UTC).replace(microsecond=0)
        sending = Sending(sending_id("b", now), "b", "main", now, now, by="amy")
        assert await self.opened.stores.sendings.add(sending)
        return sending

    async def ends_well(self, sending: Sending) -> None:
        """It comes to its end, and everybody got it once, with all that it leaves."""
        sendings, batches = self.opened.stores.sendings, self.opened.stores.sending_batches

        async def is_done() -> bool:
            found = await sendings.one(sending.id)
            return found is not None and found.state == "done"

        await comes_to(is_done, 180)
        got = Counter(user for one in self.world.line.taken for user in one.to.split())
        assert got == dict.fromkeys(self.people, 1)
        whole = (await batches.figures(sending.id)).whole
        assert (whole.got, dict(whole.left_out)) == (len(self.people), {})
        contacts = self.opened.database.collection("contacts")
        assert await contacts.count_documents({"pushes": {"$size": 1}}) == len(self.people)
        rows = self.opened.database.collection("timeline")
        assert await rows.count_documents({"what": "broadcast: b"}) == len(self.people)


@asynccontextmanager
async def killing(world: World, text: str, number: int) -> AsyncIterator[Killing]:
    (world.folder / "bot.yaml").write_text(text, "utf-8")
    settings = load(world.folder, world.environment).settings
    opened = await open_database(settings, world.folder, world.environment, "")
    try:
        people = [person() for _ in range(number)]
        contacts = opened.database.collection("contacts")
        for start in range(0, number, 1_000):
            await contacts.insert_many([document(opened, one) for one in people[start : start + 1_000]])
        yield Killing(world, opened, people)
    finally:
        await opened.close()


def document(opened: OpenDatabase, user: str) -> dict[str, Any]:
    contact = Contact(f"main:{user}", identities=(Identity("main", user, friend=True),), name="小美")
    fields, _ = changes(Contact(contact.id), contact, opened.seal, born=True)
    return {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": [], **fields}


async def something_done(stream: Any, seconds: float = 5.0) -> None:
    """A batch is another than before, or so much time has passed (who was killed holds them, perhaps)."""
    until = asyncio.get_running_loop().time() + seconds
    while await asyncio.to_thread(stream.try_next) is None and asyncio.get_running_loop().time() < until:
        pass  # waits at the database by itself; broken off, its cursor would be in use


async def killed_in(one: Killing, bots: list[BotProcess], sending: Sending, kills: int) -> int:
    """Kill one of them after another, each a while after it was seen to do something; others come.

    How many were killed before it was over.
    """
    collection = one.opened.database.collection("sending_batches")
    with collection.driver.watch(max_await_time_ms=50) as stream:
        for killed in range(kills):
            for _ in range(one.dice.randint(1, 12)):
                found = await one.opened.stores.sendings.one(sending.id)
                if found is not None and found.is_over:
                    return killed
                await something_done(stream)
            index = one.dice.randrange(len(bots))
            await bots[index].kill()
            bots[index] = await one.world.bot().start()
    return kills


@pytest.mark.parametrize(
    ("text", "number", "processes", "kills"),
    [
        pytest.param(ALIKE, 2_600, 1, 1, id="alike"),
        pytest.param(
            NAMED, 300, 2, 2, id="personal, two processes", marks=pytest.mark.ring("soak", "more of the same")
        ),
        pytest.param(
            ALIKE, 20_000, 1, 10, id="alike, 20,000", marks=pytest.mark.ring("soak", "more of the same")
        ),
        pytest.param(
            ALIKE,
            20_000,
            2,
            10,
            id="alike, 20,000, two processes",
            marks=pytest.mark.ring("soak", "more of the same"),
        ),
        pytest.param(
            NAMED, 20_000, 1, 10, id="personal, 20,000", marks=pytest.mark.ring("soak", "more of the same")
        ),
        pytest.param(
            NAMED,
            20_000,
            2,
            10,
            id="personal, 20,000, two processes",
            marks=pytest.mark.ring("soak", "more of the same"),
        ),
    ],
)
async def test_killed_while_it_is_sent(
    started_world: World,
    text: str,
    number: int,
    processes: int,
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    """A8, I3: whoever is killed, each person has exactly one message at a LINE that honours retry keys."""
    async with killing(started_world, text, number) as one:
        bots = [await one.world.bot().start() for _ in range(processes)]
        sending = await one.order()
        try:
            record_property("kills", await killed_in(one, bots, sending, kills))
            await one.ends_well(sending)
        except BaseException as error:
            error.add_note(f"OAFLOW_KILL_SEED={SEED}")
            raise
