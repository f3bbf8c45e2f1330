"""Which address of a counter's screen is good, a number for each card and store; who has stamps (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.promotions.stamps.engine.conditions import HasStamps
from bot.store.database.mongo import Document
from bot.store.promotions import PeopleByLabel, StorePart
from bot.store.repository import Repository


class StampScreens(Repository, collection="stamp_screens"):
    """The collection `stamp_screens`. Every call may raise `DatabaseUnavailable`."""

    async def number(self, card: str, store: str) -> int:
        """The number of the address that is good; the first is 0."""
        row = await self._rows.find_one({"_id": _id(card, store)})
        return 0 if row is None else int(row["n"])

    async def numbers(self) -> Mapping[tuple[str, str], int]:
        """Of each card and store whose first address is not good any more."""
        return {(row["card"], row["store"]): int(row["n"]) async for row in self._rows.find()}

    async def renew(self, card: str, store: str, number: int) -> bool:
        """End the address with this number; `False`: another one has been good for some time."""
        new = {"n": number + 1, "card": card, "store": store}
        if number == 0:
            return await self._rows.added({"_id": _id(card, store), **new})
        where = {"_id": _id(card, store), "n": number}
        return (await self._rows.update_one(where, {"$set": new})).matched_count > 0


def _id(card: str, store: str) -> str:
    return f"{card}\n{store}"


def _labels(now: datetime) -> Sequence[Document]:
    some = {"$filter": {"input": {"$ifNull": ["$stamps", []]}, "cond": {"$gt": ["$$this.c", 0]}}}
    on_card = {"$concat": [{"$toString": "$$this.c"}, " ", "$$this.n"]}
    return ({"$map": {"input": some, "in": on_card}},)


def _usage(counted: PeopleByLabel) -> Mapping[tuple[str, int], int]:
    """So many people with so many stamps on a card."""
    stamps = dict[tuple[str, int], int]()
    for named, people in counted.items():
        count, _, card = named.partition(" ")
        stamps[card, int(count)] = people
    return stamps


def _has_stamps(condition: HasStamps, now: datetime) -> Document:
    is_so = {"c": {"$gte": condition.least}} if condition.least else {"f": {"$gt": 0}}
    return {"stamps": {"$elemMatch": {"n": {"$in": list(condition.cards)}, **is_so}}}


PART = StorePart(_labels, _usage, filters={HasStamps: _has_stamps})
