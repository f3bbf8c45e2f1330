"""J3: people are found by the last digits of their phone, also those whom an older version has stored."""

from __future__ import annotations

from dataclasses import replace

from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.sweeps.phone_ends import EVERY, PhoneEndSweep
from bot.store.contacts import phone_ends
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.phone_ends import PhoneEnds
from bot.store.database.mongo import Database
from bot.store.rotation.resealing import renewed
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import KeyUse, Seal
from tests.conftest import ManualClock
from tests.store.test_people import CROWD, phone_of, store

AMY, BEN = "+886912345678", "+886987655678"


async def without_ends(database: Database) -> None:
    """As a version that knew no ends has stored them."""
    gone = {"$unset": {"p.phone_end": "", "p.told_phone_end": ""}}
    await database.collection("contacts").update_many({}, gone)


async def test_by_four_to_eight_digits(database: Database, seal: Seal) -> None:
    told = Contact("main:U3", stated_phone="+886911335678")
    await store(database, seal, Contact("main:U1", phone=AMY), Contact("main:U2", phone=BEN), told)
    ends = PhoneEnds(database, seal)
    assert await ends.ending("5678") == ["main:U1", "main:U2", "main:U3"]
    assert await ends.ending("45678") == ["main:U1"]
    assert await ends.ending("12345678") == ["main:U1"]
    assert await ends.ending("22345678") == []
    assert await ends.ending("1234") == []


async def test_the_end_goes_with_the_phone(database: Database, seal: Seal) -> None:
    await store(database, seal, Contact("main:U1", phone=AMY))
    ends, contacts = PhoneEnds(database, seal), Contacts(database, seal)
    before = Contact("main:U1", phone=AMY)
    for revision, phone in ((1, "+886900000001"), (2, None)):
        after = replace(before, phone=phone)
        write = TurnWrite(before, after, part_of("main:U1"), revision, 1, (), ())
        assert await contacts.save([write]) == set()
        assert await ends.ending("5678") == []
        assert await ends.ending("0001") == ([] if phone is None else ["main:U1"])
        before = after
    document = await database.collection("contacts").find_one({"_id": "main:U1"})
    assert document is not None
    assert document["p"] == {}


async def test_of_the_end_nobody_learns_the_hash_of_a_number(database: Database, seal: Seal) -> None:
    """A member number 5678 has another hash, and so has the end by another key."""
    await store(database, seal, Contact("main:U1", phone=AMY, member_no="5678"))
    document = await database.collection("contacts").find_one({"_id": "main:U1"})
    assert document is not None
    assert document["p"]["phone_end"] not in all_hashed("5678", seal.blind_indexes)
    other = Seal(parse(generate()))
    assert await PhoneEnds(database, other).ending("5678") == []


async def test_a_sweep_gives_their_end_to_phones_of_an_older_version(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    people = [Contact("main:U1", phone=AMY), Contact("main:U2", stated_phone=BEN), Contact("main:U3")]
    await store(database, seal, *people)
    await without_ends(database)
    spoilt = {"$set": {"s.p.phone": b"x"}}
    await store(database, seal, Contact("main:U0", phone=AMY))
    await database.collection("contacts").update_one({"_id": "main:U0"}, spoilt)
    ends = PhoneEnds(database, seal)
    assert await ends.ending("5678") == []
    sweep = PhoneEndSweep(ends, lambda part: True, clock)
    await sweep.look()
    assert await ends.ending("5678") == ["main:U1", "main:U2"], "what does not open stops nobody"
    assert await ends.fill() == 0
    before = await database.collection("contacts").find_one({"_id": "main:U1"})
    assert before is not None
    assert before["rev"] == 1, "no turn is lost by it"
    assert EVERY.total_seconds() > 0


async def test_many_are_given_it_some_at_a_time(database: Database, seal: Seal) -> None:
    crowd = [Contact(f"main:U{n}", phone=phone_of(n)) for n in range(CROWD)]
    await store(database, seal, *crowd)
    await without_ends(database)
    ends = PhoneEnds(database, seal)
    assert phone_ends.TOGETHER < CROWD
    assert await ends.fill() == CROWD
    assert await ends.ending(f"{77:08d}") == ["main:U77"]
    contacts = database.collection("contacts").driver.database
    nobody_left = {"p.phone": {"$exists": True}, "p.phone_end": None, "_id": {"$gt": ""}}
    find = {"find": "contacts", "filter": nobody_left, "sort": {"_id": 1}, "hint": "by_phone_end"}
    stats = contacts.command("explain", find, verbosity="executionStats")["executionStats"]
    assert stats["totalDocsExamined"] == 0
    assert stats["totalKeysExamined"] <= 1


async def test_ends_are_hashed_anew_with_the_phone(database: Database, seal: Seal) -> None:
    await store(database, seal, Contact("main:U1", phone=AMY, stated_phone=BEN))
    document = await database.collection("contacts").find_one({"_id": "main:U1"})
    assert document is not None
    first, second = next(iter(seal.ring.index)), parse(generate())
    ring = replace(
        seal.ring,
        seal={**seal.ring.seal, "new": next(iter(second.seal.values()))},
        index={**seal.ring.index, "new": next(iter(second.index.values()))},
    )
    newer = Seal(ring, KeyUse("new", "new", first))
    _, new = renewed("contacts", document, newer)
    await database.collection("contacts").update_one({"_id": "main:U1"}, {"$set": new})
    assert new["p.phone_end"].startswith("new:")
    assert new["p.told_phone_end"].startswith("new:")
    alone = Seal(replace(ring, index={"new": ring.index["new"]}), KeyUse("new", "new", "new"))
    assert await PhoneEnds(database, alone).ending("5678") == ["main:U1"]
