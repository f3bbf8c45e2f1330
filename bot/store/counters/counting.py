"""Counting what may happen so often in a time: one operation on one document, so nobody can race it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.store.database.mongo import Collection, Document

Limits: TypeAlias = Sequence[tuple[timedelta, int]]
"""In any span of this length, so many at most."""


async def count(collection: Collection, key: str, call: str, limits: Limits, now: datetime) -> Document:
    """Count this call there if all limits leave room for it; what is counted there then, as `spent`.

    The same call again counts once. For use within `reaching`.
    """
    for _ in range(3):
        with suppress(DuplicateKeyError):  # another one was the first there
            found: Document = await collection.find_one_and_update(
                {"_id": key},
                _counting(call, limits, now),
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
            return found
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
