"""How often journeys with a cap over everybody have pushed: a document for each, counted in one operation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from bot.store.database.mongo import Database, Document, reaching
from bot.store.database.per_event import find

_AGAIN = 3


class Totals:
    """The collection `totals`: by flow `n`, and as `pending` the pushes in it that are under way.

    A push that is under way is counted already, so that a crash neither counts it twice nor forgets it. May
    raise `DatabaseUnavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._totals = database.collection("totals")

    async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> tuple[int, frozenset[str]]:
        """Count those of these pushes that fit below `most`; those that were counted before stay so.

        The total now, and which of them are counted.
        """
        async with reaching():
            for _ in range(_AGAIN):
                with suppress(DuplicateKeyError):  # another process was the first there
                    found: Document = await self._totals.find_one_and_update(
                        {"_id": flow},
                        _reserving(pushes, most),
                        upsert=True,
                        return_document=ReturnDocument.AFTER,
                    )
                    return found["n"], frozenset(pushes).intersection(found["pending"])
        raise RuntimeError("a document of totals is neither there nor can it be made")

    async def settle(self, flow: str, counted: Collection[str], given_back: Collection[str]) -> None:
        """These pushes are not under way any more; those that are given back were not made after all."""
        operations = [
            UpdateOne({"_id": flow, "pending": one}, {"$pull": {"pending": one}, "$inc": {"n": -1}})
            for one in given_back
        ]
        operations.append(UpdateOne({"_id": flow}, {"$pull": {"pending": {"$in": list(counted)}}}))
        async with reaching():
            await self._totals.bulk_write(operations, ordered=False)

    async def of(self, flows: Iterable[str]) -> Mapping[str, int]:
        """The totals of these flows; one that has never pushed is missing."""
        async with reaching():
            found = await find(self._database, "totals", {"_id": {"$in": list(flows)}}, {"n": 1})
        return {document["_id"]: document["n"] for document in found}


def _reserving(pushes: Sequence[str], most: int) -> list[Mapping[str, Any]]:
    before = {"$ifNull": ["$pending", []]}
    number = {"$ifNull": ["$n", 0]}
    asked = [{"$literal": one} for one in pushes]
    new = {"$filter": {"input": asked, "cond": {"$not": [{"$in": ["$$this", before]}]}}}
    room = {"$subtract": [most, number]}
    fitting = {"$cond": [{"$gt": [room, 0]}, {"$slice": [new, {"$max": [room, 1]}]}, []]}
    return [
        {"$set": {"n": number, "pending": before, "fitting": fitting}},
        {
            "$set": {
                "n": {"$add": ["$n", {"$size": "$fitting"}]},
                "pending": {"$concatArrays": ["$pending", "$fitting"]},
            }
        },
        {"$unset": "fitting"},
    ]
