"""Reads and writes on the path of each event, and polling: over our own connections, else by the driver in a
thread.

Each raises `DatabaseUnavailable`. A write may be repeated (`bulk_commands`). Bulk work takes the same way a
slice at a time, in `Database.bulk`, and in threads of its own (`visit_beside`).

A command costs 300 µs of CPU in PyMongo and more in a thread; the same bytes written by the event loop cost
80. PyMongo finds the primary, makes TLS and signs in; of that connection the socket is taken, and OP_MSG
spoken on it. It is a short cut, never the only way: what it cannot do, or cannot know to be done, is made
once more by PyMongo in a thread. So each such write may be made twice: an inbox entry is known by its id, a
turn by its revision. Weighed: PyMongo's asynchronous client (as dear for each command), a TLS connection of
our own, `bulkWrite` over collections (MongoDB 8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from pymongo.errors import BulkWriteError

from bot.store.database.bulk_commands import (
    Update,
    acknowledged,
    insert_all,
    insertion,
    update_all,
    updating,
)
from bot.store.database.collection import translating
from bot.store.database.mongo import Database, Document
from bot.store.unavailable import DatabaseUnavailable

HALVED = 16
"""Updates that are made by two commands, side by side: MongoDB makes those of one one after the other.

Not of what is for many: nobody waits for it, and connections are few.
"""


@translating
async def insert(database: Database, name: str, documents: Sequence[Document]) -> None:
    """Insert these, each by itself. Raises `BulkWriteError`."""
    answer = await database.direct.ask(insertion(name, documents))
    if answer is None:
        return await database.visit(partial(insert_all, database.synchronous(name), documents))
    acknowledged(answer)
    return None


@translating
async def update(database: Database, name: str, updates: Sequence[Update], *, for_many: bool = False) -> int:
    """Update one document for each of these, by its `_id`; how many were found or put in.

    Raises `BulkWriteError`; all are made, or tried, by then.
    """
    if for_many or len(updates) < HALVED:
        return await _updated(database, name, updates, for_many=for_many)
    middle = len(updates) // 2
    halves = (_updated(database, name, half) for half in (updates[:middle], updates[middle:]))
    # who looks what was made although one has failed must not be faster than the other
    return _sum_of(await asyncio.gather(*halves, return_exceptions=True))


def _sum_of(halves: Sequence[int | BaseException]) -> int:
    """Of both; what one has failed with, the worst of it, as of one command. `index` counts in its half."""
    refused = [half for half in halves if isinstance(half, BulkWriteError)]
    worse = [half for half in halves if isinstance(half, BaseException) and half not in refused]
    if worse:  # nobody knows what was made; and that MongoDB is away is nobody's fault
        raise next((one for one in worse if isinstance(one, DatabaseUnavailable)), worse[0])
    if refused:
        raise BulkWriteError({"writeErrors": [e for one in refused for e in one.details["writeErrors"]]})
    return sum(half for half in halves if isinstance(half, int))


async def _updated(
    database: Database, name: str, updates: Sequence[Update], *, for_many: bool = False
) -> int:
    answer = await database.direct.ask(updating(name, updates))
    if answer is None:
        visit = database.visit_beside if for_many else database.visit
        return await visit(partial(update_all, database.synchronous(name), updates))
    return int(acknowledged(answer)["n"])


@translating
async def find(
    database: Database,
    name: str,
    where: Document,
    fields: Document | None = None,
    *,
    sort: Mapping[str, int] | None = None,
    limit: int = 0,
    for_many: bool = False,
) -> list[Document]:
    """The documents that fit, in this order, at most so many (0: all); of each these fields, or all of it."""
    command: Document = {"find": name, "filter": where, "batchSize": ALL, "limit": limit}
    if fields is not None:
        command["projection"] = fields
    if sort is not None:
        command["sort"] = sort
    found = await _all(database, command)
    if found is None:
        collection = database.synchronous(name)
        visit = database.visit_beside if for_many else database.visit
        order = None if sort is None else list(sort.items())
        return await visit(lambda: list(collection.find(where, fields, sort=order, limit=limit)))
    return found


async def find_one(
    database: Database,
    name: str,
    where: Document,
    fields: Document | None = None,
    *,
    sort: Mapping[str, int] | None = None,
) -> Document | None:
    """The first document that fits, as by `find`."""
    found = await find(database, name, where, fields, sort=sort, limit=1)
    return found[0] if found else None


@translating
async def aggregate(database: Database, name: str, pipeline: list[Document]) -> list[Document]:
    """All documents that come of it."""
    command = {"aggregate": name, "pipeline": pipeline, "cursor": {"batchSize": ALL}}
    found = await _all(database, command)
    if found is None:
        return await database.visit(lambda: list(database.synchronous(name).aggregate(pipeline)))
    return found


async def _all(database: Database, command: Document) -> list[Document] | None:
    """What a question finds; `None`: it was not answered, or not all of it fits into one answer."""
    answer = await database.direct.ask(command)
    if answer is None or answer["cursor"]["id"]:
        return None
    found: list[Document] = answer["cursor"]["firstBatch"]
    return found


ALL = 10_000
"""Documents in one answer: more than anybody asks for here."""
