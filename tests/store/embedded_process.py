"""Another process with the embedded database, told line by line what to do, and how tests drive it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.mongod.mongod_binary import MEMBER_HOST, REPLICA_SET, find_mongod
from bot.store.mongod.mongod_process import Mongod, comes_true
from tests.eventually import PATIENCE

ALREADY_INITIALIZED = 23


def _initiate(uri: str) -> None:
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5_000) as client:
        try:
            config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": MEMBER_HOST}]}
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:
                raise
        while not (told := client.admin.command("hello"))["isWritablePrimary"]:
            changed = {"topologyVersion": told["topologyVersion"], "maxAwaitTimeMS": 1_000}
            client.admin.command("hello", **changed)  # answers when anything has


async def initiate(uri: str) -> None:
    """Make a fresh mongod a replica set of one and wait for its primary."""
    await asyncio.to_thread(_initiate, uri)


def _documents(client: MongoClient[dict[str, Any]]) -> Collection[dict[str, Any]]:
    return client.test.get_collection("things", write_concern=WriteConcern("majority", j=True))


def insert(uri: str, **document: object) -> None:
    """Store a document for good."""
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5_000) as client:
        _documents(client).insert_one(dict(document))


def count(uri: str) -> int:
    """How many documents are there."""
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5_000) as client:
        return _documents(client).count_documents({})


def mongod_of(data: Path) -> Mongod:
    """The mongod of a data folder, for looking at."""
    return Mongod(find_mongod(), data.resolve() / "db", data.resolve() / "sockets", data / "mongod.log")


def mongod_pid(data: Path) -> int:
    """The process id of the mongod over this data."""
    pid = mongod_of(data).pid()
    assert pid is not None, "no mongod serves this folder"
    return pid


@contextmanager
def data_folder(place: Path) -> Iterator[Path]:
    """A folder for a database that is ended with the test."""
    folder = place / "d"
    yield folder
    pid = mongod_of(folder).pid()
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


async def gone(data: Path) -> None:
    """Wait until no mongod serves the folder, at most 10 s."""
    async with asyncio.timeout(PATIENCE):
        await comes_true(lambda: mongod_of(data).pid() is None)


class OtherProcess:
    """A process of its own with an EmbeddedDatabase on `data`."""

    def __init__(self, data: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.embedded_process", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.client_id = self.answer()

    def say(self, word: str) -> None:
        """Give a command without waiting: `join`, `leave`, `insert`, `count`."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        """The answer to the oldest command; the process bounds its time."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def ask(self, word: str) -> str:
        """Give a command and wait for its answer."""
        self.say(word)
        return self.answer()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """End the process without leaving the database."""
        with self._process:
            pass


async def _obey(database: EmbeddedDatabase, word: str) -> str:
    match word:
        case "join":
            await database.start_or_join()
        case "leave":
            await database.leave()
        case "insert":
            await asyncio.to_thread(insert, database.uri)
        case "count":
            return str(await asyncio.to_thread(count, database.uri))
        case _:
            raise ValueError(word)
    return "done"


async def _main() -> None:
    database = EmbeddedDatabase(Path(sys.argv[1]), initiate)
    print(database.client_id, flush=True)  # noqa: T201
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(await _obey(database, line.strip()), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_main())
