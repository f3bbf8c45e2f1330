"""A database whose user has the one role that the documentation asks for: the bot needs no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.collections import COLLECTIONS, LIFE, Expires
from bot.store.database.mongo import Database
from tests.store.another_mongod import another, give_user

TOLD = [name for name, spec in COLLECTIONS.items() if isinstance(spec.life, Expires) and spec.life.as_told]


@pytest.fixture
async def database(tmp_path: Path, free_tcp_port: int) -> AsyncIterator[Database]:
    at = f"127.0.0.1:{free_tcp_port}"
    async with another(tmp_path, free_tcp_port, "--auth"):
        give_user(at, {"role": "readWrite", "db": "oaflow"})
        database = Database(f"mongodb://bot:bot@{at}")
        await database.prepare()
        yield database
        await asyncio.to_thread(database.close)


async def test_what_is_said_ends_when_the_playbook_says(database: Database) -> None:
    """It was kept for ever: such a user may not change an index, and was refused, once a minute."""
    assert TOLD
    for days in (180, 180, 90, 0):
        for name in TOLD:
            await database.keep(name, timedelta(days=days))
            life = (await database.collection(name).index_information())[LIFE]
            assert life["expireAfterSeconds"] == days * 86_400
