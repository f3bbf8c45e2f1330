"""Which processes live, and what they can serve."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.processes import Serving
from bot.operations.rollout import Serves, wait_until_served
from bot.store.database.mongo import Database
from bot.store.database.processes import Processes

OLD, NEW = "a" * 64, "b" * 64
FIRST = Serving("p1", "srv1:/srv/$shop", OLD, NEW)
SECOND = Serving(
    "p2",
    "srv2:/srv/shop",
    OLD,
    None,
    line="http://127.0.0.1:8080/simulator/line",
    filled={"LIFF_ID": "$simulated"},
)


@pytest.fixture
async def processes(database: Database) -> Processes:
    processes = Processes(database)
    for one in (SECOND, FIRST):
        await processes.heartbeat(one)
    return processes


async def test_who_tells_lives(processes: Processes) -> None:
    """By place; the last word counts. A folder's name is text, whatever it looks like."""
    assert await processes.alive() == [FIRST, SECOND]
    later = Serving("p1", FIRST.where, NEW, NEW)
    await processes.heartbeat(later)
    assert await processes.alive() == [later, SECOND]


async def test_who_leaves_or_is_silent_does_not(processes: Processes, database: Database) -> None:
    await processes.leave("p1")
    assert await processes.alive() == [SECOND]
    past = datetime(2026, 1, 1, tzinfo=UTC)
    await database.collection("processes").update_one({"_id": "p2"}, {"$set": {"until": past}})
    assert await processes.alive() == []


async def test_who_is_known_to_have_ended_does_not(processes: Processes, database: Database) -> None:
    assert await Processes(database, lambda process: process == "p1").alive() == [SECOND]


async def test_who_could_serve(processes: Processes) -> None:
    """In its files, or running: it is an outage where that is nobody of those who live."""
    alive = await processes.alive()
    new, old, other = (Serves(version, alive) for version in (NEW, OLD, "c" * 64))
    assert ([one.process for one in new.able], new.running, new.is_outage) == (["p1"], [], False)
    assert (len(old.able), len(old.running), old.is_outage) == (2, 2, False)
    assert other.is_outage
    assert not Serves(NEW, []).is_outage


async def test_nobody_is_waited_for_where_it_is_so_already(processes: Processes) -> None:
    assert (await wait_until_served(processes, NEW)).able == [FIRST]
    assert (await wait_until_served(processes, "c" * 64, patience=0)).is_outage
    assert len((await wait_until_served(processes, OLD, running=True)).running) == 2
