"""D6: people of the stores, read within a scope: by indexes, in order, and never anybody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.model.clerk import ListCursor, OfClerk, OfEveryStore, OfStores, SeenPeople, StorePerson
from bot.model.contact import Binding, Clerk, Contact, Identity
from bot.store.contacts import store_people
from bot.store.contacts.store_people import StorePeople
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.store.test_people import store
from tests.store.test_plans import explained

AN, NING, BO = ("A01", "xinyi"), ("A02", "xinyi"), ("B01", "banqiao")


def person(number: int, of: tuple[str, str], ago: int = 0, **more: Any) -> Contact:
    clerk, shop = of
    told = {
        "name": f"小美{number}",
        "phone": f"+8869{number:08d}",
        "bindings": {"phone": Binding(NOW)},
        **more,
    }
    at = NOW - timedelta(minutes=ago)
    return Contact(f"main:U{number}", clerk=Clerk("7K3M9QX2TB", "小安", shop, at, clerk), **told)


@pytest.fixture
async def people(database: Database, seal: Seal) -> StorePeople:
    await store(
        database,
        seal,
        person(1, AN, 30),
        person(2, NING, 20),
        person(3, BO, 10),
        person(4, AN, 20),
        Contact("main:U9", name="小美9", phone="+886900000009"),
    )
    return StorePeople(database, seal)


def ids(found: Sequence[StorePerson]) -> list[str]:
    return [one.id.removeprefix("main:U") for one in found]


async def all_of(people: StorePeople, seen: SeenPeople, most: int) -> list[str]:
    """Page after page."""
    found: list[str] = []
    place: ListCursor | None = None
    while some := await people.newest(seen, place, most):
        found += ids(some)
        place = some[-1].place
    return found


@pytest.mark.parametrize("most", [1, 2, 3, 50])
async def test_each_sees_their_own_newest_first_page_after_page(people: StorePeople, most: int) -> None:
    assert await all_of(people, OfClerk("A01"), most) == ["4", "1"]
    assert await all_of(people, OfStores(("xinyi",)), most) == ["4", "2", "1"]
    assert await all_of(people, OfStores(("xinyi", "banqiao")), most) == ["3", "4", "2", "1"]
    assert await all_of(people, OfEveryStore(), most) == ["3", "4", "2", "1"]
    assert await all_of(people, OfStores(()), most) == []
    assert await all_of(people, OfClerk("A"), most) == []


async def test_many_stores_are_one_list(
    people: StorePeople, database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More stores than one question has are asked in several, and merged."""
    monkeypatch.setattr(store_people, "STORES", 2)
    await store(database, seal, *(person(100 + n, ("C", f"s{n}"), 15 + n) for n in range(7)))
    stores = OfStores(("s0", "xinyi", *(f"s{n}" for n in range(1, 7))))
    in_order = ["100", "101", "102", "103", "104", "4", "2", "105", "106", "1"]
    assert await all_of(people, stores, 3) == in_order
    assert await people.how_many(stores, 1_000) == len(in_order)
    assert await people.by_clerk(stores) == {"A01": 2, "A02": 1, "C": 7}


async def test_somebody_elses_person_is_nobody(people: StorePeople) -> None:
    """By id, by phone, by its end, by name: what is not in the scope is not there."""
    others: tuple[SeenPeople, ...] = (OfClerk("A01"), OfStores(("xinyi",)), OfStores(()))
    own: tuple[SeenPeople, ...] = (OfClerk("B01"), OfStores(("banqiao",)), OfEveryStore())
    for seen in others:
        assert await people.one(seen, "main:U3") is None
        assert await people.with_phone(seen, "+886900000003") == []
        assert await people.with_phone_end(seen, "003", None, 50) == ([], None)
        assert await people.newest(seen, None, 50, name="小美3") == []
        assert await people.newest(seen, ListCursor(NOW, "main:U3"), 50, name="小美3") == []
    for seen in own:
        one = await people.one(seen, "main:U3")
        assert one is not None
        assert one.name == "小美3"
        assert ids(await people.with_phone(seen, "+886900000003")) == ["3"]
        assert ids((await people.with_phone_end(seen, "003", None, 50))[0]) == ["3"]
        assert ids(await people.newest(seen, None, 50, name="美3")) == ["3"]


async def test_who_has_no_clerk_is_nobodys(people: StorePeople) -> None:
    assert await people.one(OfEveryStore(), "main:U9") is None
    assert await people.with_phone(OfEveryStore(), "+886900000009") == []


async def test_a_name_is_no_pattern(people: StorePeople, database: Database, seal: Seal) -> None:
    await store(database, seal, person(50, AN, name="A.*(b)"), person(51, AN, name="axxb"))
    assert ids(await people.newest(OfClerk("A01"), None, 50, name="a.*(B)")) == ["50"]
    assert await people.newest(OfClerk("A01"), None, 50, name="^小") == []
    assert await people.newest(OfClerk("A01"), None, 50, name="$") == []


async def test_what_is_told_of_a_person(people: StorePeople, database: Database, seal: Seal) -> None:
    told = Contact("main:U60", member_no="M1", clerk=Clerk("X", "小安", "xinyi", NOW, "A01"))
    friend = person(61, AN, identities=(Identity("main", "U61", False), Identity("outlet", "V61", True)))
    gone = person(62, AN, identities=(Identity("main", "U62", False),))
    await store(database, seal, told, friend, gone)
    found = {one.id: one for one in await people.newest(OfClerk("A01"), None, 50)}
    shop, here, left = (found[f"main:U{number}"] for number in (60, 61, 62))
    assert (shop.name, shop.phone, shop.proven, shop.friend, shop.member) == (None, None, False, None, True)
    assert (here.phone, here.proven, here.friend, here.member) == ("+886900000061", True, True, False)
    assert left.friend is False
    assert "9000" not in repr(here), "no log shows a phone"
    assert "小美" not in repr(here)


async def test_a_phones_end_is_looked_for_so_far_and_then_on(
    people: StorePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_people, "LOOKED", 2)
    monkeypatch.setattr(store_people, "OPENED", 1)
    found, on = await people.with_phone_end(OfEveryStore(), "001", None, 50)
    assert found == []
    assert on == ListCursor(NOW - timedelta(minutes=20), "main:U4"), "the second of them was the last"
    found, on = await people.with_phone_end(OfEveryStore(), "001", on, 50)
    assert (ids(found), on) == (["1"], ListCursor(NOW - timedelta(minutes=30), "main:U1"))
    assert await people.with_phone_end(OfEveryStore(), "001", on, 50) == ([], None)


async def test_those_of_all_clerks_are_counted_in_an_index_alone(
    people: StorePeople, database: Database
) -> None:
    """A million people whose contacts are read for that take seconds."""
    [part] = store_people._parts(OfEveryStore())
    group = {"$group": {"_id": "$b.clerk.no", "n": {"$sum": 1}}}
    asked = {"aggregate": "contacts", "pipeline": [{"$match": part}, group], "cursor": {}}
    told = await explained(database, asked)
    assert '"FETCH"' not in str(told).replace("'", '"')
    assert "with_clerk_newest" in str(told)


async def test_those_of_each_store_are_counted_in_an_index_alone(
    people: StorePeople, database: Database
) -> None:
    assert await people.by_store() == {"xinyi": 3, "banqiao": 1}
    group = {"$group": {"_id": "$b.clerk.store", "n": {"$sum": 1}}}
    pipeline = [{"$match": {"b.clerk.store": {"$gte": ""}}}, group]
    asked = {"aggregate": "contacts", "pipeline": pipeline, "cursor": {}, "hint": "of_store"}
    told = await explained(database, asked)
    assert '"FETCH"' not in str(told).replace("'", '"')


async def test_counted_only_as_far_as_one_asks(people: StorePeople) -> None:
    assert await people.how_many(OfStores(("xinyi",)), 2) == 2
    assert await people.how_many(OfStores(("xinyi",)), 9) == 3
    assert await people.how_many(OfClerk("A02"), 9) == 1
    assert await people.by_clerk(OfEveryStore()) == {"A01": 2, "A02": 1, "B01": 1}
    assert await people.by_clerk(OfClerk("A01")) == {"A01": 2}


@pytest.mark.parametrize(
    ("seen", "index"),
    [
        (OfClerk("A01"), "of_clerk_newest"),
        (OfStores(("xinyi",)), "of_store_newest"),
        (OfStores(("xinyi", "banqiao", "s1")), "of_store_newest"),
        (OfEveryStore(), "with_clerk_newest"),
    ],
)
@pytest.mark.parametrize("after", [None, ListCursor(NOW - timedelta(minutes=100), "main:U150")])
async def test_a_page_is_read_and_nothing_else(
    people: StorePeople,
    database: Database,
    seal: Seal,
    seen: SeenPeople,
    index: str,
    after: ListCursor | None,
) -> None:
    """What is read does not grow with the crowd: as much for 100,000 of one store as for 300."""
    crowd = [person(200 + n, (AN, NING, BO)[n % 3], n // 2) for n in range(300)]
    await store(database, seal, *crowd)
    asked = await newest_explained(database, seen, after)
    stats = asked["executionStats"]
    assert index in str(asked["queryPlanner"]["winningPlan"])
    assert "'SORT'" not in str(asked["queryPlanner"]["winningPlan"])
    assert stats["nReturned"] == 20
    assert stats["totalDocsExamined"] <= 20 + 3, "those before whom a merge has looked at"
    assert stats["totalKeysExamined"] <= 20 + 6


async def newest_explained(
    database: Database, seen: SeenPeople, after: ListCursor | None
) -> Mapping[str, Any]:
    """How MongoDB answers the very question that `newest` asks."""
    [part] = store_people._parts(seen)
    find = {
        "find": "contacts",
        "filter": {**part, **store_people._behind(part, after)},
        "sort": dict(store_people._NEWEST),
        "limit": 20,
        "hint": store_people._index(seen),
    }
    return await explained(database, find)
