"""Runs a transaction on rows that many processes write at once: it is retried for half a second, and no
longer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import random
from time import perf_counter
from typing import Any, TypeVar

from pymongo.errors import OperationFailure

from bot.model.translatable import tr
from bot.store.database.mongo import TRANSIENT, once_in_transaction
from bot.store.unavailable import DatabaseUnavailable

T = TypeVar("T")

PATIENCE = 0.5
"""Seconds of retrying. A transaction that has a row for longer is of a process that has died: MongoDB ends it
after `transactionLifetimeLimitSeconds`, for which others must not wait."""
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
"""Seconds at most between two tries."""
_WRITE_CONFLICT = "112"


async def contended(session: Any, work: Callable[[], Awaitable[T]]) -> T | None:
    """Carry `work` out as a transaction, again and again while others are at the same rows, for a moment.

    `None` after that, and where nobody knows whether it was committed: the rows tell. What `work` raises
    is raised, and ends the transaction without a trace of it.
    """
    started, pause = perf_counter(), FIRST_PAUSE
    while True:
        try:
            return await once_in_transaction(session, work)
        except OperationFailure as error:
            if error.has_error_label("UnknownTransactionCommitResult"):
                return None
            if not error.has_error_label(TRANSIENT):
                raise
            if perf_counter() - started > PATIENCE:
                return None
        await asyncio.sleep(pause * random())
        pause = min(2 * pause, LONGEST_PAUSE)


async def finished(session: Any, work: Callable[[], Awaitable[T]]) -> T:
    """As `contended`, but raises `DatabaseUnavailable` in place of `None`: the caller tries again later."""
    outcome = await contended(session, work)
    if outcome is None:
        raise DatabaseUnavailable(
            tr("MongoDB could not finish a transaction (code {code})", code=_WRITE_CONFLICT)
        )
    return outcome
