"""Commands without the driver, on real databases: plain, signed in, encrypted, and where the line breaks."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import AsyncMock

import pytest
from pymongo import MongoClient
from pymongo.errors import BulkWriteError
from pymongo.uri_parser import parse_uri

from bot.store.database import direct
from bot.store.database.bulk_commands import Update
from bot.store.database.command_wire import CommandWire
from bot.store.database.direct import WANTED, WIRES
from bot.store.database.fast_operations import HALVED, find, find_one, insert, update
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.fakes.certificates import Certificates, certificates
from tests.faults.mongo_proxy import MongoProxy, command
from tests.store.another_mongod import another, give_user

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


async def connected(database: Database, connections: int = 1) -> None:
    """The first commands ask for a connection, and the next ones have it."""
    ping: dict[str, Any] = {"ping": 1}
    async with asyncio.timeout(PATIENCE):
        while None in await asyncio.gather(*(database.direct.ask(ping) for _ in range(connections))):
            if database.direct.connecting is not None:
                await database.direct.connecting


async def test_it_does_what_the_driver_does(database: Database) -> None:
    await connected(database)
    await insert(database, "inbox", [{"_id": "a", "at": NOW}, {"_id": "b", "n": 1}])
    with pytest.raises(BulkWriteError) as refused:
        await insert(database, "inbox", [{"_id": "b"}, {"_id": "c"}])
    assert [(e["index"], e["code"]) for e in refused.value.details["writeErrors"]] == [(0, 11000)]
    more = {"$inc": {"n": 1}}
    changes = [({"_id": "b"}, more, False), ({"_id": "z"}, more, False), ({"_id": "n"}, more, True)]
    assert await update(database, "inbox", changes) == 2
    assert await find(database, "inbox", {"_id": "a"}) == [{"_id": "a", "at": NOW}]
    assert await find(database, "inbox", {"n": 2}, {"n": 1}) == [{"_id": "b", "n": 2}]
    assert await find(database, "inbox", {"n": 7}) == []


Look: TypeAlias = Callable[[Stores], Awaitable[object]]
LOOKS: Mapping[str, Look] = {
    "broadcasts": lambda stores: stores.sendings.open(),
    "news of shops": lambda stores: stores.shop_news.waits("forest"),
    "links of shops": lambda stores: stores.shop_links.all(),
    "members of shops": lambda stores: stores.shop_syncs.all(),
    "batches of menus": lambda stores: stores.menu_people.unfinished("main", NOW, NOW),
    "menus linked anew": lambda stores: stores.menu_people.asked("main"),
    "ids of menus": lambda stores: stores.rich_menus.revisions(),
    "alerts": lambda stores: stores.alerts.waiting("mail:amy", 20),
    "rotations": lambda stores: stores.rotations.state(),
    "keys": lambda stores: stores.register.known(),
    "the playbook": lambda stores: stores.playbooks.live(),
    "caps": lambda stores: stores.totals.of(["journey"]),
    "counts": lambda stores: stores.counts.fold_all(),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_a_look_for_work_needs_no_thread_and_no_driver(
    database: Database,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    look: Look,
) -> None:
    """A dozen a second, each of which woke two threads, were most of what an idle process cost."""
    by_driver = await look(stores)
    await connected(database)
    monkeypatch.setattr(MongoClient, "_run_operation", _no_driver)
    assert await look(stores) == by_driver


def _no_driver(*_: object, **__: object) -> None:
    raise AssertionError("asked by the driver")


async def test_documents_come_in_order_and_no_more_than_asked_for(database: Database) -> None:
    rows = [{"_id": number, "n": number % 2} for number in range(4)]
    await insert(database, "inbox", rows)
    for is_direct in (False, True):
        if is_direct:
            await connected(database)
        found = await find(database, "inbox", {}, sort={"n": -1, "_id": 1}, limit=3)
        assert [one["_id"] for one in found] == [1, 3, 0]
        assert await find_one(database, "inbox", {}, {"n": 1}, sort={"_id": -1}) == rows[3]
        assert await find_one(database, "inbox", {"n": 7}) is None


@pytest.mark.ring("all", "many writes")
async def test_what_does_not_fit_goes_the_drivers_way(database: Database) -> None:
    """Neither a command that is too large for one message, nor an answer that comes in several."""
    await connected(database)
    large = [{"_id": str(number), "raw": b"x" * 10_000_000} for number in range(3)]
    await insert(database, "inbox", large)
    assert {d["_id"] for d in await find(database, "inbox", {})} == {"0", "1", "2"}
    await database.collection("inbox").delete_many({})


MORE = {"$inc": {"n": 1}}
ALL = [({"_id": str(number)}, MORE, True) for number in range(HALVED + 1)]
"""One more than is made by two commands, so the second has one more."""


@pytest.mark.parametrize("is_wrong", [False, True], ids=["both made", "one fails"])
async def test_many_updates_are_made_by_two_commands_side_by_side(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, is_wrong: bool
) -> None:
    """All are counted; what one could not make is told when the other has ended, too, not before."""
    await connected(database, 2)
    sizes: list[int] = []
    hold, second_made = asyncio.Event(), asyncio.Event()
    ask = database.direct.ask

    async def held(said: Any) -> Any:
        is_first = not sizes
        sizes.append(len(said["updates"]))
        if is_first:
            await hold.wait()
        answer = await ask(said)
        if not is_first:
            second_made.set()
        return answer

    if is_wrong:
        await insert(database, "inbox", [{"_id": str(HALVED)}])
    last = ({"_id": str(HALVED), "n": 7}, MORE, True) if is_wrong else ALL[-1]
    with monkeypatch.context() as patched:
        patched.setattr(database.direct, "ask", held)
        updated = asyncio.create_task(update(database, "inbox", [*ALL[:-1], last]))
        await asyncio.wait_for(second_made.wait(), PATIENCE)
        for _ in range(10):
            await asyncio.sleep(0)  # whoever heard of it would tell now
        assert not updated.done()
        hold.set()
        if is_wrong:
            with pytest.raises(BulkWriteError):
                await updated
        else:
            assert await updated == HALVED + 1
    assert sizes == [HALVED // 2, HALVED // 2 + 1]
    made = {document["_id"] for document in await find(database, "inbox", {"n": 1})}
    assert made == {where["_id"] for where, _, _ in (ALL[:-1] if is_wrong else ALL)}


AWAY = DatabaseUnavailable("away")
OURS = OverflowError("MongoDB can only handle up to 8-byte ints")


def refused(code: int) -> dict[str, Any]:
    """What MongoDB answers where it does not make one of the updates."""
    return {"n": 7, "writeErrors": [{"index": 0, "code": code}]}


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "the other way round"])
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([refused(11000), AWAY], DatabaseUnavailable),
        ([OURS, AWAY], DatabaseUnavailable),
        ([refused(11000), OURS], OverflowError),
        ([refused(11000), refused(17280)], BulkWriteError),
    ],
    ids=["refused, away", "a fault, away", "refused, a fault", "refused both"],
)
async def test_the_worst_of_both_commands_is_told(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[dict[str, Any] | Exception],
    told: type[Exception],
    order: int,
) -> None:
    """Who is refused has lost; where nobody knows what was made, nobody has."""
    monkeypatch.setattr(database.direct, "ask", AsyncMock(side_effect=answers[::order]))
    with pytest.raises(told) as both:
        await update(database, "inbox", ALL)
    if isinstance(both.value, BulkWriteError):
        assert {e["code"] for e in both.value.details["writeErrors"]} == {11000, 17280}


@pytest.mark.parametrize(
    ("updates", "for_many"), [(ALL[: HALVED - 1], False), (ALL, True)], ids=["few", "what is for many"]
)
async def test_what_is_one_command(
    database: Database, monkeypatch: pytest.MonkeyPatch, updates: list[Update], *, for_many: bool
) -> None:
    await connected(database)
    ask = AsyncMock(side_effect=database.direct.ask)
    monkeypatch.setattr(database.direct, "ask", ask)
    assert await update(database, "inbox", updates, for_many=for_many) == len(updates)
    assert ask.await_count == 1


async def test_as_many_as_there_are_connections_side_by_side(database: Database) -> None:
    """More are asked for while others are under way; who finds none free goes the driver's way."""
    await connected(database)
    for _ in range(WIRES + 1):
        await asyncio.gather(*(insert(database, "inbox", [{"n": number}]) for number in range(20)))
        if database.direct.connecting is not None:
            await database.direct.connecting
    assert database.direct.connections == WIRES
    assert await database.collection("inbox").count_documents({}) == 20 * (WIRES + 1)


async def test_whoever_asks_while_it_connects_loses_nothing(database: Database) -> None:
    """The connection is there for the next, and is closed with all others."""
    ping: dict[str, Any] = {"ping": 1}
    async with asyncio.timeout(PATIENCE):
        while database.direct.connecting is None or not database.direct.connecting.done():
            assert await database.direct.ask(ping) is None
            await asyncio.sleep(0)
    assert database.direct.connections == 1
    assert await database.direct.ask(ping) is not None


async def test_it_was_closed(database: Database) -> None:
    await connected(database)
    database.direct.close()
    assert await database.direct.ask({"ping": 1}) is None
    await insert(database, "inbox", [{"_id": "a"}])
    assert database.direct.connections == 0


async def test_it_is_closed_while_it_connects(prepared: str) -> None:
    """Nothing of it stays open: neither before the socket is there, nor between thread and loop."""
    for moment in range(3):
        database = Database(prepared)
        for _ in range(WANTED + 1):
            assert await database.direct.ask({"ping": 1}) is None
        for _ in range(moment):
            await asyncio.sleep(0)
        database.close()
        with suppress(asyncio.CancelledError):
            assert database.direct.connecting is not None
            await database.direct.connecting
        assert database.direct.connections == 0
    gc.collect()  # a socket that nobody has closed complains, and warnings are errors


async def several(database: Database) -> None:
    """More than one connection."""
    await connected(database)
    await asyncio.gather(*(database.direct.ask({"ping": 1}) for _ in range(2)))
    if database.direct.connecting is not None:
        await database.direct.connecting
    assert database.direct.connections > 1


async def test_where_one_is_silent_none_is_trusted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A primary that has gone without a word is found out once, and not by each connection."""
    await several(database)
    monkeypatch.setattr(direct, "ANSWER", 0.01)
    monkeypatch.setattr(CommandWire, "data_received", lambda wire, data: None)
    assert await database.direct.ask({"hello": 1}) is None
    assert database.direct.connections == 0


async def test_what_the_majority_has_not_got_is_the_drivers(database: Database) -> None:
    """It tries once more where that helps; a write that may be taken back is none."""
    await several(database)
    told = await database.direct.ask(
        {"insert": "inbox", "documents": [{"_id": "a"}], "writeConcern": {"w": 5, "wtimeout": 1}}
    )
    assert told is None
    assert database.direct.connections == 0


async def test_whoever_does_not_wait_leaves_no_connection_behind(database: Database) -> None:
    """Nobody would notice any more that it is silent."""
    await several(database)
    before = database.direct.connections
    gone = asyncio.create_task(database.direct.ask({"hello": 1}))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert database.direct.connections == before - 1


async def test_with_a_driver_that_is_made_otherwise_all_goes_its_way(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, and not tried again with each event."""
    monkeypatch.setattr(database.direct, "_client", object())
    for _ in range(10):
        assert await database.direct.ask({"ping": 1}) is None
        if database.direct.connecting is not None:
            await database.direct.connecting
    await insert(database, "inbox", [{"_id": "a"}])
    assert [record.message for record in caplog.records] == [
        "events go by MongoDB's driver, and cost more: it is not known here"
    ]


@pytest.mark.parametrize("why", [OSError(24, "Too many open files"), RuntimeError("can't start new thread")])
async def test_where_no_room_is_left_it_is_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, why: Exception
) -> None:
    """It is told once; as soon as there is room events take connections of their own again."""
    with monkeypatch.context() as without:
        without.setattr(asyncio, "to_thread", AsyncMock(side_effect=why))
        for _ in range(10 * (WANTED + 1)):
            assert await database.direct.ask({"ping": 1}) is None
            if database.direct.connecting is not None:
                await database.direct.connecting
    assert [record.message for record in caplog.records] == [
        f"events go by MongoDB's driver, and cost more, until there is room: {why}"
    ]
    await connected(database)


async def test_a_command_that_is_refused_is_the_drivers(database: Database) -> None:
    """It knows why; and a server that refuses may not be the primary any more, so the line is given up."""
    await connected(database)
    assert await database.direct.ask({"update": "inbox", "updates": "nonsense"}) is None
    assert database.direct.connections == 0
    await connected(database)


@asynccontextmanager
async def between(
    mongod: str, made: Certificates | None = None
) -> AsyncIterator[tuple[MongoProxy, Database]]:
    """A database whose connections may be cut; those with certificates are encrypted."""
    upstream = Path(parse_uri(mongod)["nodelist"][0][0])
    tls, seen = (
        (None, "") if made is None else (made.of_the_server(), f"&tls=true&tlsCAFile={made.authority}")
    )
    async with MongoProxy.running(upstream, tls) as proxy:
        cuttable = Database(f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true{seen}")
        try:
            yield proxy, cuttable
        finally:
            cuttable.direct.close()
            await asyncio.to_thread(cuttable.close)  # it waits for answers, which come through this loop


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("heard", [True, False], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("what", ["insert", "update"])
async def test_cut_in_the_middle(
    database: Database, mongod: str, tmp_path: Path, what: str, *, heard: bool, is_encrypted: bool
) -> None:
    """A8: a write of which nobody knows whether it was made is made once more, and changes nothing twice."""
    made = certificates(tmp_path) if is_encrypted else None
    async with between(mongod, made) as (proxy, cuttable):
        await connected(cuttable)
        cut = proxy.cut((command(what, "inbox"),), heard=heard)
        cut.times = 1
        if heard:
            with pytest.raises(BulkWriteError) as known:
                await written(cuttable, what)
            assert [e["code"] for e in known.value.details["writeErrors"]] == [11000]
        else:
            await written(cuttable, what)
        assert cut.times == 0
    assert await database.collection("inbox").count_documents({}) == 1


async def written(database: Database, what: str) -> None:
    if what == "insert":
        await insert(database, "inbox", [{"_id": "a"}])
    else:
        born = ({"_id": "a", "rev": {"$exists": False}}, {"$set": {"rev": 1}}, True)
        assert await update(database, "inbox", [born]) == 1


@pytest.mark.ring("all", "starts a process")
async def test_where_one_signs_in(tmp_path: Path, free_tcp_port: int) -> None:
    """The driver signs in; the connection is ours as the user whom it has."""
    at = f"127.0.0.1:{free_tcp_port}"
    async with another(tmp_path, free_tcp_port, "--auth"):
        database = Database(
            give_user(at, {"role": "readWrite", "db": "oaflow"}, {"role": "read", "db": "admin"})
        )
        await connected(database)
        await insert(database, "inbox", [{"_id": "a"}])
        told = await database.direct.ask({"connectionStatus": 1})
        assert told is not None
        assert [user["user"] for user in told["authInfo"]["authenticatedUsers"]] == ["bot"]
        database.direct.close()
        await asyncio.to_thread(database.close)


@pytest.mark.ring("all", "starts a process")
async def test_where_it_is_encrypted(tmp_path: Path, free_tcp_port: int) -> None:
    """The driver makes TLS, and looks at the certificate; the connection is ours with it."""
    made = certificates(tmp_path)
    options = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(made.server))
    async with another(tmp_path, free_tcp_port, *options):
        database = Database(f"mongodb://127.0.0.1:{free_tcp_port}/?tls=true&tlsCAFile={made.authority}")
        await connected(database, WIRES)
        large = [{"_id": str(number), "raw": bytes([number]) * 5_000_000} for number in range(3)]
        for some in (large[:2], large[2:]):
            told = await database.direct.ask({"insert": "inbox", "documents": some})
            assert told is not None
            assert told["n"] == len(some)
        assert await find(database, "inbox", {"_id": "2"}) == [large[2]]
        assert database.direct.connections == WIRES
        database.direct.close()
        await asyncio.to_thread(database.close)


async def test_a_kind_of_connection_that_is_not_known_stays_the_drivers(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As where it makes TLS by PyOpenSSL: all goes its way."""
    monkeypatch.setattr(direct, "OURS", ())
    for _ in range(WANTED + 1):
        assert await database.direct.ask({"ping": 1}) is None
    assert database.direct.connecting is not None
    await database.direct.connecting
    await insert(database, "inbox", [{"_id": "a"}])
    assert await find(database, "inbox", {}) == [{"_id": "a"}]
    assert database.direct.connections == 0
    assert [record.message for record in caplog.records] == [
        "events go by MongoDB's driver, and cost more: it connects by socket.socket"
    ]
