"""Writing a turn together with the places that it takes of rules with `first`: both or neither."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from random import random
from time import perf_counter
from typing import Any

from pymongo.errors import DuplicateKeyError, OperationFailure

from bot.model.decision import Claim
from bot.model.stored import Claimed
from bot.store.many import Update
from bot.store.mongo import Collection, Database, reaching

LOST = Claimed(won=False)
BUSY = Claimed(won=False, busy=True)
PATIENCE = 0.5
"""Seconds of trying. Who holds a rule's count for longer has died in that moment: MongoDB frees it after
`transactionLifetimeLimitSeconds`, and the turns of all others must not wait for that."""
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
"""Seconds at most between two tries."""


class _Refused(Exception):
    """Ends the transaction without a trace of it."""

    def __init__(self, outcome: Claimed) -> None:
        self.outcome = outcome


async def claim(
    contacts: Collection, places: Collection, turn: Update, claims: Sequence[Claim], session: Any
) -> Claimed:
    """Write a contact's turn if nobody was faster, and count it at each rule where it is below its most.

    A contact remembers its own place, and its revision says that it had none: so nobody is counted twice.
    """
    for one in claims:  # outside: who makes it in the same moment must cost nobody a transaction
        with suppress(DuplicateKeyError):
            await places.update_one({"_id": one.rule}, {"$setOnInsert": {"n": 0}}, upsert=True)

    async def both() -> None:
        """The contact first: the count, which everybody wants, is held for one command and the commit."""
        where, update, upsert = turn
        written = await contacts.update_one(where, update, upsert=upsert, session=session)
        if not written.matched_count and written.upserted_id is None:
            raise _Refused(LOST)
        for one in sorted(claims):  # in one order: two turns never wait for each other
            below = {"_id": one.rule, "n": {"$lt": one.most}}
            if not (await places.update_one(below, {"$inc": {"n": 1}}, session=session)).modified_count:
                full = await places.find_one({"_id": one.rule}, session=session) or {"n": one.most}
                raise _Refused(Claimed(won=False, taken={one.rule: full["n"]}))

    try:
        return await _tried(session, both)
    except _Refused as refused:
        return refused.outcome
    except DuplicateKeyError:  # a stranger whose first turn somebody else has written
        return LOST


async def _tried(session: Any, both: Callable[[], Awaitable[None]]) -> Claimed:
    """Carry out a transaction, again and again while others are at the same count, for a moment.

    It is `BUSY` after that, and where nobody knows whether it was committed: the contact tells.
    """
    started, pause = perf_counter(), FIRST_PAUSE
    while True:
        try:
            async with session.start_transaction():
                await both()
            return Claimed(won=True)
        except OperationFailure as error:
            if error.has_error_label("UnknownTransactionCommitResult"):
                return BUSY
            if not error.has_error_label("TransientTransactionError"):
                raise
            if perf_counter() - started > PATIENCE:
                return BUSY
        await asyncio.sleep(pause * random())
        pause = min(2 * pause, LONGEST_PAUSE)


class Places:
    """The collection `places`: by rule, how many are taken (`n`). May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._places = database.collection("places")

    async def taken(self, rules: Iterable[str]) -> Mapping[str, int]:
        """How many places of these rules are taken; one of which none is may be missing."""
        async with reaching():
            found = self._places.find({"_id": {"$in": list(rules)}})
            return {document["_id"]: document["n"] async for document in found}
