"""Fixtures of tests with a database: one real mongod for the session, emptied before each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests import running
from tests.eventually import eventually
from tests.running import emptying


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """After everybody who has joined it."""
    running.ended()


@pytest.fixture(scope="session")
def mongod() -> str:
    """The address of a real, embedded mongod that lives as long as the test session."""
    return running.running().uri


@pytest.fixture(scope="session")
def prepared(mongod: str) -> str:
    async def prepare() -> None:
        database = Database(mongod)
        await database.prepare()
        database.close()

    asyncio.run(prepare())
    return mongod


@pytest.fixture(scope="session")
def emptied(prepared: str) -> Iterator[Callable[[], None]]:
    """Removes all documents."""
    with emptying(prepared) as empty:
        yield empty


@pytest.fixture
async def database(prepared: str, emptied: Callable[[], None], plain: bool) -> AsyncIterator[Database]:
    """An empty database with all indexes."""
    emptied()
    database = Database(prepared, plain=plain)
    await eventually(partial(_reached, database), bool)
    yield database
    database.close()


async def _reached(database: Database) -> bool:
    """A machine may stand still for longer than a webhook would wait for a first connection."""
    try:
        await database.ping()
    except DatabaseUnavailable:
        return False
    return True


@pytest.fixture(scope="session")
def seal() -> Seal:
    return Seal(parse(generate()))


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    """All repositories, on the empty database."""
    return stores_of(database, seal)
