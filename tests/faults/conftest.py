"""A world of its own for each test here: real processes, a real mongod, HTTP on loopback."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.database import open_database
from bot.model.settings import Settings
from tests.faults.world import World, new_world


@pytest.fixture(scope="session")
def fresh_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database is ready and empty, with its keys: copied, it saves each test a second."""
    data = tmp_path_factory.mktemp("fresh")

    async def prepare() -> None:
        opened = await open_database(Settings({}), data, {"OAFLOW_DATA": str(data)}, "")
        await opened.close()

    asyncio.run(prepare())
    return data


@pytest.fixture
async def world(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """LINE, a playbook, an empty database, and no process yet."""
    place = tmp_path_factory.mktemp("w")  # short, as a socket's path has to be
    shutil.copytree(fresh_data, place / "data")
    async with new_world(place) as world:
        yield world
