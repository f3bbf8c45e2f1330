"""A collection turns what the driver raises into `DatabaseUnavailable`, except inside of a transaction."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
from pymongo import InsertOne
from pymongo.errors import DuplicateKeyError, OperationFailure

from bot.model.shop import SyncRun
from bot.store.database.fast_operations import aggregate, find, find_one, insert, update
from bot.store.database.mongo import Collection, Database
from bot.store.shops.syncs import ShopSyncs
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW

NAME = "testers"
CALLS: Mapping[str, Callable[[Collection], Awaitable[object]]] = {
    "find_one": lambda rows: rows.find_one({}),
    "find_one_and_update": lambda rows: rows.find_one_and_update({}, {"$set": {"n": 1}}),
    "find_one_and_delete": lambda rows: rows.find_one_and_delete({}),
    "count_documents": lambda rows: rows.count_documents({}),
    "estimated_document_count": lambda rows: rows.estimated_document_count(),
    "distinct": lambda rows: rows.distinct("n"),
    "insert_one": lambda rows: rows.insert_one({"_id": 1}),
    "insert_many": lambda rows: rows.insert_many([{"_id": 1}]),
    "added": lambda rows: rows.added({"_id": 1}),
    "replace_one": lambda rows: rows.replace_one({"_id": 1}, {"_id": 1}),
    "update_one": lambda rows: rows.update_one({}, {"$set": {"n": 1}}),
    "update_many": lambda rows: rows.update_many({}, {"$set": {"n": 1}}),
    "delete_one": lambda rows: rows.delete_one({}),
    "delete_many": lambda rows: rows.delete_many({}),
    "bulk_write": lambda rows: rows.bulk_write([InsertOne({"_id": 1})]),
    "index_information": lambda rows: rows.index_information(),
    "to_list": lambda rows: rows.find({}).sort("n", 1).limit(1).to_list(None),
    "anext": lambda rows: anext(rows.find({})),
    "aggregate": lambda rows: rows.aggregate([{"$match": {}}]).to_list(None),
    "with_options": lambda rows: rows.with_options().find_one({}),
}
FAST: Mapping[str, Callable[[Database], Awaitable[object]]] = {
    "insert": lambda database: insert(database, NAME, [{"_id": 1}]),
    "update": lambda database: update(database, NAME, [({"_id": 1}, {"$set": {"n": 1}}, False)]),
    "find": lambda database: find(database, NAME, {}),
    "find_one": lambda database: find_one(database, NAME, {}),
    "aggregate": lambda database: aggregate(database, NAME, [{"$match": {}}]),
}


@pytest.fixture
async def away() -> AsyncIterator[Database]:
    """A database at whose address nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"mongodb://127.0.0.1:{nobody.getsockname()[1]}/?directConnection=true"
        database = Database(address, patience=0.05)
        yield database
        database.close()


async def test_every_call_of_a_collection_says_that_mongodb_is_away(away: Database) -> None:
    rows = away.collection(NAME)
    said = await asyncio.gather(*(call(rows) for call in CALLS.values()), return_exceptions=True)
    assert {name: type(one) for name, one in zip(CALLS, said, strict=True)} == dict.fromkeys(
        CALLS, DatabaseUnavailable
    )


async def test_every_fast_operation_says_so(away: Database) -> None:
    said = await asyncio.gather(*(call(away) for call in FAST.values()), return_exceptions=True)
    assert {name: type(one) for name, one in zip(FAST, said, strict=True)} == dict.fromkeys(
        FAST, DatabaseUnavailable
    )


async def test_what_is_there_already_is_not_added(database: Database) -> None:
    rows = database.collection(NAME)
    assert await rows.added({"_id": 1, "n": 1})
    assert not await rows.added({"_id": 1, "n": 2})
    assert await rows.find({}).to_list(None) == [{"_id": 1, "n": 1}]
    with pytest.raises(DuplicateKeyError):
        await rows.insert_one({"_id": 1})


async def test_a_transaction_is_tried_again_by_the_errors_of_the_driver(database: Database) -> None:
    """Two write the same row: the one that comes second is given the driver's error, and begins anew."""
    rows, seen = database.collection(NAME), list[str]()
    await rows.insert_one({"_id": 1, "n": 0})

    async def work(session: Any) -> int:
        if not seen:
            await rows.find_one({"_id": 1}, session=session)  # it sees the row as it is here
            await rows.update_one({"_id": 1}, {"$inc": {"n": 10}})  # another one, meanwhile
        try:
            changed = await rows.update_one({"_id": 1}, {"$inc": {"n": 1}}, session=session)
        except OperationFailure as error:
            seen.append("conflict" if error.has_error_label("TransientTransactionError") else "another")
            raise
        seen.append("done")
        return int(changed.modified_count)

    assert await database.transaction(work) == 1
    assert seen == ["conflict", "done"]
    assert await rows.find_one({"_id": 1}) == {"_id": 1, "n": 11}


async def test_what_is_raised_in_a_transaction_undoes_it(database: Database) -> None:
    rows = database.collection(NAME)

    async def work(session: Any) -> None:
        await rows.insert_one({"_id": 1}, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(work)
    assert await rows.count_documents({}) == 0


async def test_a_repository_of_another_has_its_collection(database: Database) -> None:
    class OwnSyncs(ShopSyncs):
        pass

    await ShopSyncs(database).order("forest", SyncRun("all", "command:test", NOW), None)
    assert (await OwnSyncs(database).one("forest")).all is not None
