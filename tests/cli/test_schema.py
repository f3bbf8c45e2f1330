"""One number says in which form all is stored: another, or data without one, is refused before anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bot.app.database import OpenDatabase, open_database
from bot.app.environment import SettingsWrong
from bot.model.settings import Settings
from bot.store.database.mongo import DATABASE, PRETEND
from bot.store.schema import ROW, SCHEMA
from bot.store.sealing.keyring import load_or_generate
from tests.cli.commands import Running
from tests.cli.oaflow import ended_here

NEW = "of_schema"
"""A database of its own: that of the other tests has its number, and indexes."""


class Here(Exception):
    """As far as it is to come."""


@pytest.fixture
def server(running: Running, but_keys: Callable[[], None]) -> Iterator[MongoClient[dict[str, Any]]]:
    """The MongoDB of the tests, without the database `NEW`."""
    but_keys()
    with MongoClient[dict[str, Any]](running.uri, w="majority") as client:
        client.drop_database(NEW)
        yield client
        client.drop_database(NEW)
        client[DATABASE].restores.update_one(ROW, {"$set": {"number": SCHEMA}}, upsert=True)


def settings(running: Running) -> Settings:
    keys = load_or_generate(running.folder / "keys")
    assert keys.current
    address = running.uri.replace("/?", f"/{NEW}?")
    return Settings({}, database=address, keys=(running.folder / "keys").read_text().strip())


async def opened(running: Running, process: str = "test") -> OpenDatabase:
    return await open_database(settings(running), running.folder, {}, process)


def content(client: MongoClient[dict[str, Any]], name: str = NEW) -> dict[str, list[Any]]:
    return {one: [*client[name][one].find({})] for one in sorted(client[name].list_collection_names())}


async def test_a_new_database_gets_ours_before_anything_else(
    server: MongoClient[dict[str, Any]], running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends_here(*_: object) -> None:
        assert content(server) == {"restores": [{**ROW, "number": SCHEMA}]}
        raise Here

    with monkeypatch.context() as patched:
        patched.setattr("bot.app.database.refuse_unless_ours", ends_here)
        with pytest.raises(Here):
            await opened(running)
    for _ in range(2):
        await (await opened(running)).close()
    assert server[NEW].restores.find_one(ROW) == {**ROW, "number": SCHEMA}


async def test_two_that_begin_it_at_once_both_have_it(
    server: MongoClient[dict[str, Any]], running: Running
) -> None:
    for one in await asyncio.gather(*(opened(running, f"p{number}") for number in range(6))):
        await one.close()
    assert server[NEW].restores.count_documents(ROW) == 1


async def test_who_looks_while_another_has_begun_it_is_not_refused(
    server: MongoClient[dict[str, Any]], running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has found no number, and then data: the number is older than these."""
    from bot.store import schema

    def meanwhile(_: object) -> bool:
        server[NEW].restores.insert_one({**ROW, "number": SCHEMA})
        server[NEW].keys.insert_one({"_id": "other"})
        server[NEW].keys.delete_one({"_id": "other"})
        return True

    monkeypatch.setattr(schema, "_has_data", meanwhile)
    await (await opened(running)).close()


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (SCHEMA + 1, f"has the schema {SCHEMA + 1}, and this oaflow has {SCHEMA}"),
        (None, "a development version"),
    ],
)
async def test_another_or_none_beside_data_is_refused_and_nothing_is_written(
    server: MongoClient[dict[str, Any]], running: Running, number: int | None, says: str
) -> None:
    server[NEW].contacts.insert_one({"_id": "main:U1"})
    if number is not None:
        server[NEW].restores.insert_one({**ROW, "number": number})
    before = content(server)
    with pytest.raises(SettingsWrong, match=says):
        await opened(running)
    assert content(server) == before


@pytest.mark.parametrize("words", [("status",), ("contact", "find", "0912345678"), ("publish",), ("doctor",)])
def test_each_command_says_so_in_both_languages(
    server: MongoClient[dict[str, Any]], running: Running, people: Path, words: tuple[str, ...]
) -> None:
    """On the embedded one, too."""
    server[DATABASE].restores.update_one(ROW, {"$set": {"number": SCHEMA + 1}})
    command, *more = words
    for spoken, says in (("en_US.UTF-8", "another OAFLOW_DATA"), ("zh_TW.UTF-8", "另一個 OAFLOW_DATA")):
        end = ended_here(command, *more, str(people), OAFLOW_DATA=str(running.folder), LC_ALL=spoken)
        assert (end.code, says in end.err + end.out) == (1, True), end


async def test_a_simulators_has_it_and_a_command_beside_it_looks(
    server: MongoClient[dict[str, Any]], running: Running
) -> None:
    environment = {"OAFLOW_DATA": str(running.folder)}
    simulator = await open_database(Settings({}), running.folder, environment, "", pretend=True)
    real = await open_database(Settings({}), running.folder, environment, "")
    try:
        name = f"{PRETEND}{simulator.process}"
        assert server[name].restores.find_one(ROW) == {**ROW, "number": SCHEMA}
        server[name].restores.update_one(ROW, {"$set": {"number": SCHEMA + 1}})
        with pytest.raises(SettingsWrong, match=f"{name} has the schema {SCHEMA + 1}"):
            await real.everywhere()
    finally:
        await real.close()
        await simulator.close()
