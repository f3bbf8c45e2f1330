"""Stores what limits messages: LINE's monthly figure of each channel, what sendings have reserved of it,
names of aggregation units, and the pushes of flows with `max_pushes`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from bot.model.broadcast import OWN_MOST, UNITS_A_MONTH
from bot.model.month import month_of
from bot.model.reserved import Reservation
from bot.store.codec.record import each, inner, moment, number, text, texts
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import Repository

_AGAIN = 3
"""Tries of an upsert that another process may make at the same moment."""


class Totals(Repository, collection="totals"):
    """The collection `totals`: how many pushes each capped flow has made (`max_pushes: {total}`), as `n`, and
    as `pending` those of them that are under way.

    A push that is under way is counted already, so that a crash neither counts it twice nor forgets it. May
    raise `DatabaseUnavailable`.
    """

    async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> tuple[int, frozenset[str]]:
        """Count those of these pushes that fit below `most`; those that were counted before stay so.

        The total now, and which of them are counted.
        """
        for _ in range(_AGAIN):
            with suppress(DuplicateKeyError):  # another process was the first there
                found = await self._rows.upserted({"_id": flow}, _reserving(pushes, most))
                return found["n"], frozenset(pushes).intersection(found["pending"])
        raise RuntimeError("a document of totals is neither there nor can it be made")

    async def settle(self, flow: str, counted: Collection[str], given_back: Collection[str]) -> None:
        """These pushes are not under way any more; those that are given back were not made after all."""
        operations = [
            UpdateOne({"_id": flow, "pending": one}, {"$pull": {"pending": one}, "$inc": {"n": -1}})
            for one in given_back
        ]
        operations.append(UpdateOne({"_id": flow}, {"$pull": {"pending": {"$in": list(counted)}}}))
        await self._rows.bulk_write(operations, ordered=False)

    async def of(self, flows: Iterable[str]) -> Mapping[str, int]:
        """The totals of these flows; one that has never pushed is missing."""
        found = await find(self._database, "totals", {"_id": {"$in": list(flows)}}, {"n": 1})
        return {document["_id"]: document["n"] for document in found}


def _reserving(pushes: Sequence[str], most: int) -> list[Mapping[str, Any]]:
    """An update pipeline that adds those of `pushes` that are not `pending` yet, and fit below `most`, to
    both."""
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


@dataclass(frozen=True, slots=True)
class QuotaFigure:
    """The paid messages of a channel in the month of `at`."""

    left: int | None
    """Messages left of `limit`; `None`: there is no limit."""
    at: datetime
    """When that was so (UTC)."""
    limit: int | None = None
    """The limit at LINE; `None`: there is none."""
    used: int | None = None
    """Messages used, or reserved by broadcasts; `None`: LINE has not given it."""

    def within(self, included: int | None) -> int | None:
        """What is left: by LINE's limit, else of the plan's messages; `None`: neither is known."""
        if self.left is not None or included is None or self.used is None:
            return self.left
        return max(0, included - self.used)


class QuotaFigures(Repository, collection="quotas"):
    """The collection `quotas`. May raise `DatabaseUnavailable`."""

    async def keep(self, channel: str, figure: QuotaFigure) -> None:
        """Store the figure of a channel in place of the last one; what was used in other months stays."""
        now = {"left": figure.left, "at": figure.at, "limit": figure.limit, "used": figure.used}
        of_month = {} if figure.used is None else {f"months.{month_of(figure.at)}": figure.used}
        await self._rows.update_one({"_id": channel}, {"$set": now | of_month}, upsert=True)

    async def used(self) -> Mapping[tuple[str, str], int]:
        """How many messages were used, by channel and LINE's month (`2026-09`), as far as LINE has said."""
        documents = await self._rows.find({}, {"months": 1}).to_list(None)
        return {
            (document["_id"], month): used
            for document in documents
            for month, count in inner(document, "months").items()
            if (used := number(count)) is not None
        }

    async def all(self) -> dict[str, QuotaFigure]:
        """What is known, by channel."""
        documents = await self._rows.find().to_list(None)
        return {
            document["_id"]: QuotaFigure(
                number(document.get("left")), at, number(document.get("limit")), number(document.get("used"))
            )
            for document in documents
            if (at := moment(document.get("at"))) is not None
        }


@dataclass(frozen=True, slots=True)
class ReservedMonth:
    """What is reserved on a channel, as of revision `rev`."""

    rev: int
    reserved: tuple[Reservation, ...]


class ReservedMessages(Repository, collection="quotas"):
    """The field `reserved` of the collection `quotas`. May raise `DatabaseUnavailable`."""

    async def of(self, channel: str) -> ReservedMonth:
        """What is reserved on a channel."""
        found = await self._rows.find_one({"_id": channel}, {"reserved": 1, "rev": 1})
        return ReservedMonth(number((found or {}).get("rev")) or 0, reserved_in(found or {}))

    async def put(self, channel: str, seen: ReservedMonth, reserved: Sequence[Reservation]) -> bool:
        """Store these reservations in place of `seen`; `False`, and nothing is done: they have changed
        since."""
        same: Document = {"_id": channel, "rev": seen.rev or None}
        change = {"$set": {"reserved": [_document(one) for one in reserved], "rev": seen.rev + 1}}
        with suppress(DuplicateKeyError):  # another process was the first there
            put = await self._rows.update_one(same, change, upsert=not seen.rev)
            return bool(put.matched_count or put.upserted_id)
        return False

    async def sent(self, channel: str, sending: str, by: str, messages: int) -> None:
        """A process has sent so many in all of what this sending has reserved. Idempotent."""
        mine = {"_id": channel, "reserved": {"$elemMatch": {"s": sending, "over": None}}}
        more = {"$max": {f"reserved.$.by.{by}": messages}, "$inc": {"rev": 1}}
        await self._rows.update_one(mine, more)

    async def channels(self) -> Sequence[str]:
        """The channels on which anything is reserved."""
        where = {"reserved.0": {"$exists": True}}
        return [one["_id"] async for one in self._rows.find(where, {"_id": 1})]


def reserved_in(document: Mapping[str, Any]) -> tuple[Reservation, ...]:
    """What a document of `quotas` says is reserved; what does not fit is left out."""
    return each(document.get("reserved"), _reservation)


def reserved_by_channel(documents: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[Reservation, ...]]:
    """What is reserved by channel, from several documents of `quotas`; a channel without any is missing."""
    return {one["_id"]: rows for one in documents if (rows := reserved_in(one))}


def _reservation(row: object) -> Reservation | None:
    if not isinstance(row, Mapping):
        return None
    sending, messages, at = text(row.get("s")), number(row.get("n")), moment(row.get("at"))
    if sending is None or messages is None or at is None:
        return None
    by = {name: n for name, count in inner(row, "by").items() if (n := number(count)) is not None}
    return Reservation(sending, messages, at, by, moment(row.get("over")))


def _document(one: Reservation) -> Document:
    over: dict[str, datetime] = {} if one.over is None else {"over": one.over}
    return {"s": one.sending, "n": one.messages, "at": one.at, "by": dict(one.by), **over}


class UnitNames(Repository, collection="aggregation_units"):
    """The collection `aggregation_units`: `names` of a channel's `month`. May raise `DatabaseUnavailable`."""

    async def take(self, channel: str, month: str, own: str, shared: str, at_line: int = 0) -> str | None:
        """The name to be used: `own` while there is room, else `shared`; `None`: a thousand are used.

        Asked again it answers the same. `at_line`: how many LINE counts, where others use the channel, too.
        """
        with suppress(DuplicateKeyError):  # another process was the first there
            begins = {"$set": {"month": month, "names": []}}
            await self._rows.update_one({"_id": channel, "month": {"$ne": month}}, begins, upsert=True)
        found = await self._rows.find_one({"_id": channel, "month": month}) or {}
        names = texts(found.get("names"))
        others = max(0, at_line - len(names))
        for name, most in ((own, OWN_MOST - others), (shared, UNITS_A_MONTH - others)):
            if name in names:
                return name
            if most > 0 and await self._add(channel, month, name, most):
                return name
        return None

    async def _add(self, channel: str, month: str, name: str, most: int) -> bool:
        """Add a name to the month's, unless it has `most` already."""
        room = {"_id": channel, "month": month, f"names.{most - 1}": {"$exists": False}}
        return (await self._rows.update_one(room, {"$addToSet": {"names": name}})).matched_count == 1
