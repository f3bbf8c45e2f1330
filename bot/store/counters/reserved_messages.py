"""What sendings have reserved of a channel's messages: part of the channel's document of `quotas`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from bot.model.reserved import Reservation
from bot.store.codec.fitting import each, inner, moment, number, text
from bot.store.database.mongo import Database, Document, reaching


@dataclass(frozen=True, slots=True)
class ReservedMonth:
    """What is reserved on a channel, as of the writing `rev`."""

    rev: int
    reserved: tuple[Reservation, ...]


class ReservedMessages:
    """The field `reserved` of the collection `quotas`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._quotas = database.collection("quotas")

    async def of(self, channel: str) -> ReservedMonth:
        """What is reserved on a channel."""
        async with reaching():
            found = await self._quotas.find_one({"_id": channel}, {"reserved": 1, "rev": 1})
        return ReservedMonth(number((found or {}).get("rev")) or 0, reserved_in(found or {}))

    async def put(self, channel: str, seen: ReservedMonth, reserved: Sequence[Reservation]) -> bool:
        """Reserve this instead; `False` where somebody was faster since it was seen, and nothing was done."""
        same: Document = {"_id": channel, "rev": seen.rev or None}
        change = {"$set": {"reserved": [_document(one) for one in reserved], "rev": seen.rev + 1}}
        async with reaching():
            with suppress(DuplicateKeyError):  # another process was the first there
                put = await self._quotas.update_one(same, change, upsert=not seen.rev)
                return bool(put.matched_count or put.upserted_id)
        return False

    async def sent(self, channel: str, sending: str, by: str, messages: int) -> None:
        """A process has sent so many in all of what this sending has reserved; told twice it counts once."""
        mine = {"_id": channel, "reserved": {"$elemMatch": {"s": sending, "over": None}}}
        more = {"$max": {f"reserved.$.by.{by}": messages}, "$inc": {"rev": 1}}
        async with reaching():
            await self._quotas.update_one(mine, more)

    async def channels(self) -> Sequence[str]:
        """The channels on which anything is reserved."""
        where = {"reserved.0": {"$exists": True}}
        async with reaching():
            return [one["_id"] async for one in self._quotas.find(where, {"_id": 1})]


def reserved_in(document: Mapping[str, Any]) -> tuple[Reservation, ...]:
    """What a document of `quotas` says is reserved; what does not fit is left out."""
    return each(document.get("reserved"), _reservation)


def reserved_by_channel(documents: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[Reservation, ...]]:
    """The same of several channels; one without any is missing."""
    return {one["_id"]: rows for one in documents if (rows := reserved_in(one))}


def _reservation(row: object) -> Reservation | None:
    if not isinstance(row, Mapping):
        return None
    sending, messages, at = text(row.get("s")), number(row.get("n")), moment(row.get("at"))
    if sending is None or messages is None or at is None:
        return None
    by = {name: n for name, told in inner(row, "by").items() if (n := number(told)) is not None}
    return Reservation(sending, messages, at, by, moment(row.get("over")))


def _document(one: Reservation) -> Document:
    over: dict[str, datetime] = {} if one.over is None else {"over": one.over}
    return {"s": one.sending, "n": one.messages, "at": one.at, "by": dict(one.by), **over}
