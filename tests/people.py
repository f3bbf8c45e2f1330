"""People in the database of a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.stores import Stores


async def come(contacts: Contacts, *people: Contact, fence: int = 1) -> None:
    """They are stored as they are; who was there before has read their inbox, and written this in a turn."""
    known = await contacts.load([one.id for one in people])
    writes = list[TurnWrite]()
    for one in people:
        there, part = known.get(one.id), part_of(one.id)
        before, base = (Contact(one.id), 0) if there is None else (there.contact, there.revision)
        writes.append(TurnWrite(before, one, part, base, fence, (), (), born=there is None, reread=True))
    assert await contacts.save(writes) == set(), "it was overtaken"


async def changed(contacts: Contacts, who: str, fence: int = 1, **fields: Any) -> None:
    """A turn of theirs, which has read their inbox, has written this."""
    before = (await contacts.load([who]))[who]
    await come(contacts, replace(before.contact, **fields), fence=fence)


async def become_tester(stores: Stores, name: str, contact: str, at: datetime) -> None:
    """Staff have called this contact so."""
    line = AuditRow(f"tester_made:{name}", at, "command:test", "tester_made", contact, details=(name,))
    assert await stores.testers.change(line, at, name, {})


async def be_tester_no_more(stores: Stores, name: str, contact: str, at: datetime) -> None:
    line = AuditRow(f"tester_ended:{name}", at, "command:test", "tester_ended", contact, details=(name,))
    assert await stores.testers.change(line, at, None, {name: contact})
