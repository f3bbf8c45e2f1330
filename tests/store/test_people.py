"""Contacts are found by phone and member number: by equality, through an index, however many there are. J3"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import MOST, People
from bot.store.database.mongo import Database
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.depth import examples

CROWD = max(1_000, examples(1_500))


def phone_of(number: int) -> str:
    return f"+8869{number:08d}"


async def store(database: Database, seal: Seal, *contacts: Contact) -> None:
    writes = [
        TurnWrite(Contact(c.id), replace(c, turned=NOW), part_of(c.id), 0, 1, ("e",), (), born=True)
        for c in contacts
    ]
    assert await Contacts(database, seal).save(writes) == set()


@pytest.fixture
async def crowd(database: Database, seal: Seal) -> Database:
    people = [Contact(f"main:U{n}", phone=phone_of(n), member_no=f"M{n}") for n in range(CROWD)]
    strangers = [Contact(f"main:S{n}") for n in range(CROWD)]
    await store(database, seal, *people, *strangers)
    return database


async def test_who_has_a_phone_or_a_member_number(database: Database, seal: Seal) -> None:
    proven = Contact("main:U1", phone=phone_of(1), member_no="M1")
    typed = Contact("outlet:U9", phone=phone_of(1))
    await store(database, seal, proven, typed, Contact("main:U2", phone=phone_of(2), member_no="m1"))
    people = People(database, seal)
    assert await people.with_phone(phone_of(1)) == ["main:U1", "outlet:U9"]
    assert await people.with_phone(phone_of(3)) == []
    assert await people.with_member_no("M1") == ["main:U1"]
    assert await people.with_member_no(phone_of(1)) == []


async def test_a_number_that_everybody_has_is_not_read_to_the_end(database: Database, seal: Seal) -> None:
    await store(database, seal, *(Contact(f"main:U{n}", member_no="0") for n in range(MOST + 5)))
    assert len(await People(database, seal).with_member_no("0")) == MOST


async def test_among_many_one_is_read(crowd: Database, seal: Seal) -> None:
    """What is read does not grow with the crowd: one key and one document, of 2,000 as of 1,000,000."""
    database = crowd.collection("contacts").driver.database
    for path, value in (("p.phone", phone_of(77)), ("p.member_no", "M77")):
        asked = {path: {"$in": all_hashed(value, seal.blind_indexes)}}
        find = {"find": "contacts", "filter": asked, "projection": {"_id": 1}}
        told = database.command("explain", find, verbosity="executionStats")
        stats = told["executionStats"]
        assert (stats["nReturned"], stats["totalDocsExamined"]) == (1, 1), path
        assert stats["totalKeysExamined"] <= 2, path
    indexes = database.command("aggregate", "contacts", pipeline=[{"$indexStats": {}}], cursor={})
    assert {"by_phone", "by_member_no"} <= {one["name"] for one in indexes["cursor"]["firstBatch"]}
