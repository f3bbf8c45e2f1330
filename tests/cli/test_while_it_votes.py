"""K3: a command that is under way when a replica set loses its primary waits for the next one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bench.hosted import hosted
from bot.cli.on_database import database_of
from bot.model.settings import Settings
from bot.store.database.mongo import OPTIONS
from bot.store.sealing.keyring import generate
from bot.store.unavailable import DatabaseUnavailable

pytestmark = pytest.mark.ring("all", "starts a process")

LONGER = OPTIONS["serverSelectionTimeoutMS"] / 1_000 + 0.5
"""Seconds after which a process that answers LINE has given up."""


async def test_a_command_waits_for_the_next_primary(tmp_path: Path, free_tcp_port: int) -> None:
    async with hosted(tmp_path / "mongod", free_tcp_port, is_encrypted=False) as address:
        settings = Settings({}, database=address, keys=generate())
        direct = f"mongodb://127.0.0.1:{free_tcp_port}/?directConnection=true"
        with MongoClient[dict[str, Any]](direct) as member:
            async with database_of(tmp_path, settings) as opened:
                await asyncio.to_thread(member.admin.command, {"replSetStepDown": 600, "force": True})
                looking = asyncio.ensure_future(opened.stores.playbooks.all())
                await asyncio.wait([looking], timeout=LONGER)
                assert not looking.done(), looking.exception()
                await asyncio.to_thread(member.admin.command, {"replSetFreeze": 0})  # it votes for itself
                assert await looking == []


async def test_an_address_where_nobody_is_is_told_at_once(tmp_path: Path) -> None:
    settings = Settings({}, database="mongodb://127.0.0.1:1/?replicaSet=rs0", keys=generate())
    with pytest.raises(DatabaseUnavailable):
        async with asyncio.timeout(10), database_of(tmp_path, settings):
            pass
