"""Everybody on a list of people is known by it in the database, and nobody else (F6, language 5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.conditions.people import ListedPeople, lists_of
from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.store.contacts import listed_contacts
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.store.random_people import CHANNELS, LISTS, people
from tests.store.test_filter import as_stored


def crowd() -> list[Contact]:
    """Each person's identities are one LINE user's, whose ids the contact's id is made of."""
    found = []
    for number, person in enumerate(people(3, 200)):
        user, first = f"U{number % 7}x{number}", person.identities[0].channel
        identities = tuple(replace(one, user=user) for one in person.identities)
        found.append(replace(person, id=f"{first}:{user}", identities=identities))
    return found


USERS = ListedPeople("users@1", "line_id", frozenset(f"U{n % 7}x{n}" for n in range(0, 300, 3)))
EVERY = (*LISTS[:3], USERS)


async def put(database: Database, seal: Seal, persons: list[Contact]) -> None:
    stored = [
        as_stored(replace(one, lists=()), seal) | {"rev": 1, "part": part_of(one.id)} for one in persons
    ]
    await database.collection("contacts").insert_many(stored)


async def known(database: Database) -> dict[str, set[str]]:
    documents = await database.collection("contacts").find({}, {"lists": 1}).to_list(None)
    return {one["_id"]: set(one.get("lists", ())) for one in documents}


async def test_who_is_marked_is_who_stands_there(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for everybody as in memory, whatever is bound and proven, in small batches too."""
    monkeypatch.setattr(listed_contacts, "BATCH", 7)
    persons, listed = crowd(), ListedContacts(database, seal)
    await put(database, seal, persons)
    wanted = {one.id: set(lists_of(one, EVERY)) for one in persons}
    assert all(0 < sum(key.key in on for on in wanted.values()) < 150 for key in EVERY)
    marked = [await listed.mark(one, CHANNELS) for one in EVERY]
    assert sum(marked) == sum(map(len, wanted.values()))
    assert await known(database) == wanted
    assert [await listed.mark(one, CHANNELS) for one in EVERY] == [0] * len(EVERY)
    for one in EVERY:
        found = [contact async for some in listed.on(one, CHANNELS) for contact in some]
        assert sorted(found) == sorted(contact for contact, on in wanted.items() if one.key in on)


async def test_another_reading_of_a_list_takes_its_place(database: Database, seal: Seal) -> None:
    persons, listed = crowd(), ListedContacts(database, seal)
    await put(database, seal, persons)
    await listed.mark(LISTS[0], CHANNELS)
    await listed.mark(USERS, CHANNELS)
    newer = ListedPeople("expo@9", "phone", LISTS[1].entries)
    await listed.mark(newer, CHANNELS)
    assert await listed.forget_others([newer.key, USERS.key]) > 0
    assert await known(database) == {one.id: set(lists_of(one, (newer, USERS))) for one in persons}
    assert await listed.forget_others([newer.key, USERS.key]) == 0
    await listed.forget_others([])
    assert not any((await known(database)).values())


async def test_who_was_merged_away_is_found_where_they_are_now(database: Database, seal: Seal) -> None:
    contacts = database.collection("contacts")
    both = [{"ch": "main", "uid": "Ua"}, {"ch": "vip", "uid": "Ub"}]
    rows: list[dict[str, Any]] = [
        {"_id": "main:Ua", "to": "outlet:Uc", "part": 1, "rev": 1},
        {"_id": "outlet:Uc", "to": "vip:Ub", "part": 2, "rev": 1},
        {"_id": "vip:Ub", "ids": both, "part": 3, "rev": 4},
    ]
    await contacts.insert_many(rows)
    people_ = ListedPeople("x@1", "line_id", frozenset({"Ua"}))
    assert await ListedContacts(database, seal).mark(people_, ["main", "vip"]) == 1
    found = await contacts.find_one({"_id": "vip:Ub"})
    assert found is not None
    assert (found["lists"], found["rev"]) == (["x@1"], 5)  # who remembers it as it was looks again


async def test_phones_and_numbers_are_looked_up_and_nothing_of_the_list_is_stored(
    database: Database, seal: Seal
) -> None:
    listed = ListedContacts(database, seal)
    await put(database, seal, crowd())
    for one in LISTS[:3]:
        where = await listed._standing(one, sorted(one.entries), CHANNELS)
        plan = database.collection("contacts").driver.find(where).explain()
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
        await listed.mark(one, CHANNELS)
    assert "912345678" not in str(await database.collection("contacts").find({}).to_list(None))
