"""Stores which process owns which parts of the people, and until when its lease lasts.

One document in MongoDB, renewed by the server's clock and changed by compare-and-set, so that clocks of
machines do not matter and no part has two owners.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.processes import PARTS, PRODUCTION, Pace, ShareMove, Shares
from bot.store.database.mongo import Database, Document


class Leases:
    """The collection `leases`, which holds one document. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, process: str, pace: Pace = PRODUCTION) -> None:
        """`process` is this process's own id, never used before."""
        self.pace = pace
        self._collection = database.collection("leases")
        self._process = process

    async def register(self) -> Shares:
        """Register this process with a lease; the shares of all processes after that."""
        with suppress(DuplicateKeyError):  # another process was faster: the document is there
            await self._collection.update_one({"_id": "parts"}, {"$setOnInsert": _empty()}, upsert=True)
        shares = await self._extend({"_id": "parts"})
        if shares is None:
            raise LookupError("the lease document vanished")
        return shares

    async def renew(self) -> Shares | None:
        """Extend this process's lease, from now; `None`: others have declared it dead, and it owns
        nothing."""
        return await self._extend({"_id": "parts", f"processes.{self._process}": {"$exists": True}})

    async def _extend(self, where: Mapping[str, Any]) -> Shares | None:
        life = round(self.pace.lease * 1000)
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": life}}
        extend = [{"$set": {f"processes.{self._process}": until, "now": "$$NOW"}}]
        document = await self._collection.find_one_and_update(
            where, extend, return_document=ReturnDocument.AFTER
        )
        return None if document is None else _shares(document)

    async def apply(self, seen: Shares, move: ShareMove) -> bool:
        """Remove dead processes and take parts as planned; `False`: something has changed since `seen`.

        Each part taken gets a higher fence, by which late writes of its former owner are refused.
        """
        where: Document = {"_id": "parts", "rev": seen.revision}
        # a late renewal of a process that we think dead keeps it alive
        where |= {f"processes.{p}": seen.until[p] for p in move.bury}
        change: Document = {"$inc": {"rev": 1}}
        if move.bury:
            change["$unset"] = {f"processes.{p}": "" for p in move.bury}
        for part in range(PARTS):
            if part in move.take:
                change.setdefault("$set", {})[f"owners.{part}"] = self._process
                change["$inc"][f"fences.{part}"] = 1
            elif seen.owners[part] in move.bury:
                change.setdefault("$set", {})[f"owners.{part}"] = ""
        result = await self._collection.update_one(where, change)
        return result.modified_count == 1

    async def give(self, seen: Shares, parts: Iterable[int]) -> bool:
        """Give these parts back; `False`, and nothing is done: something has changed since `seen`."""
        owners = {f"owners.{part}": "" for part in parts}
        result = await self._collection.update_one(
            {"_id": "parts", "rev": seen.revision}, {"$set": owners, "$inc": {"rev": 1}}
        )
        return result.modified_count == 1

    async def withdraw(self) -> None:
        """Remove this process and free all its parts at once: for a graceful stop."""
        freed = {
            "$map": {"input": "$owners", "in": {"$cond": [{"$eq": ["$$this", self._process]}, "", "$$this"]}}
        }
        leave: list[Document] = [
            {"$set": {"owners": freed, "rev": {"$add": ["$rev", 1]}}},
            {"$unset": f"processes.{self._process}"},
        ]
        await self._collection.update_one({"_id": "parts"}, leave)

    async def look(self) -> Shares | None:
        """The shares as they are, without renewing anything (`now` is that of the last renewal)."""
        document = await self._collection.find_one({"_id": "parts"})
        return None if document is None else _shares(document)

    async def is_running(self) -> bool:
        """Whether any process has a lease now, by the server's clock: that of this machine may be wrong."""
        lives = {"$gt": ["$$this.v", "$$NOW"]}
        any_lives = {"$anyElementTrue": {"$map": {"input": {"$objectToArray": "$processes"}, "in": lives}}}
        return await self._collection.find_one({"_id": "parts", "$expr": any_lives}, {"_id": 1}) is not None


def _empty() -> Document:
    return {"rev": 0, "processes": {}, "owners": [""] * PARTS, "fences": [0] * PARTS}


def _shares(document: Mapping[str, Any]) -> Shares:
    return Shares(
        revision=document["rev"],
        now=document["now"],
        until=document["processes"],
        owners=tuple(document["owners"]),
        fences=tuple(document["fences"]),
    )
