"""Rate limits counted in MongoDB: how often something may be tried in a span of time.

Each attempt is one operation, so that processes cannot race. For addresses only failed attempts count, as
mobile carriers put thousands of people behind one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pymongo.errors import DuplicateKeyError

from bot.model.clerk import GUESSES, GUESSES_IN
from bot.model.issued_code import Limits
from bot.store.database.mongo import Collection, Database, Document
from bot.store.keyed_ids import GUESSED_BY_USER, SEARCHED_BY_ACCOUNT, TRIED_FROM, KeyedId
from bot.store.sealing.seal import Seal

LONGEST = timedelta(days=1)
"""The longest span of a limit counted by keyed hashes."""


class KeyedCounts:
    """Counts attempts of a value (a phone, a user, an address), in a row whose id is the keyed hash of the
    value.

    While a ring has an old key beside the one in use, there is a row by each of them, and a limit holds if it
    holds in both: so it does whichever of the two a process knows, and the new row is whole by the time at
    which the old key may go.
    """

    def __init__(self, collection: Collection, seal: Seal, kind: KeyedId, limits: Limits) -> None:
        self._collection = collection
        self._seal = seal
        self._kind = kind
        self._limits = limits

    async def count(self, value: str, call: str, now: datetime, limits: Limits | None = None) -> Document:
        """Count this call, if all limits leave room for it; what is counted then, where they do not: why.

        `limits`: those that hold this time, where they are not the usual ones.
        """
        limits = self._limits if limits is None else limits
        oldest, *others = self._rows(value)
        counted = await count(self._collection, oldest, call, limits, now)
        for name in others if holds(counted, call) else ():
            counted = await count(self._collection, name, call, limits, now)
            if not holds(counted, call):
                await uncount(self._collection, oldest, call)
        return counted

    async def uncount(self, value: str, call: str) -> None:
        """This call has not happened after all."""
        for name in self._rows(value):
            await uncount(self._collection, name, call)

    async def counted(self, value: str) -> Sequence[Document]:
        """The rows that count attempts of this value, one for each key."""
        return await self._collection.find({"_id": {"$in": self._rows(value)}}).to_list(None)

    async def forget(self, value: str) -> int:
        """Delete the counts of this value; how many attempts were counted."""
        counted = await self.counted(value)
        await self._collection.delete_many({"_id": {"$in": self._rows(value)}})
        return max((len(one["spent"]) for one in counted), default=0)

    def _rows(self, value: str) -> Sequence[str]:
        return self._kind.all_of(value, self._seal.counting_indexes)


async def count(collection: Collection, key: str, call: str, limits: Limits, now: datetime) -> Document:
    """Count this call there if all limits leave room for it; what is counted there then, as `spent`.

    The same call again counts once.
    """
    for _ in range(3):
        with suppress(DuplicateKeyError):  # another one was the first there
            return await collection.upserted({"_id": key}, _counting(call, limits, now))
    raise RuntimeError("a document of limits is neither there nor can it be made")


async def uncount(collection: Collection, key: str, call: str) -> None:
    """This call has not happened after all."""
    await collection.update_one({"_id": key}, {"$pull": {"spent": {"id": call}}})


def room_from(counted: Document, limits: Limits) -> datetime:
    """When there is room again, where one of the limits has left none."""
    spent: list[datetime] = sorted((one["at"] for one in counted["spent"]), reverse=True)
    return max(spent[most - 1] + span for span, most in limits if len(spent) >= most)


def holds(counted: Document, call: str) -> bool:
    """Whether there was room for this call."""
    return any(one["id"] == call for one in counted["spent"])


def _counting(call: str, limits: Limits, now: datetime) -> list[Mapping[str, Any]]:
    """Forget what is too old to count; add this call unless it is there, or a limit is reached."""
    longest = max(span for span, _ in limits)
    fresh = _since({"$ifNull": ["$spent", []]}, now - longest)
    room = [{"$lt": [{"$size": _since("$spent", now - span)}, most]} for span, most in limits]
    is_new = {"$not": [{"$in": [{"$literal": call}, "$spent.id"]}]}
    more = {"$concatArrays": ["$spent", [{"id": {"$literal": call}, "at": now}]]}
    return [
        {"$set": {"spent": fresh}},
        {"$set": {"spent": {"$cond": [{"$and": [is_new, *room]}, more, "$spent"]}, "until": now + longest}},
    ]


def _since(spent: object, when: datetime) -> Mapping[str, Any]:
    return {"$filter": {"input": spent, "cond": {"$gt": ["$$this.at", when]}}}


HOUR = timedelta(hours=1)
OF_ADDRESS: Limits = ((HOUR, 20),)
"""Failed attempts that an address has."""


class Attempts:
    """Failed attempts in the collection `code_limits`, by a keyed hash of the address.

    May raise `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._of_address = KeyedCounts(database.collection("code_limits"), seal, TRIED_FROM, OF_ADDRESS)

    async def wait(self, address: str, now: datetime) -> int:
        """Seconds until this address may try again; 0: it may now."""
        counted = await self._of_address.counted(address)
        return max((_left(one, now) for one in counted), default=0)

    async def failed(self, address: str, attempt: str, now: datetime) -> int:
        """Count a failed attempt; 0 if it was one of those that an address has, else the seconds to wait."""
        counted = await self._of_address.count(address, attempt, now)
        return 0 if holds(counted, attempt) else max(_left(counted, now), 1)


def _left(counted: Document, now: datetime) -> int:
    ((span, most),) = OF_ADDRESS
    recent = sorted(one["at"] for one in counted["spent"] if one["at"] > now - span)
    return math.ceil((recent[-most] + span - now).total_seconds()) if len(recent) >= most else 0


class Tries:
    """Tries in the collection `code_limits`, by a keyed hash of the actor; a subclass for each thing.

    May raise `DatabaseUnavailable`. A try is counted before it is looked at, so that many side by side are no
    more; one that was no guess is taken back.
    """

    kind: ClassVar[KeyedId]
    """Of the actor and what is tried."""
    limits: ClassVar[Limits]

    def __init__(self, database: Database, seal: Seal) -> None:
        self._counts = KeyedCounts(database.collection("code_limits"), seal, self.kind, self.limits)

    async def may(self, actor: str, call: str, now: datetime) -> bool:
        """Whether this try is one of those that the actor has. The same `call` counts once."""
        return holds(await self._counts.count(actor, call, now), call)

    async def was_right(self, actor: str, call: str) -> None:
        """It was no guess: somebody has this code."""
        await self._counts.uncount(actor, call)


class ClerkGuesses(Tries):
    """Clerks' codes that a LINE user may guess."""

    kind = GUESSED_BY_USER
    limits = ((GUESSES_IN, GUESSES),)


OF_ACCOUNT: Limits = ((timedelta(hours=1), 60), (timedelta(days=1), 200))
"""Searches that an account may make. A masked phone hides six digits: at 200 a day a million numbers take 13
years."""


class PhoneSearches(Tries):
    """Searches of an account for people, by what may be a phone."""

    kind = SEARCHED_BY_ACCOUNT
    limits = OF_ACCOUNT


OF_TOKEN: Limits = ((timedelta(minutes=1), 300),)
"""API requests that a token may make: five a second, or all at once."""
REVEALS_OF_AGENT: Limits = ((timedelta(hours=1), 60), (timedelta(days=1), 200))
"""People whose private data an agent may read in full: an agent may not export, also not one by one."""


class ApiCalls:
    """Calls of the API, or full looks by it, in `code_limits`, by a keyed hash of the token's name.

    May raise `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal, kind: KeyedId, limits: Limits) -> None:
        self._of_token = KeyedCounts(database.collection("code_limits"), seal, kind, limits)
        self._limits = limits

    async def wait(self, token: str, call: str, now: datetime) -> int:
        """Count this call; 0: it may be carried out. Else seconds until there is room again."""
        counted = await self._of_token.count(token, call, now)
        if holds(counted, call):
            return 0
        return max(math.ceil((room_from(counted, self._limits) - now).total_seconds()), 1)
