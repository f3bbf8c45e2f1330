"""Everything of one person is found and opened, and nothing of anybody else (J2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.store.collection_spec import PeopleKeys
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.rotation.person_rows import OTHERS, STAFF
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import ManualClock
from tests.store.test_collections import nothing
from tests.store.test_erasing import HERS
from tests.store.whole_story import AMY, BOB, TOLD, Story


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    return stores_of(database, seal)


async def read(stores: Stores, contact: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    async for name, row in stores.person_rows.read(await stores.person_rows.keys(contact)):
        found.setdefault(name, []).append(row)
    return found


async def test_each_collection_with_people_is_there_and_opened(
    database: Database, seal: Seal, clock: ManualClock, stores: Stores
) -> None:
    """J2: with those merged into her; staff and others are not named."""
    await Story(database, seal, clock, nothing).told()
    found = await read(stores, AMY.contacts[1])
    people = {name for name, spec in COLLECTIONS.items() if isinstance(spec.person, PeopleKeys)}
    assert found.keys() == people
    text = json.dumps(found, ensure_ascii=False)
    assert {mark for mark in (*HERS, TOLD) if mark not in text} == set()
    assert not any(one in text for one in (*BOB.contacts, "main:Ucat", "command:", "main:Udog"))
    assert {STAFF} == {row["who"] for row in found["audit"]} - {"member"}
    for row in found["audit"]:
        assert row["contact"] in {*AMY.contacts, OTHERS}
        for before in row.get("before") or ():
            assert before["id"] in AMY.contacts
            assert isinstance(before["ids"], list)
    for name, path in (("sending_batches", "contact"), ("menu_batches", "contact")):
        [row] = found[name]
        assert {one[path] for one in row["people"]} <= {*AMY.contacts}


async def test_what_does_not_open_is_missing_alone(
    database: Database, seal: Seal, clock: ManualClock, stores: Stores
) -> None:
    await Story(database, seal, clock, nothing).told()
    damaged = {"$set": {"text": b"\x01\x00" + b"x" * 40}}
    await database.collection("timeline").update_one({"text": {"$exists": True}}, damaged)
    found = await read(stores, AMY.contacts[0])
    assert [row["text"] for row in found["timeline"] if "text" in row].count(None) == 1
    assert found["contacts"][0]["s"]
