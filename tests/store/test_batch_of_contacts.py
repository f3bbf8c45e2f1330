"""A batch of people whose timers are due: directly where that is possible, never in the way of webhooks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.turn_taking.lanes import TICKS
from bot.store.contacts import contacts as module
from bot.store.contacts.contacts import Contacts
from bot.store.database import foreground_priority, mongo
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.eventually import PATIENCE
from tests.store.test_direct import connected

PEOPLE = [f"main:U{number}" for number in range(TICKS)]
CROWD = [f"main:C{number}" for number in range(module.MANY + 1)]


def turns(people: list[str], base: int = 0, event: str = "first") -> list[TurnWrite]:
    """The next turn of each, who has had so many (`base`), of this event."""
    born = [Contact(one) for one in people]
    return [
        TurnWrite(
            one,
            replace(one, language=f"l{base}"),
            part_of(one.id),
            base,
            1,
            (f"{one.id}:{base}:{event}",),
            (),
            born=not base,
        )
        for one in born
    ]


@asynccontextmanager
async def busy(database: Database, *, beside: bool) -> AsyncIterator[None]:
    """All threads of what comes first are taken, or all those of what is for many."""
    over = threading.Event()
    visit = database.visit_beside if beside else database.visit
    taken = [asyncio.ensure_future(visit(over.wait)) for _ in range(2 * mongo.VISITORS)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    finally:
        over.set()
        await asyncio.gather(*taken)


@pytest.mark.parametrize("people", [PEOPLE, CROWD], ids=["a batch", "a crowd"])
async def test_they_are_read_and_written_however_many(
    database: Database, seal: Seal, people: list[str]
) -> None:
    contacts = Contacts(database, seal)
    for is_direct in (False, True):
        if is_direct:
            await connected(database)
        base = 2 * is_direct
        assert await contacts.save(turns(people, base)) == set()
        assert await contacts.save(turns(people[1:], base + 1)) == set()
        assert await contacts.save(turns(people, base + 1, "second")) == set(people[1:])
        found = await contacts.load([*people, "main:nobody"])
        assert all(found[one].contact.id == one for one in people)
        assert {one: found[one].revision for one in found} == dict.fromkeys(people, base + 2)


async def test_a_batch_needs_no_thread(database: Database, seal: Seal) -> None:
    contacts = Contacts(database, seal)
    await connected(database)
    async with busy(database, beside=True), busy(database, beside=False):
        assert await contacts.save(turns(PEOPLE)) == set()
        assert len(await contacts.load(PEOPLE)) == len(PEOPLE)


async def test_without_a_connection_of_our_own_it_takes_no_thread_from_webhooks(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where PyOpenSSL makes the driver's TLS."""
    contacts = Contacts(database, seal)
    monkeypatch.setattr(database.direct, "_is_without", True)
    async with busy(database, beside=False):
        assert await contacts.save(turns(PEOPLE)) == set()
        assert len(await contacts.load(PEOPLE)) == len(PEOPLE)


async def test_it_begins_nothing_while_a_webhook_is_stored(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreground_priority, "MOMENT", 1e6)
    contacts = Contacts(database, seal)
    await connected(database)
    with database.first():
        under_way = [
            asyncio.create_task(contacts.load(PEOPLE)),
            asyncio.create_task(contacts.save(turns(PEOPLE))),
        ]
        await database.ping()  # meanwhile they would have been at MongoDB and back
        await database.ping()
        assert await contacts.load(PEOPLE[: module.FEW]) == {}, "who is one of few does not wait"
        assert not any(one.done() for one in under_way)
    await asyncio.gather(*under_way)
