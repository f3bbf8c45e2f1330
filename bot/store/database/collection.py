"""A collection of MongoDB whose every call raises `DatabaseUnavailable` where MongoDB is away.

Inside of a transaction a call raises the driver's own errors, by which that is tried again;
`Database.transaction` turns what is left of them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, Generic, ParamSpec, Self, TypeAlias, TypeVar

import pymongo
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.collection import Collection as PymongoCollection
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
Driver: TypeAlias = AsyncIOMotorCollection[Document]
SynchronousCollection: TypeAlias = PymongoCollection[Document]
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


async def _asked(
    session: object, call: Callable[P, Awaitable[T]], /, *args: P.args, **options: P.kwargs
) -> T:
    try:
        return await call(*args, **options)
    except PyMongoError as error:
        if session is not None or (away := _unavailable(error)) is None:
            raise
        raise away from error


def translating(call: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same call, as within `reaching`; but one with a `session` raises the errors of the driver."""

    @wraps(call)
    async def translated(*args: P.args, **options: P.kwargs) -> T:
        return await _asked(options.get("session"), call, *args, **options)

    return translated


class FoundDocuments:
    """What a question finds, a document after the other, or all of them."""

    def __init__(self, driver: Any, session: object) -> None:
        self._driver = driver
        self._session = session

    def sort(self, *order: Any) -> Self:
        """In this order."""
        self._driver.sort(*order)
        return self

    def limit(self, most: int) -> Self:
        """At most so many; 0: all."""
        self._driver.limit(most)
        return self

    def skip(self, number: int) -> Self:
        """Not the first so many."""
        self._driver.skip(number)
        return self

    def batch_size(self, number: int) -> Self:
        """So many are handed over at a time."""
        self._driver.batch_size(number)
        return self

    def hint(self, index: Any) -> Self:
        """By this index."""
        self._driver.hint(index)
        return self

    async def to_list(self, length: int | None) -> list[Document]:
        """All of them, or the first."""
        found: list[Document] = await _asked(self._session, self._driver.to_list, length)
        return found

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Document:
        document: Document = await _asked(self._session, self._driver.__anext__)
        return document


class _Call(Generic[P, T]):
    """A call of the driver's, translated where it is first asked for: the repositories of a process have 160
    collections, and to wrap all calls of all of them takes longer than to connect."""

    def __init__(self, of: Callable[[Driver], Callable[P, Awaitable[T]]]) -> None:
        self._of = of

    def __set_name__(self, owner: type[Collection], name: str) -> None:
        self._name = name

    def __get__(self, rows: Collection, owner: type[Collection]) -> Callable[P, Coroutine[Any, Any, T]]:
        async def call(*args: P.args, **options: P.kwargs) -> T:
            return await _asked(options.get("session"), self._of(rows.driver), *args, **options)

        vars(rows)[self._name] = call  # and is found there from then on
        return call


class Collection:
    """A collection as motor has it, with our own errors: no call has to be made within `reaching`."""

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

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.name = driver.name
        self.watch = driver.watch

    def find(self, *args: Any, session: Any = None, **options: Any) -> FoundDocuments:
        """Those documents that fit."""
        return FoundDocuments(self.driver.find(*args, session=session, **options), session)

    def aggregate(
        self, pipeline: Sequence[Mapping[str, Any]], session: Any = None, **options: Any
    ) -> FoundDocuments:
        """What these stages make of its documents."""
        return FoundDocuments(self.driver.aggregate(list(pipeline), session=session, **options), session)

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
