"""The real, embedded mongod of a test session: what joins it saves a start and a stop."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pymongo import MongoClient

from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase

_embedded: list[EmbeddedDatabase] = []


class Running(NamedTuple):
    """Where its data lies, and its address."""

    data: Path
    uri: str


@cache
def running() -> Running:
    """It, started when it is first asked for. Beside an event loop: `await asyncio.to_thread(running)`."""
    data = Path(tempfile.mkdtemp(prefix="oaflow-tests-"))
    embedded = EmbeddedDatabase(data, initiate)
    asyncio.run(embedded.start_or_join())
    _embedded.append(embedded)
    with MongoClient[dict[str, Any]](embedded.uri) as client:  # it goes by the machine's date, tests by `NOW`
        client.admin.command({"setParameter": 1, "ttlMonitorEnabled": False})
    return Running(data, embedded.uri)


def ended() -> None:
    """End it, where it was started."""
    for embedded in _embedded:
        asyncio.run(embedded.leave())
        shutil.rmtree(running().data, ignore_errors=True)
