"""The real, embedded mongod of a test session: what joins it saves a start and a stop."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pymongo import MongoClient

from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import DATABASE, OPTIONS, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.schema import ROW, SCHEMA
from tests.sharded.router import SHARD_KEYS, Router

_embedded: list[EmbeddedDatabase] = []
_routers: list[tuple[Router, Path]] = []


class Running(NamedTuple):
    """Where its data lies, its address for clients, and the path of its socket."""

    data: Path
    uri: str
    socket: str


@cache
def running() -> Running:
    """It, started when it is first asked for. Beside an event loop: `await asyncio.to_thread(running)`."""
    data = Path(tempfile.mkdtemp(prefix="oaflow-tests-"))
    embedded = EmbeddedDatabase(data, initiate)
    asyncio.run(embedded.start_or_join())
    _embedded.append(embedded)
    keep_all(embedded.uri)
    socket = unquote(urlsplit(embedded.uri).netloc)
    return Running(data, _routed(embedded.uri, socket), socket)


def empty() -> Running:
    """The same with no documents in it: what the test before has left there is sealed with its own keys."""
    one = running()
    with emptying(one.uri) as remove:
        remove()
    return one


def _routed(uri: str, socket: str) -> str:
    """The address of a pretend `mongos` before it, where `OAFLOW_ROUTED` names a file for what passes it."""
    if (path := os.environ.get("OAFLOW_ROUTED")) is None:
        return uri
    router = Router(socket, SHARD_KEYS, OPTIONS["appname"])
    router.start()
    _routers.append((router, Path(path)))
    return router.uri


def keep_all(uri: str) -> None:
    """Nothing lapses in it: that goes by the machine's date, and tests have dates of their own.

    Its schema is ours, whatever tests put there. What is removed is gone, and not kept for five minutes more:
    each look at what is empty passed over it.
    """
    with MongoClient[dict[str, Any]](uri) as client:
        client.admin.command({"setParameter": 1, "ttlMonitorEnabled": False})
        client.admin.command({"setParameter": 1, "minSnapshotHistoryWindowInSeconds": 0})
        client[DATABASE].restores.update_one(ROW, {"$set": {"number": SCHEMA}}, upsert=True)


def ended() -> None:
    """End it, where it was started; what has passed its router is written down."""
    for router, path in _routers:
        router.stop()
        with path.open("a") as file:
            file.writelines(
                f"{count}\t{one.reach}\t{one.shape}\t{one.why}\n" for one, count in router.counted.items()
            )
    for embedded in _embedded:
        asyncio.run(embedded.leave())
        shutil.rmtree(running().data, ignore_errors=True)


_BUT_ITS_NUMBER = {"_id": {"$ne": ROW["_id"]}}


@contextmanager
def emptying(uri: str, *but: str) -> Iterator[Callable[[], None]]:
    """Removes all documents, but those of some collections; what is empty is only looked at, all at once."""
    first, *others = (name for name in COLLECTIONS if name not in but)
    looks = [{"$unionWith": {"coll": name, "pipeline": _one_of(name)}} for name in others]

    def empty() -> None:
        for found in collections[first].aggregate([*_one_of(first), *looks]):
            collections[found["_id"]].delete_many(_BUT_ITS_NUMBER)

    with MongoClient[dict[str, Any]](uri, w="majority") as client:
        collections = client[DATABASE]
        yield empty


def _one_of(collection: str) -> list[dict[str, Any]]:
    """The collection's name, where anything lies in it."""
    return [{"$match": _BUT_ITS_NUMBER}, {"$limit": 1}, {"$project": {"_id": {"$literal": collection}}}]
