"""The connection to MongoDB."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import bson
import pymongo
from pymongo import MongoClient
from pymongo.errors import ConfigurationError, ConnectionFailure, OperationFailure, PyMongoError

from bot.model.translatable import row, tr
from bot.store.collection_spec import LIFE, Expires
from bot.store.collections import COLLECTIONS
from bot.store.database.collection import (
    NOT_ALLOWED,
    OF_ALL,
    ChangeStream,
    Collection,
    Document,
    SynchronousCollection,
    in_a_line,
    in_a_thread,
    looking_at_all,
    reaching,
    watching,
)
from bot.store.database.direct import Direct
from bot.store.database.foreground_priority import ForegroundPriority
from bot.store.database.rights import QUESTION, missing_rights
from bot.store.mongod.mongod_binary import MEMBER_HOST
from bot.store.unavailable import AccessDenied, DatabaseUnavailable

__all__ = ["Collection", "Database", "Document", "SynchronousCollection", "looking_at_all", "reaching"]

T = TypeVar("T")

_OTHERWISE = 85
"""MongoDB's error code for an index that exists with other options, as another expiry."""
BUSY = 15.0
"""Seconds for which a MongoDB that is there is asked again at a start: it is busy, or votes for a primary."""
VOTE = 30.0
"""Seconds for which a command waits for a primary: a replica set notices after 10 that it has lost it, and
votes."""
VISITORS = 4
"""Threads for visits: two for what is received (`fast_operations.HALVED`), one each for turns and the
journal."""
VISITORS_FOR_MANY = 2
"""The same for visits that are for many people: whatever one person waits for never waits for these."""

DATABASE = "oaflow"
"""The name of a database whose address has none, and of the embedded one."""
PRETEND = "pretend_"
"""The prefix of the name of a simulator's database of pretend people; the id of its process follows."""
OPTIONS: Mapping[str, Any] = {
    "w": "majority",
    "journal": True,
    "tz_aware": True,
    "connectTimeoutMS": 1_500,
    "serverSelectionTimeoutMS": 1_500,
    "socketTimeoutMS": 8_000,
    "appname": "oaflow",
}
"""How we talk to MongoDB: what is acknowledged survives (majority, journal); nothing hangs for ever. What the
address of the database says of these comes first, but for `GUARANTEES`."""
GUARANTEES: Mapping[str, str] = {"w": "majority", "journal": "true", "readpreference": "primary"}
"""Options of an address, in lower case, that may have no other value: what was answered would be lost, or
what is read would be of a moment ago."""


class Database:
    """The collections of one oaflow database."""

    def __init__(
        self, uri: str, name: str | None = None, *, patience: float | None = None, plain: bool = False
    ) -> None:
        """Connect lazily to the database `name` at `uri`; `None`: the one that the address names, else
        `DATABASE`. Raises `DatabaseUnavailable` for a bad address.

        `patience`: seconds for which an operation waits for a primary, where nobody has to answer LINE.
        `plain`: all commands are made by the driver.
        """
        waits = {} if patience is None else {"serverSelectionTimeoutMS": round(patience * 1_000)}
        try:
            options = _beside(uri, {**OPTIONS, **waits})
            self.client: MongoClient[Document] = MongoClient(uri, connect=False, **options)
            """Its calls block: for threads."""
            self.name: str = name or self.client.get_default_database(DATABASE).name
        except (ConfigurationError, ValueError) as error:
            raise DatabaseUnavailable(
                tr("the database address is wrong: {why}", why=in_a_line(error))
            ) from error
        codec = bson.CodecOptions(document_class=dict, tz_aware=True)
        self._threads = ThreadPoolExecutor(VISITORS, thread_name_prefix="database")
        self._for_many = ThreadPoolExecutor(VISITORS_FOR_MANY, thread_name_prefix="database-for-many")
        self._priority = ForegroundPriority()
        self._is_closed = False
        self.is_plain = plain
        self._database = self.client.get_database(self.name, codec_options=codec)
        self.direct = Direct(self.client, self.name, is_without=plain)

    def collection(self, name: str) -> Collection:
        """A collection of the table `bot.store.collections`. Raises `KeyError` for another name."""
        if name not in COLLECTIONS:
            raise KeyError(name)
        return Collection(self._database[name])

    async def transaction(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Carry `work` out whole or not at all; it is given the session, and tried again where it may be.

        Raises `DatabaseUnavailable`, and what `work` raises: nothing is done then.
        """
        async with self.session() as session:
            return await in_transaction(session, lambda: work(session))

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Any]:
        """A session, for `in_transaction`; errors are translated as by `reaching`."""
        async with reaching():
            session = self.client.start_session()
            try:
                yield session
            finally:
                await in_a_thread(session.end_session)

    def changes(self, pipeline: Sequence[Document]) -> ChangeStream:
        """A change stream over all collections, through these stages."""
        return watching(self._database, pipeline)

    async def prepare(self) -> None:
        """Make sure that every declared index is there. Cheap where they all are.

        A MongoDB that is too busy to answer in time is asked again for a while: an index that it has begun it
        goes on with. Raises `AccessDenied`, at once, where the user of the address lacks a right.
        """
        waiting = [(name, indexes) for name, spec in COLLECTIONS.items() if (indexes := spec.all_indexes())]

        def make() -> None:
            while waiting:
                name, indexes = waiting[0]
                with pymongo.timeout(OF_ALL):  # a new index of a million contacts takes some seconds
                    self.synchronous(name).create_indexes(indexes)
                del waiting[0]

        until = time.monotonic() + BUSY
        await _patiently(self.check_rights, until)
        await _patiently(partial(self.visit, make), until)

    async def check_rights(self) -> None:
        """Raise `AccessDenied` where the user of the address lacks a right here."""
        async with reaching():
            access = await in_a_thread(self.client.admin.command, QUESTION)
        if missing := missing_rights(access, self.name):
            raise AccessDenied(
                tr(
                    "MongoDB does not allow the user to {rights} in the database {name}: give it  readWrite",
                    rights=row(missing),
                    name=self.name,
                )
            )

    async def keep(self, name: str, after: timedelta) -> None:
        """Set how long rows of a collection live, where the playbook decides it; also of rows that exist.

        `readWrite` is enough for it: such a user may not change an index (`collMod`), but make it anew.
        """
        life = COLLECTIONS[name].life
        if not isinstance(life, Expires):
            raise KeyError(name)
        rows, index = self._database[name], life.index(after)
        change = {"name": LIFE, "expireAfterSeconds": int(after.total_seconds())}
        async with reaching():
            if await _is_done(in_a_thread(rows.create_indexes, [index]), unless=_OTHERWISE):
                return
            changing = in_a_thread(self._database.command, {"collMod": name, "index": change})
            if await _is_done(changing, unless=NOT_ALLOWED):
                return
            await in_a_thread(rows.drop_index, LIFE)
            await in_a_thread(rows.create_indexes, [index])

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless a primary answers."""
        async with reaching():
            hello = await in_a_thread(self.client.admin.command, "hello")
            if not hello.get("isWritablePrimary"):
                raise DatabaseUnavailable(tr("MongoDB has no primary"))

    async def ready(self) -> None:
        """Wait until a primary answers, where hosts are there that may vote for one.

        Raises `DatabaseUnavailable`: at once where none answers at all, else after some seconds.
        """
        until = time.monotonic() + BUSY
        while True:
            try:
                return await self.ping()
            except DatabaseUnavailable as error:
                if isinstance(error, AccessDenied) or not self._anybody_there() or time.monotonic() > until:
                    raise
            await asyncio.sleep(0.2)  # no event tells that a vote has ended

    def _anybody_there(self) -> bool:
        servers = self.client.topology_description.server_descriptions().values()
        return any(server.is_server_type_known for server in servers)

    async def version(self) -> str:
        """MongoDB's version, such as `6.0.5`. Raises `DatabaseUnavailable`."""
        async with reaching():
            return str((await in_a_thread(self.client.admin.command, "buildInfo"))["version"])

    async def names(self) -> list[str]:
        """The databases that there are at this address."""
        async with reaching():
            return await in_a_thread(self.client.list_database_names)

    async def drop(self, name: str) -> None:
        """Remove a database at this address with all that is in it."""
        await _patiently(partial(in_a_thread, self.client.drop_database, name), time.monotonic() + BUSY)

    def synchronous(self, name: str) -> SynchronousCollection:
        """The same collection as pymongo's own, for work inside a `visit`."""
        return self.collection(name).driver

    async def visit(self, work: Callable[[], T]) -> T:
        """Do several operations in one go, in a thread: handing over to one costs more than most operations.

        `work` uses `synchronous` collections only. Errors are translated as by `reaching`.
        """
        if self._is_closed:
            raise DatabaseUnavailable(tr("MongoDB is not reached: {why}", why="closed"))
        return await _in_a_thread(self._threads, work)

    async def visit_for_many(self, work: Callable[[], T]) -> T:
        """As `visit`, for what hundreds of people are read or written by, a part of them at a time.

        So it takes no thread from what is received, few of them are at MongoDB at once, and they begin
        nothing while somebody is there who comes first.
        """
        async with self.bulk():
            return await self.visit_beside(work)

    async def visit_beside(self, work: Callable[[], T]) -> T:
        """As `visit_for_many`, for who is in a `bulk` go already."""
        return await _in_a_thread(self._for_many, work)

    async def give_way(self) -> None:
        """Let those through who come first, between two steps of what is done for many."""
        await self._priority.turn()

    def bulk(self) -> AbstractAsyncContextManager[None]:
        """One go of what is done for many, once those are through who come first. Not inside another one."""
        return self._priority.bulk()

    @property
    def at_a_time(self) -> int:
        """Rows that are to be written for many in one go, as things are."""
        return self._priority.at_a_time

    def first(self) -> AbstractContextManager[None]:
        """As long as this lasts, what is done for many gives way to what LINE waits for."""
        return self._priority.first()

    def close(self) -> None:
        """Drop all connections."""
        self._is_closed = True
        self.direct.close()
        self.client.close()
        self._threads.shutdown(wait=False)
        self._for_many.shutdown(wait=False)


COMMITTING = 120.0
"""Seconds for which a transaction is tried again, as PyMongo's own `with_transaction` does."""
TRANSIENT = "TransientTransactionError"


async def in_transaction(session: Any, work: Callable[[], Awaitable[T]]) -> T:
    """Carry `work` out as a transaction of this session, and again where MongoDB says that this helps.

    https://github.com/mongodb/specifications/blob/master/source/transactions-convenient-api/transactions-convenient-api.md
    """
    until = time.monotonic() + COMMITTING
    while True:
        try:
            return await once_in_transaction(session, work, until)
        except PyMongoError as error:
            if not error.has_error_label(TRANSIENT) or time.monotonic() > until:
                raise


async def once_in_transaction(session: Any, work: Callable[[], Awaitable[T]], until: float = 0.0) -> T:
    """Carry `work` out as a transaction of this session, once; what it raises leaves no trace of it.

    `until` (seconds of the monotonic clock) a commit is made again of which nobody knows what came of it.
    """
    session.start_transaction()
    try:
        outcome = await work()
    except BaseException:
        await in_a_thread(session.abort_transaction)
        raise
    while True:
        try:
            await in_a_thread(session.commit_transaction)
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > until:
                raise
        else:
            return outcome


async def _is_done(what: Awaitable[object], *, unless: int) -> bool:
    """Whether MongoDB has done it; `False`: it refuses, for the reason of this code."""
    try:
        await what
    except OperationFailure as error:
        if error.code != unless:
            raise
        return False
    return True


async def _in_a_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    async with reaching():
        return await asyncio.get_running_loop().run_in_executor(threads, work)


async def _patiently(ask: Callable[[], Awaitable[object]], until: float) -> None:
    """Ask, and ask again until it is answered; by then at the latest raise `DatabaseUnavailable`."""
    while True:
        try:
            async with reaching():
                await ask()
            return
        except DatabaseUnavailable as error:
            if isinstance(error, AccessDenied) or time.monotonic() > until:
                raise
        await asyncio.sleep(0.2)  # no event tells that a server is less busy


def _beside(uri: str, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Those of our options that the address leaves open.

    Raises `DatabaseUnavailable` where it takes a guarantee away: the driver would go by ours, and say
    nothing.
    """
    query = uri.rpartition("?")[2] if "?" in uri else ""
    written = {name.lower(): value.lower() for name, value in parse_qsl(query)}
    for name, must in GUARANTEES.items():
        if (value := written.get(name, must)) != must:
            raise DatabaseUnavailable(
                tr(
                    "the database address says {name}={value}, and oaflow needs {name}={must}: leave it out",
                    name=name,
                    value=value,
                    must=must,
                )
            )
    return {name: value for name, value in ours.items() if name.lower() not in written}


async def initiate(uri: str, patience: float = 100.0) -> None:
    """Make a fresh mongod a replica set of one, and wait (seconds) until it is a writable primary.

    Does nothing to one that is a member already. Raises `DatabaseUnavailable` when patience runs out.
    """
    client: MongoClient[Document] = MongoClient(
        uri, connect=False, serverSelectionTimeoutMS=1_000, connectTimeoutMS=1_000, socketTimeoutMS=5_000
    )
    deadline = time.monotonic() + patience
    problem = tr("the embedded MongoDB did not become a primary")
    try:
        while time.monotonic() < deadline:
            try:
                if await in_a_thread(_writable, client):
                    return
            except (ConnectionFailure, OperationFailure) as error:
                problem = tr("the embedded MongoDB did not become a primary: {why}", why=in_a_line(error))
            await asyncio.sleep(0.02)  # an election in another process: there is no event to wait for
    finally:
        client.close()
    raise DatabaseUnavailable(problem)


def _writable(client: MongoClient[Document]) -> bool:
    hello = client.admin.command("hello")
    if hello.get("isreplicaset"):  # started as a member of a set that does not exist yet
        members = [{"_id": 0, "host": MEMBER_HOST}]
        client.admin.command("replSetInitiate", {"_id": "oaflow", "members": members})
        return False
    return bool(hello.get("isWritablePrimary"))
