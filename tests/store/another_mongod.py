"""A mongod beside the embedded one, with options of its own: users who have to sign in, or TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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
            yield
    finally:
        process.terminate()
        await process.wait()
        await drained


def give_user(at: str, *roles: dict[str, str]) -> None:
    """One called `bot`, whose password is `bot`, with these roles and no others."""
    with MongoClient[dict[str, Any]](f"mongodb://{at}") as first:
        first.admin.command("createUser", "oa", pwd="flow", roles=["root"])
    with MongoClient[dict[str, Any]](f"mongodb://oa:flow@{at}") as owner:
        owner.admin.command("createUser", "bot", pwd="bot", roles=list(roles))
