"""Which changes of contacts are told to pages that are held elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace

from bot.model.contact import Contact
from bot.model.page_state import PageState
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.page_changes import PageChanges
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.eventually import PATIENCE

WHO = "main:U1"
STRANGER = Contact(WHO, turned=NOW)
OPENED = replace(STRANGER, pages=(PageState("joining", "main", 1, NOW),))


@asynccontextmanager
async def heard(database: Database) -> AsyncIterator[asyncio.Queue[str | None]]:
    """What a listener is told from now on."""
    told: asyncio.Queue[str | None] = asyncio.Queue()

    async def listen() -> None:
        async with aclosing(PageChanges(database).listen()) as changes:
            async for contact in changes:
                told.put_nowait(contact)

    listening = asyncio.create_task(listen())
    assert await asyncio.wait_for(told.get(), PATIENCE) is None
    try:
        yield told
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def write(before: Contact | None, after: Contact, base: int) -> TurnWrite:
    born = before is None
    return TurnWrite(before or Contact(WHO), after, part_of(WHO), base, 1, (f"e{base}",), (), born=born)


async def test_a_page_that_changes_is_told_and_nothing_else(database: Database, seal: Seal) -> None:
    contacts = Contacts(database, seal)
    later = replace(OPENED, pages=(PageState("joining", "main", 2, NOW),))
    named = replace(OPENED, name="小美")
    async with heard(database) as told:
        assert await contacts.save([write(None, OPENED, 0)]) == set()
        assert await asyncio.wait_for(told.get(), PATIENCE) == WHO
        assert await contacts.save([write(OPENED, named, 1)]) == set()
        assert await contacts.save([write(named, replace(later, name="小美"), 2)]) == set()
        assert await asyncio.wait_for(told.get(), PATIENCE) == WHO
        await database.collection("contacts").update_one({"_id": WHO}, {"$set": {"to": "main:U2"}})
        assert await asyncio.wait_for(told.get(), PATIENCE) == WHO
    assert told.empty()
