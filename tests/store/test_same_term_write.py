"""What is vouched for by the write behind it: also where a primary takes back what others have not got."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient, ReadPreference
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri

from bot.model.contact import Contact
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database import bulk_operations, fast_operations
from bot.store.database.bulk_commands import Update
from bot.store.database.bulk_operations import ON_PRIMARY, SameTermWrite
from bot.store.database.command_wire import CommandWire
from bot.store.database.mongo import Database, Document
from bot.store.events.inbox import Inbox
from bot.store.mongod.mongod_binary import find_mongod
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.eventually import PATIENCE, eventually
from tests.faults.mongo_proxy import MongoProxy, command
from tests.store.test_contacts import turn
from tests.store.test_direct import connected
from tests.store.test_inbox import ANNA, BERT, entry

TURN: Update = ({"_id": "anna"}, {"$set": {"rev": 1}}, True)


async def one_log_of(database: Database) -> SameTermWrite:
    await connected(database)
    log = SameTermWrite.of(database)
    assert log is not None
    return log


async def stand_for_good(database: Database, name: str) -> set[str]:
    """What the majority has."""
    kept = database.collection(name).with_options(read_concern=ReadConcern("majority"))
    return {document["_id"] async for document in kept.find({})}


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the majority by itself, in order."""
    asked: list[str] = []

    async def inserted(database: Database, name: str, documents: Any) -> None:
        asked.append(f"insert {name}")
        await fast_operations.insert(database, name, documents)

    async def updated(database: Database, name: str, updates: Any) -> int:
        asked.append(f"update {name}")
        return await fast_operations.update(database, name, updates)

    monkeypatch.setattr(bulk_operations, "insert", inserted)
    monkeypatch.setattr(bulk_operations, "update", updated)
    return asked


async def test_one_wait_for_both(
    database: Database, again: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await one_log_of(database)
    sent: list[Document] = []
    ask = database.direct.ask

    async def heard(what: Document, line: Any = None) -> Document | None:
        sent.append(what)
        return await ask(what, line)

    monkeypatch.setattr(database.direct, "ask", heard)
    await log.insert("inbox", [{"_id": "a"}])
    assert await log.update("contacts", [TURN]) == 1
    assert [told["writeConcern"] for told in sent] == [{"w": 1}, {"w": "majority", "j": True}]
    assert again == []
    assert await stand_for_good(database, "inbox") == {"a"}


async def test_what_is_known_is_told_and_the_rest_stored(database: Database, again: list[str]) -> None:
    await database.collection("inbox").insert_one({"_id": "a"})
    log = await one_log_of(database)
    with pytest.raises(BulkWriteError) as refused:
        await log.insert("inbox", [{"_id": "a"}, {"_id": "b"}])
    assert [(e["index"], e["code"]) for e in refused.value.details["writeErrors"]] == [(0, 11000)]
    await log.confirm()
    assert again == ["insert inbox"]
    assert await stand_for_good(database, "inbox") == {"a", "b"}


@pytest.mark.parametrize("terms", [[7, -1], [None, None]], ids=["another term", "none is told"])
async def test_what_is_not_of_one_term_the_majority_is_asked_for(
    database: Database, again: list[str], monkeypatch: pytest.MonkeyPatch, terms: list[int | None]
) -> None:
    told = iter(terms)
    monkeypatch.setattr(bulk_operations, "term_of", lambda answer: next(told))
    log = await one_log_of(database)
    await log.insert("inbox", [{"_id": "a"}])
    assert await log.update("contacts", [TURN]) == 1
    assert again == ["insert inbox"]


@pytest.mark.parametrize("heard", [True, False], ids=["answer lost", "request lost"])
async def test_where_the_updates_are_not_answered(
    database: Database, mongod: str, again: list[str], *, heard: bool
) -> None:
    """First what they follow on is made to last, then they are made once more; they change nothing twice."""
    socket = Path(parse_uri(mongod)["nodelist"][0][0])
    async with MongoProxy.running(socket) as proxy:
        cuttable = Database(f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true")
        log = await one_log_of(cuttable)
        cut = proxy.cut((command("update", "contacts"),), heard=heard)
        cut.times = 1
        await log.insert("inbox", [{"_id": "a"}])
        assert await log.update("contacts", [TURN]) == 1
        assert cut.times == 0
        await asyncio.to_thread(cuttable.close)
    assert again == ["insert inbox", "update contacts"]
    assert await stand_for_good(database, "inbox") == {"a"}


async def test_where_several_logs_are_written_there_is_none(database: Database) -> None:
    await connected(database)
    database.direct._is_primary = False  # as with mongos, which writes to several
    assert SameTermWrite.of(database) is None


class Member:
    """One mongod of three; it can be stopped in the middle of what it does."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.port = port
        self.client: MongoClient[Document] = MongoClient(
            f"mongodb://127.0.0.1:{port}/?directConnection=true", serverSelectionTimeoutMS=1_000
        )

    async def hears_nothing(self) -> None:
        """From now on it takes nothing over from its primary, nor anything that is on its way."""
        deaf: Document = {"configureFailPoint": "stopReplProducer", "mode": "alwaysOn"}
        entered = (self.client.admin.command(deaf))["count"]
        wait: Document = {"waitForFailPoint": "stopReplProducer", "timesEntered": entered + 1}
        await asyncio.to_thread(self.client.admin.command, {**wait, "maxTimeMS": PATIENCE * 1_000})

    async def hears_again(self) -> None:
        self.client.admin.command({"configureFailPoint": "stopReplProducer", "mode": "off"})

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def is_primary(self) -> bool:
        try:
            return bool((self.client.admin.command("hello")).get("isWritablePrimary"))
        except PyMongoError:
            return False

    async def has(self, name: str, _id: str) -> bool | None:
        """Whether it has this document itself; `None`: it does not say."""
        inside = self.client.get_database("oaflow", read_preference=ReadPreference.NEAREST)
        try:
            return inside[name].find_one({"_id": _id}) is not None
        except PyMongoError:
            return None


@asynccontextmanager
async def member(place: Path, port: int) -> AsyncIterator[Member]:
    ours = ("--dbpath", str(place), "--port", str(port), "--unixSocketPrefix", str(place), "--quiet")
    small = ("--replSet", "three", "--oplogSize", "32", "--wiredTigerCacheSizeGB", "0.25")
    deaf = ("--setParameter", "enableTestCommands=1")
    process = await asyncio.create_subprocess_exec(
        str(find_mongod()), *ours, *small, *deaf, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            async for line in process.stdout:
                if b"Waiting for connections" in line:
                    break
        drained = asyncio.create_task(process.stdout.read())
        one = Member(process, port)
        yield one
        one.client.close()
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        await process.wait()
    await drained


async def primary_of(members: list[Member]) -> Member:
    async def primaries() -> list[Member]:
        return [one for one in members if await one.is_primary()]

    return (await eventually(primaries, bool))[0]


@asynccontextmanager
async def three_members(tmp_path: Path, ports: list[int]) -> AsyncIterator[tuple[list[Member], Database]]:
    """The primary comes first; collections that are there are not made in the middle of what is tested."""
    async with AsyncExitStack() as stack:
        for port in ports:
            (tmp_path / str(port)).mkdir()
        members = [await stack.enter_async_context(member(tmp_path / str(p), p)) for p in ports]
        hosts = [{"_id": n, "host": f"127.0.0.1:{p}"} for n, p in enumerate(ports)]
        quick = {"electionTimeoutMillis": 1_000, "heartbeatIntervalMillis": 200}
        config = {"_id": "three", "members": hosts, "settings": quick}
        members[0].client.admin.command("replSetInitiate", config)
        first = await primary_of(members)
        database = Database(f"mongodb://{','.join(f'127.0.0.1:{p}' for p in ports)}/?replicaSet=three")
        for name in ("inbox", "contacts", "trace"):
            await database.collection(name).insert_one({"_id": "0"})
        yield [first, *(one for one in members if one is not first)], database
        database.direct.close()
        await asyncio.to_thread(database.close)


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize(
    "before",
    [
        pytest.param(True, id="taken back before", marks=pytest.mark.ring("soak", "more of the same")),
        pytest.param(False, id="in its ears"),
    ],
)
async def test_a_primary_takes_back_what_the_others_have_not_got(
    tmp_path: Path, free_tcp_port_factory: Any, again: list[str], *, before: bool
) -> None:
    """A1: what is said to be stored stands, though the server that alone had it has lost it."""
    ports = [free_tcp_port_factory() for _ in range(3)]
    async with three_members(tmp_path, ports) as ((first, *others), database):
        log = await one_log_of(database)
        await asyncio.gather(*(one.hears_nothing() for one in others))
        await log.insert("inbox", [{"_id": "a"}])
        first.freeze()
        await primary_of(others)
        await asyncio.gather(*(one.hears_again() for one in others))
        if before:
            first.thaw()
            await eventually(lambda: first.has("inbox", "a"), lambda has_it: has_it is False)
        writing = asyncio.create_task(log.update("contacts", [TURN]))
        await asyncio.sleep(0)
        first.thaw()
        assert await writing == 1
        assert "anna" in await stand_for_good(database, "contacts")
        assert "a" in await stand_for_good(database, "inbox")
        assert again == ["insert inbox", "update contacts"]


async def test_a_turn_on_what_was_known_is_not_written(
    database: Database, seal: Seal, again: list[str]
) -> None:
    """A2: LINE delivers once more what another process has stored: that is told when the majority has it."""
    inbox_commit = InboxCommit(database, Inbox(database, seal), Contacts(database, seal))
    await connected(database)
    event = entry("e1")
    anna = Contact(ANNA, turned=NOW)
    assert await inbox_commit.store([event], frozenset(), [turn(anna, 0, event.id)]) == (set(), set())
    assert again == []
    twice = turn(replace(anna, name="安娜"), 1, event.id)
    assert await inbox_commit.store([event], frozenset(), [twice]) == ({event.id}, {ANNA})
    assert again == ["insert inbox"]
    found = await database.collection("contacts").find_one({"_id": ANNA}) or {}
    assert (found["rev"], found.get("name")) == (1, None)


async def test_a_primary_that_steps_down_while_nothing_else_is_written(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the insertion alone is made once more, and who waits hears that the database is away."""
    inbox_commit = InboxCommit(database, Inbox(database, seal), Contacts(database, seal))
    await connected(database)
    event, anna = entry("e1"), Contact(ANNA, turned=NOW)
    await inbox_commit.store([event], frozenset(), [turn(anna, 0, event.id)])
    ask = database.direct.ask

    async def steps_down(command: Document, line: CommandWire | None = None) -> Document | None:
        if "insert" in command and command["writeConcern"] != ON_PRIMARY:
            return {"ok": 1.0, "n": 0, "writeErrors": [{"index": 0, "code": 10107, "errmsg": "not primary"}]}
        return await ask(command, line)

    monkeypatch.setattr(database.direct, "ask", steps_down)
    with pytest.raises(DatabaseUnavailable):
        await inbox_commit.store([event], frozenset(), [turn(anna, 1, event.id)])


async def test_of_two_events_one_was_known(database: Database, seal: Seal, again: list[str]) -> None:
    """The other person's turn is written, and vouches for both."""
    inbox_commit = InboxCommit(database, Inbox(database, seal), Contacts(database, seal))
    await connected(database)
    known, new = entry("e1"), entry("e2", BERT)
    await inbox_commit.store([known], frozenset(), ())
    turns = [turn(Contact(ANNA), 0, known.id), turn(Contact(BERT), 0, new.id)]
    assert await inbox_commit.store([known, new], frozenset(), turns) == ({known.id}, {ANNA})
    assert again == []
    assert await stand_for_good(database, "inbox") == {known.id, new.id}
    assert await stand_for_good(database, "contacts") == {BERT}
