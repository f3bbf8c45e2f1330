"""Searching all contacts: who is found, page by page, and by which index. J3"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.conditions.condition import All
from bot.engine.conditions.values import HasTag
from bot.engine.texts.name_grams import is_named, name_grams, searched_grams
from bot.engine.times.bounds import When
from bot.model.contact import Clerk, Contact, Identity, Tag
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.place import Place
from bot.model.stored import Stored
from bot.store.codec.documents import NAME_GRAMS
from bot.store.contacts import contact_search
from bot.store.contacts.audiences import AudienceQuery, AudienceQuestion
from bot.store.contacts.contact_search import ConditionAlternatives, ContactQuery, ContactSearch, NameUpgrade
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.mongo import Database
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
    return ContactSearch(database, seal, AudienceQuestion(seal, ListedContacts(database, seal)))


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
        Contact(f"main:{GROUP}", name="小美的群組", identities=(Identity("main", GROUP),)),
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
    asked = AudienceQuery(
        HasTag(Place("bot.yaml", 1, 1, ""), ("VIP",)), "main", When(NOW, TAIPEI), ("main",), "here"
    )
    by_condition = ContactQuery(NOW, conditions=(ConditionAlternatives((asked,)),))
    assert await found(search, by_condition) == ["main:U00001", "main:U00003"]


async def test_what_no_index_serves_is_looked_for_window_by_window(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch says how many were looked at; the last one has the rest."""
    monkeypatch.setattr(contact_search, "WINDOW", 3)
    await store(database, seal, Contact(f"{WITHOUT_LINE}1"), *(person(n) for n in range(7)))
    asked = AudienceQuery(All(()), "main", When(NOW, TAIPEI), ("main",), "here")
    query = ContactQuery(NOW, conditions=(ConditionAlternatives((asked,)),))
    sizes = [len(batch.found) async for batch in searching(database, seal).batches(query)]
    assert sizes == [3, 3, 2]


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


INDEXES = [
    (ContactQuery(NOW, "小美"), "by_name"),
    (ContactQuery(NOW, "小美", tag="VIP"), "by_name"),
    (ContactQuery(NOW, tag="VIP"), "tagged"),
    (ContactQuery(NOW, clerk="1001", tag="VIP"), "of_clerk"),
]


@pytest.mark.parametrize(("query", "index"), INDEXES)
async def test_a_page_is_read_along_an_index_in_its_order(
    query: ContactQuery, index: str, database: Database, seal: Seal
) -> None:
    """No document is sorted, and none is read that is not found: as much for a million as for a hundred."""
    clerk = Clerk("K1", "阿明", "xinyi", NOW, "1001")
    mine = [
        person(n, "王小美", tags=(Tag("VIP", NOW, "staff"),), clerk=replace(clerk)) for n in range(0, 400, 2)
    ]
    others = [person(n, "陳大文") for n in range(1, 400, 2)]
    await store(database, seal, *mine, *others)
    where, hint = searching(database, seal).question_of(query)
    assert hint == index
    find = {"find": "contacts", "filter": where, "sort": {"_id": 1}, "limit": 50, "hint": hint}
    told = await database.client["oaflow"].command("explain", find, verbosity="executionStats")
    stages = str(told["queryPlanner"]["winningPlan"])
    assert f"'indexName': '{index}'" in stages
    assert "'SORT'" not in stages
    assert told["executionStats"]["totalDocsExamined"] == 50


async def test_names_of_before_become_searchable(database: Database, seal: Seal) -> None:
    """Contacts that an older version has stored; who has no name, or was renamed meanwhile, is left."""
    await store(database, seal, person(1, "王小美"), person(2), person(3, "陳小美"))
    contacts = database.collection("contacts")
    await contacts.update_many({}, {"$unset": {NAME_GRAMS: ""}})
    names = NameUpgrade(database)
    assert not await names.is_done()
    assert await names.step("") == (2, None)
    await names.finish()
    assert await names.is_done()
    assert await found(searching(database, seal), ContactQuery(NOW, "小美")) == ["main:U00001", "main:U00003"]


async def test_the_upgrade_goes_on_where_it_was(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_search, "_AT_A_TIME", 2)
    await store(database, seal, *(person(n, f"王{n}") for n in range(5)))
    await database.collection("contacts").update_many({}, {"$unset": {NAME_GRAMS: ""}})
    names = NameUpgrade(database)
    after: str | None = ""
    steps: list[int] = []
    while after is not None:
        number, after = await names.step(after)
        steps.append(number)
    assert steps == [2, 2, 1]
    assert len(await found(searching(database, seal), ContactQuery(NOW, "王"))) == 5
