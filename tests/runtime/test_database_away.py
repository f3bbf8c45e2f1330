"""K3: that the database is away is said as soon as webhooks are answered 503 for it, and when it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest

from bot.runtime.cluster.database_away import ANSWER, DatabaseAway
from bot.runtime.metrics import Metrics
from bot.store.database.mongo import OPTIONS
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE


class Mongod:
    """A database that answers, hangs, or is not there."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()
        self.is_gone = False
        self.beyond_repair = "there is no room on the disk"
        self.asked = 0
        self.pinged = asyncio.Event()

    async def ping(self) -> None:
        self.asked += 1
        self.pinged.set()
        if self.is_gone:
            raise DatabaseUnavailable("MongoDB is not reached: db1:27017: refused")
        await self.answers.wait()

    async def repair(self) -> None:
        if self.is_gone:
            raise DatabaseUnavailable(self.beyond_repair)


class Watched:
    """It, and what finds out whether it is there."""

    def __init__(self, clock: ManualClock) -> None:
        self.mongod = Mongod()
        self.troubles: dict[str, str] = {}
        self.reread = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.back = asyncio.Event()
        self.away = DatabaseAway(
            self.mongod, self._reread, self.back.set, clock, Metrics(), self.troubles, patience=0.01
        )
        self.clock = clock

    async def _reread(self) -> None:
        self.reread += 1
        self.meanwhile()


@pytest.fixture
async def watched(clock: ManualClock) -> AsyncIterator[Watched]:
    watched = Watched(clock)
    yield watched
    await watched.away.stop()


async def test_one_that_hangs_is_told_while_it_hangs(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """The driver itself would wait for 8 s: a primary that changes in that time would be told by nobody."""
    caplog.set_level(logging.INFO)
    watched.mongod.answers.clear()
    watched.away.look()
    await asyncio.wait_for(watched.clock.waited_for(), PATIENCE)
    assert "the database is away: MongoDB does not answer within 0.01 s" in caplog.text
    assert watched.troubles == {"database": "the database is away"}
    watched.mongod.answers.set()
    watched.clock.advance(1)
    await asyncio.wait_for(watched.back.wait(), PATIENCE)
    assert watched.troubles == {}
    assert watched.reread == 1, "what was perhaps written is read"
    assert caplog.text.count("the database is away") == 1
    assert "the database is back" in caplog.text


async def test_one_that_is_only_slow_is_no_trouble(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is read again for it: that would make it slower still."""
    for _ in range(3):
        watched.away.look()
    await asyncio.wait_for(watched.mongod.pinged.wait(), PATIENCE)
    await watched.away.stop()
    assert (watched.mongod.asked, watched.reread, caplog.text) == (1, 0, "")


async def test_what_fails_while_all_is_read_is_read_for_as_well(watched: Watched) -> None:
    """It may have been made after the reading: it is not left for whoever looks for what is stranded."""
    rest = iter([watched.away.suspect])
    watched.meanwhile = lambda: next(rest, lambda: None)()
    watched.away.suspect()
    for _ in range(50):  # nobody has to wait for anything
        await asyncio.sleep(0)
    assert watched.reread == 2, "and then it is known"


async def test_why_it_cannot_be_started_again_is_told_once(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried all the time: a night with a full disk is a line, not thousands; another reason is told."""
    watched.mongod.is_gone = True
    watched.away.suspect()
    for attempt in range(20):
        await asyncio.wait_for(watched.clock.waited_for(), PATIENCE)
        if attempt == 10:
            watched.mongod.beyond_repair = "its folder cannot be used"
        watched.clock.advance(1)
    await asyncio.wait_for(watched.clock.waited_for(), PATIENCE)
    assert [record.getMessage() for record in caplog.records] == [
        "the database is away: MongoDB is not reached: db1:27017: refused",
        "there is no room on the disk",
        "its folder cannot be used",
    ]


def test_the_driver_has_the_time_to_say_which_host_does_not_answer_and_why() -> None:
    assert OPTIONS["serverSelectionTimeoutMS"] < ANSWER * 1000
