"""A collection of MongoDB whose every call raises `DatabaseUnavailable` where MongoDB is away.

Inside of a transaction a call raises the driver's own errors, by which that is tried again;
`Database.transaction` turns what is left of them.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import copy_context
from functools import partial, wraps
from itertools import islice
from typing import Any, Generic, ParamSpec, Self, TypeAlias, TypeVar

import pymongo
from pymongo.collection import Collection as PymongoCollection
from pymongo.database import Database as PymongoDatabase
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from bot.model.translatable import Translatable, tr
from bot.store.unavailable import AccessDenied, DatabaseUnavailable

Document: TypeAlias = dict[str, Any]
SynchronousCollection: TypeAlias = PymongoCollection[Document]
ChangeStream: TypeAlias = AbstractAsyncContextManager[AsyncIterator[Document]]
P = ParamSpec("P")
T = TypeVar("T")

LONGEST = 400
"""Characters of an error in one line, at most: a host with its reason has 60, a replica set has up to
seven."""

_DUMP = re.compile(r", (?:Timeout: [\d.]+s, Topology Description|full error): .*")
"""Matches the driver's dump of the topology, or of the server's answer, at the end of an error: it only
repeats."""
_TIMEOUTS = re.compile(r" \(configured timeouts: [^)]*\)")
_CREDENTIALS = re.compile(r"//[^/\s]*@")
"""Matches user and password in an address."""
_NO_PRIMARY = ('No replica set members match selector "Primary()"', "No primary available for writes")
_NEXT_HOST = re.compile(r",(?=[^\s,]+: )")
"""Matches the comma before the next host and its reason."""


def in_a_line(error: Exception) -> str:
    """An error of the driver in one line: the reason of each host, without topology, user or password."""
    text = _DUMP.sub("", " ".join(str(error).split()))
    hosts = _NEXT_HOST.split(_CREDENTIALS.sub("//…@", _TIMEOUTS.sub("", text)))
    text = "; ".join(sorted(hosts))  # the driver names them in any order
    if not text:
        return type(error).__name__
    if text.startswith(_NO_PRIMARY):
        return "no host of the replica set that answers is its primary just now"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


NOT_ALLOWED = 13
"""MongoDB's error code for an action that the user has no role for."""
_DENIED = (18, NOT_ALLOWED)
"""MongoDB's error codes for a wrong user or password, and for a missing role."""
OF_ALL = 120.0
"""Seconds that a query of a whole collection may take: for a million contacts an idle machine needs one or
two."""
_PASSING = frozenset(
    {6, 7, 11600, 11602, 10107, 13435, 13436, 189, 91, 89, 9001, 50, 262, 64, 14031, 290, 112, 43, 280, 286}
    | {94, 133, 134, 234}
)
"""Server errors that say "not now": not primary, shutting down, time limit, no disk space, write conflict;
not begun yet (94), nobody to read from (133), no majority known yet (134: a change stream hears it of MongoDB
before 6.0.6, as the embedded one is, while it begins or stops), a stream to be opened anew (234).

https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md#resumable-error
https://jira.mongodb.org/browse/SERVER-68328
"""


_AWAY = (ConfigurationError, ConnectionFailure, ExecutionTimeout, WTimeoutError, InvalidOperation)


@asynccontextmanager
async def reaching() -> AsyncIterator[None]:
    """Turn what pymongo raises when MongoDB is away into `DatabaseUnavailable`; everything else is a bug.

    For what is not asked of a `Collection`: that does it by itself.
    """
    try:
        yield
    except PyMongoError as error:
        if (away := _unavailable(error)) is None:
            raise
        raise away from error


@asynccontextmanager
async def looking_at_all() -> AsyncIterator[None]:
    """As `reaching`, for one question about each document of a collection, which somebody waits for.

    MongoDB may be silent for longer than otherwise, and gives the question up by itself then.
    """
    async with reaching():
        with pymongo.timeout(OF_ALL):
            yield


def _unavailable(error: PyMongoError) -> DatabaseUnavailable | None:
    """What an error says of MongoDB; `None`: it is a bug, or the answer to a write."""
    if isinstance(error, _AWAY):
        return DatabaseUnavailable(tr("MongoDB is not reached: {why}", why=in_a_line(error)))
    match error:
        case BulkWriteError():
            details = error.details or {}
            codes = {e["code"] for e in details.get("writeErrors", [])}
            if details.get("writeConcernErrors") or codes & _PASSING:
                return DatabaseUnavailable(tr("the write was not acknowledged"))
        case OperationFailure() if (why := _refusal(error)) is not None:
            return (AccessDenied if error.code in _DENIED else DatabaseUnavailable)(why)
        case _:
            pass
    return None


def _refusal(error: OperationFailure) -> Translatable | None:
    """What helps where the server does not do what it is asked, now; `None`: that is a bug of ours."""
    if error.has_error_label("TransientTransactionError"):
        return tr("MongoDB could not finish a transaction (code {code})", code=str(error.code))
    match error.code:
        case 18:
            return tr("MongoDB does not take the user or the password of its address (code 18)")
        case code if code == NOT_ALLOWED:
            return tr("MongoDB does not allow this: its address needs a user with  readWrite  (code 13)")
        case code if code in _PASSING:
            name = (error.details or {}).get("codeName")
            code_name = f"{code}, {name}" if name else str(code)
            return tr("MongoDB refused (code {code})", code=code_name)
        case _:
            return None


_THREADS = ThreadPoolExecutor(5 * (os.cpu_count() or 1), thread_name_prefix="mongodb")
"""Where PyMongo's calls are made that somebody awaits."""
AT_A_TIME = 100
"""Documents that one visit to a thread reads ahead, where they are asked for one after the other."""


async def in_a_thread(call: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
    """Make a call of PyMongo in a thread, within the caller's context (`pymongo.timeout`)."""
    return await _in_one_of(_THREADS, partial(call, *args, **options))


async def _in_one_of(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    work = partial(copy_context().run, call)
    return await asyncio.get_running_loop().run_in_executor(threads, work)


async def _asked(session: object, call: Awaitable[T]) -> T:
    """As within `reaching`; with a `session` the errors of the driver are raised."""
    try:
        return await call
    except PyMongoError as error:
        if session is not None or (away := _unavailable(error)) is None:
            raise
        raise away from error


def translating(call: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same call, as within `reaching`; but one with a `session` raises the errors of the driver."""

    @wraps(call)
    async def translated(*args: P.args, **options: P.kwargs) -> T:
        return await _asked(options.get("session"), call(*args, **options))

    return translated


@asynccontextmanager
async def watching(
    rows: SynchronousCollection | PymongoDatabase[Document], pipeline: Sequence[Document]
) -> AsyncIterator[AsyncIterator[Document]]:
    """A change stream over a collection or all of them, through this pipeline, as within `reaching`."""

    async def changes() -> AsyncIterator[Document]:
        while stream.alive:
            if (change := await _in_one_of(own, stream.try_next)) is not None:
                yield change

    own = ThreadPoolExecutor(1, thread_name_prefix="mongodb-watching")  # it waits there most of the time
    async with reaching():
        stream = await in_a_thread(rows.watch, list(pipeline), max_await_time_ms=1000)
        try:
            yield changes()
        finally:
            await in_a_thread(stream.close)  # also while it waits
            own.shutdown(wait=False)


class FoundDocuments:
    """What a question finds, a document after the other, or all of them."""

    def __init__(self, ask: Callable[[], Any], session: object) -> None:
        """`ask` gives PyMongo's cursor, and may ask MongoDB: it is called with the first document."""
        self._ask = ask
        self._session = session
        self._order: list[tuple[str, tuple[Any, ...]]] = []
        self._cursor: Iterator[Document] | None = None
        self._ahead: Iterator[Document] = iter(())

    def sort(self, *order: Any) -> Self:
        """In this order."""
        return self._with("sort", *order)

    def limit(self, most: int) -> Self:
        """At most so many; 0: all."""
        return self._with("limit", most)

    def skip(self, number: int) -> Self:
        """Not the first so many."""
        return self._with("skip", number)

    def batch_size(self, number: int) -> Self:
        """So many are handed over at a time."""
        return self._with("batch_size", number)

    def hint(self, index: Any) -> Self:
        """By this index."""
        return self._with("hint", index)

    async def to_list(self, length: int | None) -> list[Document]:
        """All of them, or the first."""
        return await _asked(self._session, in_a_thread(self._read, length))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Document:
        document = next(self._ahead, None)
        if document is None:
            self._ahead = iter(await self.to_list(AT_A_TIME))
            document = next(self._ahead, None)
        if document is None:
            raise StopAsyncIteration
        return document

    def _with(self, what: str, *arguments: Any) -> Self:
        self._order.append((what, arguments))
        return self

    def _read(self, most: int | None) -> list[Document]:
        if self._cursor is None:
            cursor = self._ask()
            for what, arguments in self._order:
                cursor = getattr(cursor, what)(*arguments)
            self._cursor = cursor
        return list(islice(self._cursor, most))


class _Call(Generic[P, T]):
    """A call of PyMongo's, made in a thread and translated, where it is first asked for: a process has 160
    collections, and to wrap all calls of all of them takes longer than to connect."""

    def __init__(self, of: Callable[[SynchronousCollection], Callable[P, T]]) -> None:
        self._of = of

    def __set_name__(self, owner: type[Collection], name: str) -> None:
        self._name = name

    def __get__(self, rows: Collection, owner: type[Collection]) -> Callable[P, Coroutine[Any, Any, T]]:
        async def call(*args: P.args, **options: P.kwargs) -> T:
            made = in_a_thread(self._of(rows.driver), *args, **options)
            return await _asked(options.get("session"), made)

        vars(rows)[self._name] = call  # and is found there from then on
        return call


class Collection:
    """A collection of PyMongo, asked in threads, with our own errors: no call has to be within `reaching`."""

    find_one = _Call(lambda driver: driver.find_one)
    find_one_and_update = _Call(lambda driver: driver.find_one_and_update)
    find_one_and_delete = _Call(lambda driver: driver.find_one_and_delete)
    count_documents = _Call(lambda driver: driver.count_documents)
    estimated_document_count = _Call(lambda driver: driver.estimated_document_count)
    distinct = _Call(lambda driver: driver.distinct)
    insert_one = _Call(lambda driver: driver.insert_one)
    insert_many = _Call(lambda driver: driver.insert_many)
    replace_one = _Call(lambda driver: driver.replace_one)
    update_one = _Call(lambda driver: driver.update_one)
    update_many = _Call(lambda driver: driver.update_many)
    delete_one = _Call(lambda driver: driver.delete_one)
    delete_many = _Call(lambda driver: driver.delete_many)
    bulk_write = _Call(lambda driver: driver.bulk_write)
    index_information = _Call(lambda driver: driver.index_information)

    def __init__(self, driver: SynchronousCollection) -> None:
        self.driver = driver
        """PyMongo's own, for work inside a thread."""
        self.name = driver.name

    def find(self, *args: Any, session: Any = None, **options: Any) -> FoundDocuments:
        """Those documents that fit."""
        ask = partial(self.driver.find, *args, session=session, **options)
        return FoundDocuments(ask, session)

    def aggregate(
        self, pipeline: Sequence[Mapping[str, Any]], session: Any = None, **options: Any
    ) -> FoundDocuments:
        """What these stages make of its documents."""
        ask = partial(self.driver.aggregate, list(pipeline), session=session, **options)
        return FoundDocuments(ask, session)

    def watch(self, pipeline: Sequence[Document] = ()) -> ChangeStream:
        """A change stream over it, through these stages."""
        return watching(self.driver, pipeline)

    async def upserted(self, where: Document, change: Any) -> Document:
        """The document that fits, after this change, which makes it where there is none."""
        found = await self.find_one_and_update(
            where, change, upsert=True, return_document=pymongo.ReturnDocument.AFTER
        )
        assert found is not None
        return found

    async def added(self, document: Document) -> bool:
        """Insert it; `False`: one of its key is there, which stays."""
        try:
            await self.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def with_options(self, **options: Any) -> Collection:
        """The same, read or written in another way."""
        return Collection(self.driver.with_options(**options))
