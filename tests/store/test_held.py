"""H3: who waits for the month's messages is found by an index of those alone."""

from __future__ import annotations

from bot.model.contact import Contact, Identity
from bot.model.instance import HeldBy, Hold, Instance
from bot.model.processes import part_of
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.due import HeldPeople, waiting
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.people import come

EVERYBODY = list(range(256))


def stands(user: str, channel: str, by: HeldBy | None) -> Contact:
    held = None if by is None else Hold(by)
    flows = (Instance("j", channel, "推", 1, NOW, NOW, held=held),)
    return Contact(f"main:{user}", identities=(Identity(channel, user),), flows=flows)


async def keep(database: Database, seal: Seal, *people: Contact) -> None:
    await come(Contacts(database, seal), *people)


async def test_only_who_waits_there_for_messages_is_found(database: Database, seal: Seal) -> None:
    here = [stands(f"A{n}", "main", "quota") for n in range(5)]
    others = (stands("B", "main", "quiet"), stands("C", "outlet", "quota"), stands("D", "main", None))
    await keep(database, seal, *here, *others)
    held = HeldPeople(database)
    parts = await held.parts_by_quota(EVERYBODY, "main")
    assert parts == sorted({part_of(person.id) for person in here})
    found = [one for part in parts for one in await held.by_quota(part, "main", "", 100)]
    assert sorted(found) == [person.id for person in here]
    assert await held.parts_by_quota([part for part in EVERYBODY if part not in parts], "main") == []


async def test_page_after_page_in_the_order_of_ids(database: Database, seal: Seal) -> None:
    people = [person for n in range(2000) if part_of((person := stands(f"U{n}", "main", "quota")).id) == 7]
    await keep(database, seal, *people)
    ids = sorted(person.id for person in people)
    held = HeldPeople(database)
    assert await held.by_quota(7, "main", "", 2) == ids[:2]
    assert await held.by_quota(7, "main", ids[1], 100) == ids[2:]
    assert await held.by_quota(7, "main", ids[-1], 100) == []


async def test_nobody_else_is_looked_at(database: Database, seal: Seal) -> None:
    """Among hundreds who are in the same flow, a few wait: only those are read."""
    await keep(database, seal, *(stands(f"U{n}", "main", "quota" if n < 3 else None) for n in range(300)))
    where = {"part": {"$in": EVERYBODY}, **waiting("main")}
    plan = database.collection("contacts").driver.find(where).explain()
    assert plan["executionStats"]["nReturned"] == 3
    assert plan["executionStats"]["totalDocsExamined"] == 3
    assert plan["executionStats"]["totalKeysExamined"] <= 3 + 3  # a part that is empty costs a look
