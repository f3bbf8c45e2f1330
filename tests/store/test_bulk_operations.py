"""What is written for many, some at a time: the primary has each go, and the majority is waited for once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import WriteConcern
from pymongo.errors import BulkWriteError

from bot.store.database import bulk_operations
from bot.store.database.bulk_commands import known_already
from bot.store.database.bulk_operations import insert_in_between, update_in_between
from bot.store.database.command_wire import CommandWire
from bot.store.database.mongo import Database, Document
from tests.eventually import eventually
from tests.store.test_direct import connected
from tests.store.test_same_term_write import primary_of, stand_for_good, three_members

ROWS = [f"row {number}" for number in range(12)]
ALONE, ALL = {"w": 1}, {"w": "majority", "j": True}


@pytest.fixture
async def sent(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """The writes that went over connections of our own, which are there; five rows a go."""
    await connected(database)
    monkeypatch.setattr(type(database), "at_a_time", 5)
    told: list[Document] = []
    ask = database.direct.ask

    async def heard(what: Document, line: CommandWire | None = None) -> Document | None:
        told.append(what)
        return await ask(what, line)

    monkeypatch.setattr(database.direct, "ask", heard)
    return told


def documents(rows: Any) -> list[Document]:
    return [{"_id": row} for row in rows]


def marked(rows: Any) -> tuple[Document, Document]:
    return {"_id": {"$in": list(rows)}}, {"$set": {"done": True}}


def concerns(sent: list[Document]) -> list[Document]:
    return [command["writeConcern"] for command in sent]


async def test_the_majority_is_waited_for_with_the_last(database: Database, sent: list[Document]) -> None:
    await insert_in_between(database, "trace", ROWS, documents)
    await update_in_between(database, "trace", ROWS, marked)
    assert concerns(sent) == 2 * [ALONE, ALONE, ALL]
    assert await stand_for_good(database, "trace") == set(ROWS)
    assert await database.collection("trace").count_documents({"done": True}) == len(ROWS)


async def test_what_is_one_go_waits_for_it_and_nothing_is_not_written(
    database: Database, sent: list[Document]
) -> None:
    await insert_in_between(database, "trace", ROWS[:2], documents)
    await insert_in_between(database, "trace", [], documents)
    assert concerns(sent) == [ALL]


@pytest.mark.parametrize("by_driver", [False, True], ids=["directly", "by the driver"])
async def test_what_is_there_stays_and_is_told_and_the_others_are_written(
    database: Database, sent: list[Document], by_driver: bool
) -> None:
    if by_driver:
        database.direct.close()
    await database.collection("trace").insert_one({"_id": ROWS[3], "first": True})
    assert await insert_in_between(database, "trace", ROWS, documents) == [ROWS[3]]
    assert await database.collection("trace").find_one({"_id": ROWS[3]}) == {"_id": ROWS[3], "first": True}
    assert await stand_for_good(database, "trace") == set(ROWS)


async def test_what_mongodb_will_not_take_is_told(database: Database) -> None:
    await connected(database)
    with pytest.raises(BulkWriteError):
        await insert_in_between(database, "trace", [["a list"]], lambda rows: [{"_id": rows[0]}])


@pytest.mark.parametrize("terms", [[1, 2, 2], [1, 1, 2], [1, None, 1], [None, None, None]], ids=str)
async def test_what_is_not_of_one_term_is_written_once_more(
    database: Database, sent: list[Document], monkeypatch: pytest.MonkeyPatch, terms: list[int | None]
) -> None:
    told = iter([*terms, 2, 2, 2])
    monkeypatch.setattr(bulk_operations, "term_of", lambda answer: next(told))
    await insert_in_between(database, "trace", ROWS, documents)
    assert concerns(sent) == [ALONE, ALONE, ALL, ALL, ALL, ALL]


async def test_where_several_logs_are_written_each_waits_for_the_majority(
    database: Database, sent: list[Document]
) -> None:
    database.direct._is_primary = False  # as with mongos, which writes to several
    await insert_in_between(database, "trace", ROWS, documents)
    assert concerns(sent) == [ALL, ALL, ALL]


@pytest.mark.parametrize(("lost", "again"), [((0,), 0), ((1,), 0), ((2,), 3), ((0, 1, 2), 0)], ids=str)
async def test_what_is_not_answered_the_driver_writes_which_vouches_for_nothing_else(
    database: Database,
    sent: list[Document],
    monkeypatch: pytest.MonkeyPatch,
    lost: tuple[int, ...],
    again: int,
) -> None:
    ask, number = database.direct.ask, iter(range(100))

    async def answered(what: Document, line: CommandWire | None = None) -> Document | None:
        answer = await ask(what, line)
        return None if next(number) in lost else answer

    monkeypatch.setattr(database.direct, "ask", answered)
    await insert_in_between(database, "trace", ROWS, documents)
    assert concerns(sent)[3:] == again * [ALL]
    assert await stand_for_good(database, "trace") == set(ROWS)


@pytest.mark.ring("soak", "another term is held by answers, and by test_same_term_write.py")
async def test_rows_that_a_primary_takes_back_are_written_once_more(
    tmp_path: Path, free_tcp_port_factory: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: nothing counts as done whose row is gone. The first go is one that only the old primary has."""
    ports = [free_tcp_port_factory() for _ in range(3)]
    async with three_members(tmp_path, ports) as ((first, *others), database):
        await connected(database)
        await asyncio.gather(*(one.hears_nothing() for one in others))
        goes = 0

        @asynccontextmanager
        async def between() -> AsyncIterator[None]:
            nonlocal goes
            goes += 1
            if goes == 2:
                first.freeze()
                await primary_of(others)
                await asyncio.gather(*(one.hears_again() for one in others))
                first.thaw()
                await eventually(lambda: first.has("trace", ROWS[0]), lambda has_it: has_it is False)
            yield

        monkeypatch.setattr(type(database), "at_a_time", 5)
        monkeypatch.setattr(database, "bulk", between)
        await insert_in_between(database, "trace", ROWS, documents)
        assert goes >= 6
        assert await stand_for_good(database, "trace") == {"0", *ROWS}


@pytest.mark.ring("all", "starts a process")
async def test_rows_that_are_there_are_vouched_for_too(
    tmp_path: Path, free_tcp_port_factory: Callable[[], int]
) -> None:
    """A journal is written once more: all of it is there, and perhaps the primary alone has it."""
    ports = [free_tcp_port_factory() for _ in range(3)]
    async with three_members(tmp_path, ports) as ((first, *others), database):
        await connected(database)
        await asyncio.gather(*(one.hears_nothing() for one in others))
        alone = database.collection("trace").with_options(write_concern=WriteConcern(1))
        await alone.insert_many(documents(ROWS))
        writing = asyncio.create_task(insert_in_between(database, "trace", ROWS, documents))

        async def waiting() -> bool:
            ours: Document = {"command.insert": "trace", "command.writeConcern.w": "majority"}
            found = first.client.admin.command({"currentOp": True, **ours})
            return writing.done() or bool(found["inprog"])

        await eventually(waiting, bool)
        assert not writing.done()
        await asyncio.gather(*(one.hears_again() for one in others))
        await writing
        assert await stand_for_good(database, "trace") == {"0", *ROWS}


@pytest.mark.parametrize("codes", [(11000, 10107), (10107,), (112, 11000)], ids=str)
def test_what_is_there_hides_nothing_else(codes: tuple[int, ...]) -> None:
    refused = BulkWriteError({"writeErrors": [{"index": n, "code": code} for n, code in enumerate(codes)]})
    with pytest.raises(BulkWriteError):
        known_already(refused)
    assert known_already(BulkWriteError({"writeErrors": [{"index": 3, "code": 11000}]})) == [3]
