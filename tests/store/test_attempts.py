"""Failed attempts of an address: twenty an hour, whoever counts them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.store.counters.rate_limits import Attempts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

HERE = "203.0.113.7"


@pytest.fixture
def attempts(database: Database, seal: Seal) -> Attempts:
    return Attempts(database, seal)


async def test_twenty_fail_and_the_next_one_waits(attempts: Attempts) -> None:
    for number in range(20):
        assert await attempts.wait(HERE, NOW) == 0
        assert await attempts.failed(HERE, f"a{number}", NOW) == 0
    assert await attempts.wait(HERE, NOW) == 3600
    assert await attempts.failed(HERE, "one more", NOW) == 3600


async def test_an_hour_after_the_first_there_is_room_for_one(attempts: Attempts) -> None:
    for number in range(20):
        await attempts.failed(HERE, f"a{number}", NOW + timedelta(seconds=number))
    later = NOW + timedelta(seconds=3599)
    assert await attempts.wait(HERE, later) == 1
    later += timedelta(seconds=1)
    assert await attempts.wait(HERE, later) == 0
    assert await attempts.failed(HERE, "again", later) == 0
    assert await attempts.wait(HERE, later) == 1


async def test_what_was_refused_does_not_make_the_wait_longer(attempts: Attempts) -> None:
    for number in range(100):
        await attempts.failed(HERE, f"a{number}", NOW + timedelta(seconds=number))
    assert await attempts.wait(HERE, NOW + timedelta(hours=1)) == 0


async def test_other_addresses_are_others(attempts: Attempts) -> None:
    for number in range(20):
        await attempts.failed(HERE, f"a{number}", NOW)
    assert await attempts.wait("203.0.113.8", NOW) == 0


@pytest.mark.ring("all", "a crowd")
async def test_side_by_side_in_several_processes_exactly_twenty_count(database: Database, seal: Seal) -> None:
    processes = [Attempts(database, seal) for _ in range(4)]
    came = await asyncio.gather(*(processes[n % 4].failed(HERE, f"a{n}", NOW) for n in range(200)))
    assert came.count(0) == 20
    assert set(came) == {0, 3600}


async def test_the_address_is_not_stored(database: Database, attempts: Attempts) -> None:
    await attempts.failed(HERE, "a", NOW)
    (document,) = await database.collection("code_limits").find().to_list(None)
    assert HERE not in str(document)
    assert document["until"] == NOW + timedelta(hours=1)
