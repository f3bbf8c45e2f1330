"""What pymongo raises, translated: away is `DatabaseUnavailable`, everything else is a bug and stays one."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import closing
from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    CursorNotFound,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from bot.store.database import fast_operations, mongo
from bot.store.database.mongo import Database, reaching
from bot.store.unavailable import DatabaseUnavailable

AWAY: list[PyMongoError] = [
    ServerSelectionTimeoutError("no servers"),
    AutoReconnect("connection closed"),
    NetworkTimeout("timed out"),
    NotPrimaryError("not primary"),
    ExecutionTimeout("too slow"),
    WTimeoutError("not replicated"),
    InvalidOperation("Cannot use MongoClient after close"),
    CursorNotFound("cursor id 7 not found", 43),
    OperationFailure("interrupted at shutdown", 11600),
    OperationFailure("interrupted due to replica state change", 11602),
    OperationFailure("not writable primary", 10107),
    OperationFailure("primary stepped down", 189),
    OperationFailure("out of disk space", 14031),
    OperationFailure("the replica set has not begun yet", 94),
    OperationFailure("nobody to read from", 133),
    OperationFailure("no majority is known yet", 134),
    OperationFailure("the stream is to be opened anew", 234),
    OperationFailure("not authorised", 13),
    OperationFailure("Authentication failed.", 18),
    BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
    BulkWriteError({"writeErrors": [{"code": 11000}, {"code": 10107}], "writeConcernErrors": []}),
]
BUGS: list[PyMongoError] = [
    OperationFailure("unknown operator $foo", 2),
    DuplicateKeyError("E11000", 11000),
    BulkWriteError({"writeErrors": [{"code": 11000}], "writeConcernErrors": []}),
    BulkWriteError({"writeErrors": [{"code": 2}], "writeConcernErrors": []}),
]


def shown(error: Exception) -> str:
    return f"{type(error).__name__}-{getattr(error, 'code', '')}"


@pytest.mark.parametrize("error", AWAY, ids=shown)
async def test_away_is_one_exception_of_one_line(error: PyMongoError) -> None:
    """A8: the runtime knows what to do about exactly this."""
    with pytest.raises(DatabaseUnavailable) as raised:
        async with reaching():
            raise error
    assert raised.value.__cause__ is error
    assert "\n" not in str(raised.value)
    assert 0 < len(str(raised.value)) < 200


@pytest.mark.parametrize("error", [*BUGS, KeyError("x"), asyncio.CancelledError()], ids=shown)
async def test_everything_else_stays_what_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        async with reaching():
            raise error
    assert raised.value is error


@pytest.mark.ring("all", "a crowd")
async def test_a_mongod_that_is_not_there_is_noticed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start asks one again that is busy, for so long and no longer."""
    monkeypatch.setattr(mongo, "BUSY", 1.0)
    began = time.monotonic()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and nobody listens
        database = Database(f"mongodb://127.0.0.1:{nobody.getsockname()[1]}/?directConnection=true")
        waiting = [database.ping(), database.prepare(), database.visit(lambda: insert(database))]
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, DatabaseUnavailable)
    assert time.monotonic() - began < 20, "the driver by itself would wait for 30"
    database.close()


def insert(database: Database) -> None:
    database.synchronous("inbox").insert_one({"_id": "x"})


@pytest.mark.parametrize(
    "address",
    ["http://x", "mongodb://", "mongodb://localhost:notaport", "mongodb://u:p@/x", "mongodb://u:p%ss-word@x"],
)
def test_an_address_that_is_none_is_told_in_a_line_without_its_password(address: str) -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        Database(address)
    assert "\n" not in str(raised.value)
    assert "p%ss-word" not in str(raised.value)


async def test_a_closed_database_is_away(prepared: str) -> None:
    database = Database(prepared)
    await database.ping()
    database.close()
    for asked in (database.ping(), fast_operations.insert(database, "inbox", [{"_id": "a"}])):
        with pytest.raises(DatabaseUnavailable):
            await asked


async def test_only_declared_collections_can_be_used(database: Database) -> None:
    with pytest.raises(KeyError):
        database.collection("users")


async def test_preparing_again_changes_nothing(database: Database) -> None:
    before = await database.collection("inbox").index_information()
    await database.prepare()
    assert await database.collection("inbox").index_information() == before


DOWN = "[Errno 111] Connection refused"
TIMEOUTS = "(configured timeouts: socketTimeoutMS: 8000.0ms, connectTimeoutMS: 1500.0ms)"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ServerSelectionTimeoutError(
                f"db1:27017: {DOWN} {TIMEOUTS},db2:27017: timed out {TIMEOUTS}, Timeout: 1.5s, "
                "Topology Description: <TopologyDescription id: 6, servers: [<ServerDescription ('db1')>]>"
            ),
            f"db1:27017: {DOWN}; db2:27017: timed out",
        ),
        (
            ServerSelectionTimeoutError(
                'No replica set members match selector "Primary()", Timeout: 1.5s, Topology Description: <…>'
            ),
            "no host of the replica set that answers is its primary just now",
        ),
        (
            NotPrimaryError("not primary, full error: {'ok': 0.0, '$clusterTime': {'signature': 'x'}}"),
            "not primary",
        ),
        (ConfigurationError("bad mongodb://shop:geheim77@db1:27017/"), "bad mongodb://…@db1:27017/"),
        (AutoReconnect(""), "AutoReconnect"),
    ],
)
async def test_the_line_says_which_host_and_why(error: PyMongoError, told: str) -> None:
    """K3: the driver's dump of all that it knows is cut off, not what helps; nothing is a secret."""
    with pytest.raises(DatabaseUnavailable) as away:
        async with reaching():
            raise error
    assert str(away.value) == f"MongoDB is not reached: {told}"


async def test_options_of_the_address_hold() -> None:
    """A10: ours were taken instead, without a word."""
    away = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=321&socketTimeoutMS=6543&APPNAME=forest"
    database = Database(f"{away}&w=majority&journal=true&readPreference=primary", patience=30)
    try:
        options: Any = database.client.options
        assert options.server_selection_timeout == 0.321
        pool = options.pool_options
        assert (pool.socket_timeout, pool.connect_timeout, pool.appname) == (6.543, 1.5, "forest")
        assert options.write_concern.document == {"w": "majority", "j": True}
    finally:
        database.close()


@pytest.mark.parametrize("option", ["w=1", "W=0", "journal=false", "readPreference=secondaryPreferred"])
async def test_an_address_that_takes_a_guarantee_away_is_refused(option: str) -> None:
    """A8: what was answered 200 survives; nothing is read that is older than what was written."""
    with pytest.raises(DatabaseUnavailable, match="leave it out"):
        Database(f"mongodb://127.0.0.1:1/?replicaSet=rs0&{option}")


@pytest.mark.ring("all", "many writes")
async def test_several_hosts_that_are_down_are_all_told() -> None:
    """With the words of the driver as it is installed."""
    database = Database("mongodb://someone:geheim77@127.0.0.1:1,127.0.0.1:2/?replicaSet=rs0")
    with pytest.raises(DatabaseUnavailable) as away:
        await database.ping()
    database.close()
    assert str(away.value) == f"MongoDB is not reached: 127.0.0.1:1: {DOWN}; 127.0.0.1:2: {DOWN}"


async def test_a_vote_is_waited_for_at_a_start(prepared: str) -> None:
    """K3: a supervisor that starts a process while a replica set votes gives up after a few starts."""
    database = Database(prepared)
    await database.ready()
    database.client.admin.command({"replSetStepDown": 600, "force": True})
    with closing(database):
        try:
            with pytest.raises(DatabaseUnavailable):
                await database.ping()
            ready = asyncio.ensure_future(database.ready())
            await asyncio.wait([ready], timeout=0.1)
            assert not ready.done()
        finally:  # it may stand again, and votes for itself
            database.client.admin.command({"replSetFreeze": 0})
        await ready
        await database.ping()


async def test_what_is_for_many_takes_no_thread_from_what_is_received(database: Database) -> None:
    """I1: batches of broadcasts that wait for a slow MongoDB leave all threads to webhooks and turns."""
    slow = threading.Event()
    many = [asyncio.ensure_future(database.visit_for_many(slow.wait)) for _ in range(2 * mongo.VISITORS)]
    await asyncio.sleep(0)
    assert await asyncio.gather(*[database.visit(lambda: "stored") for _ in range(10)]) == ["stored"] * 10
    assert not any(one.done() for one in many)
    slow.set()
    assert await asyncio.gather(*many) == [True] * len(many)
