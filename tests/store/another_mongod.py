"""A mongod beside the embedded one, with options of its own: users who have to sign in, or TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bot.store.mongod.mongod_binary import find_mongod
from tests.eventually import PATIENCE


@asynccontextmanager
async def another(place: Path, port: int, *options: str) -> AsyncIterator[None]:
    """A mongod with options of its own."""
    (place / "db").mkdir()
    ours = ("--dbpath", str(place / "db"), "--port", str(port), "--unixSocketPrefix", str(place), "--quiet")
    process = await asyncio.create_subprocess_exec(
        str(find_mongod()), *ours, *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            async for line in process.stdout:
                if b"Waiting for connections" in line:
                    break
            drained = asyncio.create_task(process.stdout.read())
            if "--replSet" in options:
                await asyncio.to_thread(become_primary, f"127.0.0.1:{port}")
            if "--auth" in options:
                give_owner(f"127.0.0.1:{port}")
            yield
    finally:
        process.terminate()
        await process.wait()
        await drained


def become_primary(at: str) -> None:
    """A replica set of one; whoever is on this machine may make it, as long as nobody has a user."""
    with MongoClient[dict[str, Any]](f"mongodb://{at}/?directConnection=true") as first:
        first.admin.command("replSetInitiate", {"_id": "rs", "members": [{"_id": 0, "host": at}]})
    with MongoClient[dict[str, Any]](f"mongodb://{at}/?replicaSet=rs") as first:
        first.admin.command("hello")  # the driver waits for the primary
        first.server_info()


def give_owner(at: str) -> None:
    """The first user, who gives the others: whoever is on this machine may make it, once."""
    with MongoClient[dict[str, Any]](f"mongodb://{at}") as first:
        first.admin.command("createUser", "oa", pwd="flow", roles=["root"])


def give_user(
    at: str, *roles: str | dict[str, str], name: str = "bot", privileges: Sequence[Mapping[str, Any]] = ()
) -> str:
    """One with these roles and privileges, and no others; the address with name and password."""
    with MongoClient[dict[str, Any]](f"mongodb://oa:flow@{at}") as owner:
        owner.admin.command("createRole", f"of {name}", privileges=list(privileges), roles=list(roles))
        owner.admin.command("createUser", name, pwd="bot", roles=[f"of {name}"])
    return f"mongodb://{name}:bot@{at}"
