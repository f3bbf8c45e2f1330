"""A world of its own for each test here: real processes, a real mongod, HTTP on loopback."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.embedded import EmbeddedDatabase
from bot.store.mongo import initiate
from tests.faults.world import World, new_world


@pytest.fixture(scope="session")
def fresh_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose mongod has been started once: copied, it saves each test a second."""
    data = tmp_path_factory.mktemp("fresh")
    embedded = EmbeddedDatabase(data, initiate)
    asyncio.run(embedded.start_or_join())
    asyncio.run(embedded.leave())
    return data


@pytest.fixture
async def world(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """LINE, a playbook, an empty database, and no process yet."""
    place = tmp_path_factory.mktemp("w")  # short, as a socket's path has to be
    shutil.copytree(fresh_data, place / "data")
    async with new_world(place) as world:
        yield world
