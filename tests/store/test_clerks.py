"""D2: clerks in MongoDB: a code is one clerk's, whoever writes at once; nobody's name lies open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.clerk import ClerkCode, StoreClerk
from bot.store.contacts.clerks import StoreClerks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

AN = StoreClerk("A01", "小安", store="xinyi", phone="+886912345678", codes=(ClerkCode("7K3M9QX2TB"),))
NING = StoreClerk("A02", "小寧", "store_manager", "banqiao", codes=(ClerkCode("4H8P2WZ6CD"),))
NORTH = StoreClerk("G01", "小北", "group", group="北區", suspended=NOW)


@pytest.fixture
def clerks(database: Database, seal: Seal) -> StoreClerks:
    return StoreClerks(database, seal)


async def test_what_is_kept_is_read_back(clerks: StoreClerks) -> None:
    assert await clerks.is_empty()
    assert await clerks.write([(one, None) for one in (AN, NING, NORTH)]) == {}
    assert [one async for one in clerks.all()] == [NORTH, NING, AN]
    assert [one async for one in clerks.all(["xinyi"])] == [AN]
    assert not await clerks.is_empty()


async def test_name_and_phone_are_sealed(clerks: StoreClerks, database: Database) -> None:
    await clerks.write([(AN, None)])
    document = await database.collection("clerks").find_one({})
    assert document is not None
    assert "小安" not in str(document)
    assert "912345678" not in str(document)
    assert "7K3M9QX2TB" in str(document), "a code hangs on the wall"


async def test_whoever_writes_on_what_is_no_more_is_overtaken(clerks: StoreClerks) -> None:
    await clerks.write([(AN, None)])
    kept = (await clerks.of(["A01"]))["A01"]
    suspended, moved = replace(AN, suspended=NOW), replace(AN, store="banqiao")
    assert await clerks.write([(suspended, kept.rev)]) == {}
    assert await clerks.write([(moved, kept.rev)]) == {"A01": "overtaken"}
    assert await clerks.write([(AN, None)]) == {"A01": "overtaken"}
    assert [one async for one in clerks.all()] == [suspended]


async def test_a_code_is_one_clerks_whoever_is_first(clerks: StoreClerks) -> None:
    others = [StoreClerk(f"B{n:02}", "某人", store="xinyi", codes=AN.codes) for n in range(8)]
    lost = await asyncio.gather(*(clerks.write([(one, None)]) for one in others))
    assert sorted(why for one in lost for why in one.values()) == ["code"] * 7


async def test_only_what_cannot_be_kept_is_left_out(clerks: StoreClerks) -> None:
    await clerks.write([(AN, None)])
    same = replace(NING, codes=(ClerkCode("7k3m9-qx2tb", NOW),))
    assert await clerks.write([(same, None), (NORTH, None)]) == {"A02": "code"}
    assert [one async for one in clerks.all()] == [NORTH, AN]


async def test_a_code_is_found_however_it_is_written_and_until_its_end(clerks: StoreClerks) -> None:
    old = ClerkCode("old o1", NOW + timedelta(days=1))
    await clerks.write([(replace(AN, codes=(*AN.codes, old)), None)])
    for written in ("7k3m9qx2tb", "7K3M9-QX2TB", "0LD 0L", "old-OI"):
        found = await clerks.by_code(written, NOW)
        assert found is not None, written
    assert await clerks.by_code("old o1", NOW + timedelta(days=1)) is None
    assert await clerks.by_code("", NOW) is None


async def test_codes_are_found_by_an_index(clerks: StoreClerks, database: Database) -> None:
    await clerks.write([(AN, None)])
    plan = database.collection("clerks").driver.find({"codes.k": "7K3M9QX2TB"}).explain()
    assert "by_code" in str(plan["queryPlanner"]["winningPlan"])
