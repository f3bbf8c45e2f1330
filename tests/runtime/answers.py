"""Answers of the database, by which our clock goes on: slowly, however busy the machine is.

While the database is asked something, its answer is waited for: asking it more meanwhile costs as much again.
While nobody asks it anything all wait for a moment, or for news: time passes faster and faster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from pymongo.change_stream import ChangeStream

from bot.store.database.mongo import Database
from tests.conftest import ManualClock
from tests.eventually import PATIENCE

FASTEST = 0.5
"""Seconds by our clock for an answer, at most: on a busy machine news take many of them."""


@dataclass
class _Asked:
    """What threads do for a loop, but listening: that lasts until there is news."""

    now: set[asyncio.Future[Any]] = field(default_factory=set)
    ever: int = 0
    idle: int = 0
    """So many answers in a row were to nobody but us."""


_asked: WeakKeyDictionary[asyncio.AbstractEventLoop, _Asked] = WeakKeyDictionary()


async def next_answer(database: Database) -> None:
    """Return with the next answer of the database; where nothing is asked, it is asked whether it lives."""
    asked = _of_this_loop()
    if asked.now:
        asked.idle = 0
        await asyncio.wait(asked.now, return_when=asyncio.FIRST_COMPLETED)
    else:
        before = asked.ever
        await database.ping()
        asked.idle = asked.idle + 1 if asked.ever == before + 1 else 0


async def until(database: Database, true: Callable[[], bool]) -> None:
    """Let the database answer until this is so, while the clock stands still; nothing tells of it."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await next_answer(database)


async def time_passes(
    clock: ManualClock, database: Database, seconds: float, fastest: float = FASTEST
) -> None:
    """Let time pass until the next answer: so much, or more where nobody asks, till somebody waits."""
    more = min(seconds * 2 ** min(_of_this_loop().idle, 20), fastest, clock.until_next())
    clock.advance(max(seconds, more))
    await next_answer(database)


def _of_this_loop() -> _Asked:
    loop = asyncio.get_running_loop()
    if loop not in _asked:
        _asked[loop] = _seen(loop)
    return _asked[loop]


def _seen(loop: asyncio.AbstractEventLoop) -> _Asked:
    """From now on, what is handed to threads."""
    asked = _Asked()
    hand_over = loop.run_in_executor

    def seen(executor: Any, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        future = hand_over(executor, work, *arguments)
        if not _listens(work):
            asked.ever += 1
            asked.now.add(future)
            future.add_done_callback(asked.now.discard)
        return future

    pytest.MonkeyPatch().setattr(loop, "run_in_executor", seen)  # for good: the loop is this test's own
    return asked


def _listens(work: Callable[..., Any]) -> bool:
    """Whether it is a change stream's, handed over in a context."""
    while isinstance(work, partial):
        work = work.args[0] if work.args and callable(work.args[0]) else work.func
    return isinstance(getattr(work, "__self__", None), ChangeStream)


async def passing() -> None:
    """Let whatever can go on without an answer from outside do so."""
    for _ in range(20):
        await asyncio.sleep(0)
