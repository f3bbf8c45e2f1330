"""Everything of one person is found and opened, and nothing of anybody else (J2)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.stored import Stored
from bot.services.rewrites import Rewrite
from bot.store.collection_spec import PeopleKeys
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.rotation.person_rows import OTHERS, STAFF
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.people import come
from tests.store.test_collections import nothing
from tests.store.test_erasing import HERS
from tests.store.whole_story import AMY, BOB, TOLD, Story


async def read(stores: Stores, contact: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    async for name, row in stores.person_rows.read(await stores.person_rows.keys(contact)):
        found.setdefault(name, []).append(row)
    return found


@pytest.mark.ring("all", "many writes")
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
    # of a coupon that staff have redeemed the event says `staff`; what she has said stays as it is
    [act] = [row["raw"]["Event"] for row in found["inbox"] if "CouponAct" in json.dumps(row["raw"])]
    assert act["what"]["CouponAct"]["by"] == STAFF
    [held] = [held for row in found["contacts"] for held in row.get("coupons", ())]
    assert held["by"] == STAFF


@pytest.mark.ring("all", "many writes")
async def test_what_does_not_open_is_missing_alone(
    database: Database, seal: Seal, clock: ManualClock, stores: Stores
) -> None:
    await Story(database, seal, clock, nothing).told()
    damaged = {"$set": {"text": b"\x01\x00" + b"x" * 40}}
    await database.collection("timeline").update_one({"text": {"$exists": True}}, damaged)
    found = await read(stores, AMY.contacts[0])
    assert [row["text"] for row in found["timeline"] if "text" in row].count(None) == 1
    assert found["contacts"][0]["s"]


async def test_a_phone_that_changed_hands_shows_nothing_of_who_had_it(stores: Stores) -> None:
    """The log keeps both contacts as they were; who has the phone now is given their own alone."""
    new = Contact("main:U1", name="新主人", phone="+886912345678")
    former = Contact("main:U2", name="前主人", email="former@forest.example", phone="+886912345678")
    await come(stores.contacts, new, former)
    line = AuditRow("phone:1", NOW, "member", "phone_changed_hands", new.id, former.id)

    def moved(kept: Stored, gone: Stored) -> Rewrite:
        return Rewrite(kept.contact, replace(gone.contact, phone=None), (), line)

    await stores.rewriter.change(new.id, former.id, moved)
    found = await read(stores, new.id)
    assert [one["name"] for one in found["audit"][0]["before"]] == ["新主人"]
    text = json.dumps(found, ensure_ascii=False)
    assert "前主人" not in text
    assert "former@forest.example" not in text
    assert "main:U2" not in text
