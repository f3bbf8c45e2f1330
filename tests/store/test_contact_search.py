"""Searching all contacts: who is found, page by page, and by which index. J3"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import All, Condition, Not
from bot.engine.conditions.values import AttributeTest, HasTag
from bot.engine.texts.name_grams import is_named, name_grams, searched_grams
from bot.engine.times.bounds import When
from bot.engine.types.table import BY_SLOT
from bot.model.contact import AttributeValue, Clerk, Contact, Identity, Tag
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.place import Place
from bot.model.stored import Stored
from bot.model.value import PRIVATE_SLOT
from bot.store.codec.contact_changes import NAME_GRAMS
from bot.store.contacts import contact_search
from bot.store.contacts.audiences import AudienceFilters, AudienceQuery
from bot.store.contacts.contact_search import ConditionAlternatives, ContactQuery, ContactSearch
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.mongo import Database
from bot.store.people_collections import ATTRIBUTES, CONTACTS
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.depth import examples
from tests.store.test_people import store

TAIPEI = ZoneInfo("Asia/Taipei")
GROUP = "C" + "0" * 32


def person(number: int, name: str | None = None, **known: Any) -> Contact:
    user = f"U{number:05}"
    return Contact(f"main:{user}", name=name, identities=(Identity("main", user, friend=True),), **known)


def searching(database: Database, seal: Seal) -> ContactSearch:
    return ContactSearch(database, seal, AudienceFilters(seal, ListedContacts(database, seal)))


async def found(search: ContactSearch, query: ContactQuery, after: str = "") -> list[str]:
    """The ids of all who are found, and that no batch has anybody who does not come behind the last one."""
    people: list[Stored] = []
    async for batch in search.batches(query, after):
        people += batch.found
    ids = [one.contact.id for one in people]
    assert ids == sorted(set(ids))
    return ids


async def test_by_a_part_of_the_name(database: Database, seal: Seal) -> None:
    await store(
        database,
        seal,
        person(1, "王小美"),
        person(2, "王美"),
        person(3, "Amy Wang"),
        person(4),
        Contact(f"{WITHOUT_LINE}1", name="陳小美"),
        Contact(f"main:{GROUP}", name="小美的群組", kind="group", identities=(Identity("main", GROUP),)),
    )
    search = searching(database, seal)
    assert await found(search, ContactQuery(NOW, "小美")) == [f"{WITHOUT_LINE}1", "main:U00001"]
    assert await found(search, ContactQuery(NOW, "王")) == ["main:U00001", "main:U00002"]
    assert await found(search, ContactQuery(NOW, "ANG")) == ["main:U00003"]
    assert await found(search, ContactQuery(NOW, "小美"), after="main:U00001") == []


async def test_another_name_is_found_by_that_alone(database: Database, seal: Seal) -> None:
    await store(database, seal, person(1, "王小美"))
    document = await database.collection("contacts").find_one({"_id": "main:U00001"})
    assert document is not None
    assert document[NAME_GRAMS] == name_grams("王小美")


async def test_who_was_merged_away_is_not_found(database: Database, seal: Seal) -> None:
    await store(database, seal, person(1, "王小美"), person(2, "王小美"))
    await database.collection("contacts").update_one({"_id": "main:U00001"}, {"$set": {"to": "main:U00002"}})
    assert await found(searching(database, seal), ContactQuery(NOW, "小美")) == ["main:U00002"]


async def test_by_tag_clerk_store_and_condition(database: Database, seal: Seal) -> None:
    clerk = Clerk("K1", "阿明", "xinyi", NOW, "1001")
    vip, over = Tag("VIP", NOW, "staff"), Tag("VIP", NOW, "staff", NOW - timedelta(seconds=1))
    await store(
        database,
        seal,
        person(1, "王小美", tags=(vip,), clerk=clerk),
        person(2, "王大美", tags=(over,)),
        person(3, "陳小美", tags=(vip,)),
    )
    search = searching(database, seal)
    assert await found(search, ContactQuery(NOW, tag="VIP")) == ["main:U00001", "main:U00003"]
    assert await found(search, ContactQuery(NOW, "王", tag="VIP")) == ["main:U00001"]
    assert await found(search, ContactQuery(NOW, clerk="1001")) == ["main:U00001"]
    assert await found(search, ContactQuery(NOW, stores=("xinyi",))) == ["main:U00001"]
    assert await found(search, ContactQuery(NOW, stores=())) == []
    assert await found(search, ContactQuery(NOW, channel="outlet")) == []
    by_condition = ContactQuery(NOW, conditions=(who(tagged("VIP")),))
    assert await found(search, by_condition) == ["main:U00001", "main:U00003"]


def who(condition: Condition) -> ConditionAlternatives:
    asked = AudienceQuery(condition, "main", When(NOW, TAIPEI), ("main",), "here")
    return ConditionAlternatives((asked,))


def tagged(tag: str) -> HasTag:
    return HasTag(Place("bot.yaml", 1, 1, ""), (tag,))


def steps_of(monkeypatch: pytest.MonkeyPatch, size: int, *, most: int = 100, long: int = 1_000) -> None:
    monkeypatch.setattr(contact_search, "_BATCH", size)
    monkeypatch.setattr(contact_search, "_MOST", most)
    monkeypatch.setattr(contact_search, "_LONG", long)


async def test_what_no_index_serves_is_looked_for_step_by_step(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step looks at twice as many as the one before, up to a bound, and says so."""
    steps_of(monkeypatch, 2, most=3)
    await store(database, seal, Contact(f"{WITHOUT_LINE}1"), *(person(n) for n in range(7)))
    batches = searching(database, seal).batches(ContactQuery(NOW, conditions=(who(All(())),)))
    told = [(len(batch.found), batch.looked_at) async for batch in batches]
    assert told == [(2, 2), (2, 3), (1, 0), (2, 3), (1, 0)]


@pytest.mark.parametrize("tags", [("VIP",), ("VIP", "often"), ("often", "other")])
async def test_whoever_is_hardly_found_is_looked_for_among_all(
    tags: tuple[str, ...], database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step, and in a row after so many: the same people, in the same order, from anywhere on."""
    steps_of(monkeypatch, 2, long=5)
    monkeypatch.setattr(contact_search, "_SORTED", 3)
    names = {"VIP": range(20, 40, 3), "often": range(40), "other": range(1, 40, 2)}
    marks = {n: tuple(Tag(tag, NOW, "staff") for tag, of in names.items() if n in of) for n in range(40)}
    await store(database, seal, *(person(n, tags=on) for n, on in marks.items()))
    await database.collection("contacts").update_one({"_id": "main:U00023"}, {"$set": {"to": "main:U00024"}})
    search = searching(database, seal)
    mine = [f"main:U{n:05}" for n in range(40) if n != 23 and all(n in names[tag] for tag in tags)]
    asked = ContactQuery(NOW, conditions=(who(All(tuple(map(tagged, tags)))),))
    unled = ContactQuery(NOW, conditions=(who(Not(Not(All(tuple(map(tagged, tags)))))),))
    for query in (asked, unled, ContactQuery(NOW, tag=tags[0], conditions=asked.conditions)):
        assert await found(search, query) == mine
        for start in (mine[0], mine[3], mine[-1]):
            assert await found(search, query, start) == [one for one in mine if one > start]


@pytest.mark.ring("all", "a crowd")
async def test_of_many_a_sample_tells_about_how_many(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J3: a tag of half of a million is not counted while somebody waits for the list."""
    vip = Tag("VIP", NOW, "staff")
    await store(
        *(database, seal),
        *(person(number, tags=(vip,) if number % 2 else ()) for number in range(2_000)),
        *(person(10_000 + number, tags=(Tag("新客", NOW, "staff"),)) for number in range(30)),
    )
    search, half, few = searching(database, seal), ContactQuery(NOW, tag="VIP"), ContactQuery(NOW, tag="新客")
    assert await search.number(half) == (1_000, False)
    monkeypatch.setattr(contact_search, "FEW", 10)
    assert await search.number(half) == (1_000, True)
    monkeypatch.setattr(contact_search, "LISTED", 50)
    number = await search.number(half)
    assert number is not None
    assert number[1] is True
    assert 700 < number[0] < 1_300
    assert number != (1_000, True), "of the sample alone"
    assert await search.number(few) == (30, True)


async def test_of_no_channel_nobody_is_found(database: Database, seal: Seal) -> None:
    """An audience that is on none of the channels that are looked at."""
    await store(database, seal, person(1, "王小美"))
    nobody = ContactQuery(NOW, conditions=(ConditionAlternatives((), reachable=True),))
    assert await found(searching(database, seal), nobody) == []


NAMES = ["王小美", "王美", "小美🐱", "Amy", "Amy Wang", "amy", "ＡＭＹ陳", "陳 小美", "美小", "a", "é", "ab"]


@given(st.text(alphabet="王小美陳amywé 🐱", max_size=4))
@settings(max_examples=examples(40))
def test_the_search_finds_whom_a_look_at_everybody_finds(wanted: str) -> None:
    """By the pieces first, then by the name itself; so MongoDB's answer is never too small."""
    pieces = set(searched_grams(wanted))
    by_index = [name for name in NAMES if pieces <= set(name_grams(name))]
    if pieces:
        everybody = [name for name in NAMES if is_named(name, wanted)]
        assert [name for name in by_index if is_named(name, wanted)] == everybody


RARE = tagged("rare")
QUESTIONS = [
    (ContactQuery(NOW, "小美"), {"by_name"}, 60, 60),
    (ContactQuery(NOW, "小美", tag="VIP"), {"by_name", "tagged"}, 60, 60),
    (ContactQuery(NOW, tag="VIP"), {"tagged"}, 60, 60),
    (ContactQuery(NOW, clerk="1001", tag="rare"), {"tagged"}, 2, 2),
    (ContactQuery(NOW, clerk="1001", tag="VIP"), {"of_clerk", "tagged"}, 60, 60),
    (ContactQuery(NOW, stores=("xinyi",)), {"of_store"}, 60, 60),
    (ContactQuery(NOW, stores=("xinyi", "other")), {"of_store"}, 60, 60),
    (ContactQuery(NOW, "美", conditions=(who(RARE),)), {"tagged"}, 2, 2),
    (ContactQuery(NOW, conditions=(who(All((RARE, tagged("VIP")))),)), {"tagged"}, 2, 2),
    (ContactQuery(NOW, "小美", tag="never"), {"tagged"}, 0, 0),
    (ContactQuery(NOW, conditions=(who(All(())),)), set[str](), 60, 60),
]


LED = ("by_name", "tagged", "of_clerk", "of_store")


def summary(index: str) -> str:
    """An index as MongoDB's profiler writes it."""
    fields = next(one.document["key"] for one in CONTACTS.indexes if one.document["name"] == index)
    return f"IXSCAN {{ {', '.join(f'{field}: 1' for field in fields)} }}"


async def first_page(search: ContactSearch, query: ContactQuery) -> int:
    """How many the first batch has that has anybody."""
    async for batch in search.batches(query):
        if batch.found:
            return len(batch.found)
    return 0


async def profiled(
    database: Database, seal: Seal, query: ContactQuery
) -> tuple[Sequence[Mapping[str, Any]], int]:
    """What MongoDB's profiler says of each question for a first page, and how many that has."""
    oaflow = database.client["oaflow"]
    oaflow.drop_collection("system.profile")
    oaflow.command("profile", 2)
    try:
        number = await first_page(searching(database, seal), query)
    finally:
        oaflow.command("profile", 0)
    return oaflow["system.profile"].find({"ns": "oaflow.contacts"}).to_list(None), number


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(("query", "indexes", "found", "read"), QUESTIONS)
async def test_a_page_is_read_along_the_index_that_the_fewest_have(
    query: ContactQuery, indexes: set[str], found: int, read: int, database: Database, seal: Seal
) -> None:
    """Nothing is sorted, and who is read is found: as many for a million as for a hundred."""
    clerk, vip, rare = Clerk("K1", "阿明", "xinyi", NOW, "1001"), Tag("VIP", NOW, "a"), Tag("rare", NOW, "a")
    mine = [
        person(n, "王小美", tags=(vip, rare) if n in (100, 300) else (vip,), clerk=replace(clerk))
        for n in range(0, 400, 2)
    ]
    await store(database, seal, *mine, *(person(n, "陳大文") for n in range(1, 400, 2)))
    rows, number = await profiled(database, seal, query)
    plans = " ".join(row["planSummary"] for row in rows)
    assert {one for one in LED if summary(one) in plans} == indexes
    assert number == found
    assert sum(row["docsExamined"] for row in rows) == read
    assert not any("hasSortStage" in row or "COLLSCAN" in row["planSummary"] for row in rows)


@pytest.mark.parametrize(("points", "found", "read"), [(7, 3, 6), (9, 0, 0)])
async def test_an_attribute_that_hardly_anybody_has_leads(
    points: int, found: int, read: int, database: Database, seal: Seal
) -> None:
    """Its index has no ids in it, so they are sorted before they are read. Where nobody has it nobody is."""
    known = {"n.points": AttributeValue(7, NOW)}
    some = [person(n, attributes=known if n % 100 == 5 else {}) for n in range(300)]
    await store(database, seal, *some)
    asked = AttributeTest(Place("bot.yaml", 1, 1, ""), "n.points", "number", (Is((points,)),))
    query = ContactQuery(NOW, conditions=(who(asked),))
    rows, number = await profiled(database, seal, query)
    assert number == found
    assert sum(row["docsExamined"] for row in rows) == read
    assert not any("COLLSCAN" in row["planSummary"] for row in rows)


def test_all_attributes_lead() -> None:
    """Whatever slot an attribute has, its index has, too."""
    assert {*BY_SLOT, PRIVATE_SLOT, "md"} == {*ATTRIBUTES}
