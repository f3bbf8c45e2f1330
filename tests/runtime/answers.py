"""Answers of the database, by which our clock goes on: slowly, however busy the machine is.

While the database is asked something, its answer is waited for: asking it more meanwhile costs as much again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from motor.motor_asyncio import AsyncIOMotorChangeStream

from bot.store.database.mongo import Database

_asked: WeakKeyDictionary[asyncio.AbstractEventLoop, set[asyncio.Future[Any]]] = WeakKeyDictionary()
"""What threads do for a loop at this moment, but listening: that lasts until there is news."""


async def next_answer(database: Database) -> None:
    """Return with the next answer of the database; where nothing is asked, it is asked whether it lives."""
    loop = asyncio.get_running_loop()
    if loop not in _asked:
        _asked[loop] = _seen(loop)
    if asked := _asked[loop]:
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    else:
        await database.ping()


def _seen(loop: asyncio.AbstractEventLoop) -> set[asyncio.Future[Any]]:
    """From now on, what is handed to threads."""
    asked: set[asyncio.Future[Any]] = set()
    hand_over = loop.run_in_executor

    def seen(executor: Any, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        future = hand_over(executor, work, *arguments)
        if not _listens(work):
            asked.add(future)
            future.add_done_callback(asked.discard)
        return future

    setattr(loop, "run_in_executor", seen)  # noqa: B010 -- the loop is this test's own
    return asked


def _listens(work: Callable[..., Any]) -> bool:
    """Whether it is a change stream's, as motor hands it over: in a context, with its arguments."""
    while isinstance(work, partial):
        work = work.args[0] if work.args and callable(work.args[0]) else work.func
    return isinstance(getattr(work, "__self__", None), AsyncIOMotorChangeStream)
