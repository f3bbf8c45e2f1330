"""Many writes as one command, on the real database: what they tell, and what is too large for one message."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from bot.store.database.bulk_commands import insert_all, update_alike, update_all
from bot.store.database.mongo import Database

MEGABYTE = 1024 * 1024
MESSAGE = 48_000_000
"""Bytes that MongoDB takes in one message; beyond it, it closes the connection."""


async def count(database: Database, query: dict[str, Any]) -> int:
    return int(await database.collection("inbox").count_documents(query))


async def test_each_is_inserted_but_those_that_are_there(database: Database) -> None:
    inbox = database.synchronous("inbox")
    await database.visit(lambda: insert_all(inbox, [{"_id": "a"}, {"_id": "b"}]))
    with pytest.raises(BulkWriteError) as refused:
        await database.visit(lambda: insert_all(inbox, [{"_id": "b"}, {"_id": "c"}]))
    assert [(e["index"], e["code"]) for e in refused.value.details["writeErrors"]] == [(0, 11000)]
    assert await count(database, {}) == 3


async def test_how_many_were_found_or_put_in(database: Database) -> None:
    inbox = database.synchronous("inbox")
    await database.visit(lambda: insert_all(inbox, [{"_id": "a", "n": 1}, {"_id": "b", "n": 1}]))
    more = {"$inc": {"n": 1}}
    found = await database.visit(
        lambda: update_all(
            inbox, [({"_id": "a"}, more, False), ({"_id": "z"}, more, False), ({"_id": "n"}, more, True)]
        )
    )
    assert found == 2
    assert await count(database, {"n": 2}) == 1
    with pytest.raises(BulkWriteError) as refused:
        await database.visit(lambda: update_all(inbox, [({"_id": "b", "n": 7}, more, True)]))
    assert refused.value.details["writeErrors"][0]["code"] == 11000


async def test_one_change_is_made_to_all_that_fit(database: Database) -> None:
    inbox = database.synchronous("inbox")
    await database.visit(lambda: insert_all(inbox, [{"_id": name, "ids": [1, 2, 3]} for name in "abc"]))
    where, change = {"_id": {"$in": ["a", "b"]}, "ids": 3}, {"$pull": {"ids": {"$in": [1, 3]}}}
    for _ in range(2):  # done twice it does no more
        await database.visit(lambda: update_alike(inbox, where, change))
    assert await count(database, {"ids": [2]}) == 2
    assert await count(database, {"ids": [1, 2, 3]}) == 1


@pytest.mark.ring("all", "many writes")
@pytest.mark.parametrize("how", ["insert", "update"])
async def test_what_is_too_large_for_one_message_is_written_all_the_same(
    database: Database, how: str
) -> None:
    inbox, large = database.synchronous("inbox"), b"x" * (10 * MEGABYTE)
    documents: list[dict[str, Any]] = [{"_id": str(n), "raw": large} for n in range(6)]
    assert sum(len(d["raw"]) for d in documents) > MESSAGE
    if how == "insert":
        await database.visit(lambda: insert_all(inbox, documents))
    else:
        changes = [({"_id": d["_id"]}, {"$set": {"raw": d["raw"]}}, True) for d in documents]
        assert await database.visit(lambda: update_all(inbox, changes)) == len(documents)
    assert await count(database, {"raw": large}) == len(documents)
    await database.collection("inbox").delete_many({})
