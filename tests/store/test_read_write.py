"""Which rights a database's user needs: the one role that the documentation asks for, and no less."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.collection_spec import LIFE, Expires
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import BUSY, Database
from bot.store.unavailable import AccessDenied
from tests.store.another_mongod import another, give_user

pytestmark = pytest.mark.ring("all", "starts a process")

TOLD = [
    name for name, spec in COLLECTIONS.items() if isinstance(spec.life, Expires) and spec.life.by_playbook
]


@pytest.fixture
async def signing_in(tmp_path: Path, free_tcp_port: int) -> AsyncIterator[str]:
    """Where a mongod is that knows users."""
    async with another(tmp_path, free_tcp_port, "--auth"):
        yield f"127.0.0.1:{free_tcp_port}"


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Database]:
    database = Database(address)
    try:
        yield database
    finally:
        await asyncio.to_thread(database.close)


async def test_what_is_said_ends_when_the_playbook_says(signing_in: str) -> None:
    """It was kept for ever: such a user may not change an index, and was refused, once a minute."""
    async with connected(give_user(signing_in, {"role": "readWrite", "db": "oaflow"})) as database:
        await database.prepare()
        assert TOLD
        for days in (180, 180, 90, 0):
            for name in TOLD:
                await database.keep(name, timedelta(days=days))
                life = (await database.collection(name).index_information())[LIFE]
                assert life["expireAfterSeconds"] == days * 86_400


def privilege(collection: str, *actions: str) -> dict[str, Any]:
    return {"resource": {"db": "oaflow", "collection": collection}, "actions": list(actions)}


READ = {"role": "read", "db": "oaflow"}
LESS = {
    "reads": ([READ], [], "insert, update, remove, createIndex"),
    "elsewhere": ([{"role": "readWrite", "db": "shop"}], [], "find, insert, update, remove, createIndex"),
    "keeps all": ([], [privilege("", "find", "insert", "update", "createIndex")], "remove"),
    "one": (
        [READ],
        [privilege("inbox", "insert", "update", "remove")],
        "insert, update, remove, createIndex",
    ),
}
ENOUGH = {"anywhere": "readWriteAnyDatabase", "root": "root", "everything": "__system"}


async def test_who_lacks_a_right_is_told_which_at_once(signing_in: str) -> None:
    """A start asked again for 15 s; who may do all but remove noticed it days later."""
    began = time.monotonic()
    for name, (roles, privileges, rights) in LESS.items():
        async with connected(give_user(signing_in, *roles, name=name, privileges=privileges)) as database:
            await database.ready()
            with pytest.raises(AccessDenied) as denied:
                await database.prepare()
        assert f"allow the user to {rights} in the database oaflow: give it  readWrite" in str(denied.value)
    async with connected(f"mongodb://{signing_in}") as database:
        with pytest.raises(AccessDenied, match="its address needs a user with  readWrite"):
            await database.prepare()
    async with connected(f"mongodb://reads:wrong@{signing_in}") as database:
        with pytest.raises(AccessDenied, match="does not take the user or the password"):
            await database.ready()
    assert time.monotonic() - began < BUSY / 2
    for name, role in ENOUGH.items():
        async with connected(give_user(signing_in, role, name=name)) as database:
            await database.prepare()
