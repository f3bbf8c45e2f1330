"""People in the database of a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts


async def come(contacts: Contacts, *people: Contact) -> None:
    """They are stored as they are, and were there never before."""
    writes = [TurnWrite(Contact(one.id), one, part_of(one.id), 0, 1, (), (), born=True) for one in people]
    assert await contacts.save(writes) == set()


async def changed(contacts: Contacts, who: str, fence: int = 1, **fields: Any) -> None:
    """A turn of theirs, which has read their inbox, has written this."""
    before = (await contacts.load([who]))[who]
    after = replace(before.contact, **fields)
    write = TurnWrite(before.contact, after, part_of(who), before.revision, fence, (), (), reread=True)
    assert await contacts.save([write]) == set(), "it was overtaken"
