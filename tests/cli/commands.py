"""Commands in the test's own process, and the database of the session that they join (`FIXTURES`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

import pytest

from bot.app.database import OpenDatabase, open_database
from bot.cli.main import main
from bot.model.settings import Settings
from bot.store.database.mongo import DATABASE, Database, initiate
from bot.store.mongod.embedded import OWN_NAME, EmbeddedDatabase
from bot.store.stores import Stores
from tests.running import emptying, keep_all

Written: TypeAlias = Callable[[str], Path]
OnStores: TypeAlias = Callable[[Callable[[Stores], Awaitable[None]]], None]


class Said(NamedTuple):
    """What a command has said."""

    out: str
    err: str


Run: TypeAlias = Callable[..., Said]
"""Carries out the command of these words, which ends well, or with `code`; what it says."""


class Running(NamedTuple):
    """A database that runs as long as the session: a command that joins it saves a start and a stop."""

    folder: Path
    uri: str


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("data")
    embedded = EmbeddedDatabase(folder, initiate)
    asyncio.run(embedded.start_or_join())
    keep_all(embedded.uri)
    yield Running(folder, embedded.uri)
    asyncio.run(embedded.leave())


@pytest.fixture(scope="session")
def indexed(running: Running) -> Iterator[None]:
    """It has all indexes, and no command asks for each of them once more: that was half of what it is to open
    it. Of another database they are asked for."""
    prepare, socket = Database.prepare, unquote(urlsplit(running.uri).netloc)

    async def elsewhere(database: Database) -> None:
        servers = database.client.topology_description.server_descriptions()
        if database.name != DATABASE or socket not in (host for host, _ in servers):
            await prepare(database)

    async def here() -> None:
        database = Database(running.uri)
        await database.prepare()
        database.close()

    asyncio.run(here())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Database, "prepare", elsewhere)
        yield


@pytest.fixture(scope="session")
def but_keys(running: Running, indexed: None) -> Iterator[Callable[[], None]]:
    """Removes everybody and everything from it, but the keys."""
    with emptying(running.uri, "keys") as empty:
        yield empty


@pytest.fixture(scope="session")
def on_stores(running: Running) -> Iterator[OnStores]:
    """Does something in it by one connection for all tests: to open it costs more than most of that.

    It is opened again where another test has replaced keys since: it could not read what they seal.
    """
    environment = {"OAFLOW_DATA": str(running.folder)}

    async def begin() -> tuple[OpenDatabase, set[str]]:
        opened = await open_database(Settings({}), running.folder, environment, "test")
        await opened.mark.remove()  # else it is renewed in between, and tests of the mark see it
        return opened, await keys_in(opened)

    async def keys_in(opened: OpenDatabase) -> set[str]:
        return {str(row["_id"]) async for row in opened.stores.database.collection("keys").find({})}

    with asyncio.Runner() as runner:
        opened, keys = runner.run(begin())

        async def done(work: Callable[[Stores], Awaitable[None]]) -> None:
            nonlocal opened, keys
            if await keys_in(opened) != keys:
                await opened.close()
                opened, keys = await begin()
            await work(opened.stores)

        yield lambda work: runner.run(done(work))
        runner.run(opened.close())


@pytest.fixture
def data(running: Running, but_keys: Callable[[], None]) -> Path:
    """Its data folder, with nobody and nothing in it but the keys."""
    but_keys()
    return running.folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """In this process; what was said before is forgotten."""

    def ran(*words: str, code: int = 0) -> Said:
        capsys.readouterr()
        ended = main(words)
        said = Said(*capsys.readouterr())
        assert ended == code, said
        return said

    return ran


@pytest.fixture
def written(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Makes a shop of this playbook, on the database that runs."""
    monkeypatch.delenv("OAFLOW_DATA", raising=False)

    def write(playbook: str) -> Path:
        (tmp_path / OWN_NAME).symlink_to(data)
        (tmp_path / "bot.yaml").write_text(playbook, "utf-8")
        return tmp_path

    return write
