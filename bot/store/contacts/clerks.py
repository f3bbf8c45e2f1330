"""Stores the clerks of the stores, found by number or by any of their codes, and counts the people they
have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

import orjson
from pymongo import ASCENDING, InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError

from bot.model.clerk import ClerkCode, ClerkRole, StoreClerk
from bot.model.short_code import code_key
from bot.store.codec.record import each, inner, moment, number, text
from bot.store.database.bulk_commands import known_already
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository, rows_of


class StoredClerk:
    """A clerk as stored, and the revision (`rev`), which the next write has to name."""

    __slots__ = ("clerk", "rev")

    def __init__(self, clerk: StoreClerk, rev: int) -> None:
        self.clerk = clerk
        self.rev = rev


class StoreClerks(SealedRepository):
    """The collection `clerks`: `{_id: number, role, store, group, suspended, codes: [{k, c, u}], rev, s}`.

    Of a code `c` is the text, `k` its normal form, whichever way it is written, `u` until when a former code
    still leads to the clerk. Name and phone are sealed in `s`. Every call raises `DatabaseUnavailable`.
    """

    _clerks = rows_of("clerks")
    _contacts = rows_of("contacts")

    async def by_code(self, written: str, now: datetime) -> StoreClerk | None:
        """The clerk whose code this is at a moment, suspended or not; `None`: nobody's."""
        key = code_key(written)
        if not key:
            return None
        document = await self._clerks.find_one({"codes.k": key})
        if document is None:
            return None
        clerk = self._read(document).clerk
        return clerk if clerk.goes_by(key, now) else None

    async def of(self, numbers: Collection[str]) -> Mapping[str, StoredClerk]:
        """The clerks of these numbers that exist, by number."""
        found = await self._clerks.find({"_id": {"$in": list(numbers)}}).to_list(None)
        return {document["_id"]: self._read(document) for document in found}

    async def all(self, stores: Collection[str] | None = None) -> AsyncIterator[StoreClerk]:
        """All clerks, or those of these stores, sorted by store, then by number."""
        where: Document = {} if stores is None else {"store": {"$in": list(stores)}}
        async for document in self._clerks.find(where).sort([("store", ASCENDING), ("_id", ASCENDING)]):
            yield self._read(document).clerk

    async def by_store(self) -> Mapping[str, tuple[int, int]]:
        """How many work in each store, and how many of its clerks are suspended."""
        is_off = {"$gt": ["$suspended", None]}
        sums = {"here": {"$sum": {"$cond": [is_off, 0, 1]}}, "off": {"$sum": {"$cond": [is_off, 1, 0]}}}
        asked: list[Document] = [{"$match": {"store": {"$gt": ""}}}, {"$group": {"_id": "$store", **sums}}]
        return {row["_id"]: (row["here"], row["off"]) async for row in self._clerks.aggregate(asked)}

    async def is_empty(self) -> bool:
        """Whether there is no clerk."""
        return await self._clerks.find_one({}, {"_id": 1}) is None

    async def write(self, clerks: Sequence[tuple[StoreClerk, int | None]]) -> Mapping[str, str]:
        """Store these clerks, each in place of the revision beside it (`None`: a new clerk).

        Returns those not stored, by number, and why: `overtaken` (the revision is another by now: to be read
        anew), or `code` (one of the codes is another clerk's).
        """
        if not clerks:
            return {}
        calls = [self._call(clerk, rev) for clerk, rev in clerks]
        failed: list[Mapping[str, Any]] = []
        try:
            written = await self._clerks.bulk_write(calls, ordered=False)
            done = written.inserted_count + written.matched_count
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            known_already(error)
            done = error.details["nInserted"] + error.details["nMatched"]
        lost = {clerks[one["index"]][0].number: _why(one) for one in failed}
        if done + len(lost) < len(clerks):  # a replacement that has found nothing to replace
            lost |= await self._overtaken([pair for pair in clerks if pair[0].number not in lost])
        return lost

    async def _overtaken(self, clerks: Iterable[tuple[StoreClerk, int | None]]) -> Mapping[str, str]:
        wanted = {clerk.number: clerk for clerk, _ in clerks}
        now = await self.of(wanted.keys())
        return {
            number: "overtaken"
            for number, clerk in wanted.items()
            if number not in now or now[number].clerk != clerk
        }

    async def how_many_people(self, numbers: Collection[str] | None = None) -> Mapping[str, int]:
        """How many contacts are bound to each clerk, by number."""
        fitting: Document = {"$exists": True} if numbers is None else {"$in": list(numbers)}
        group = {"$group": {"_id": "$b.clerk.no", "n": {"$sum": 1}}}
        rows = self._contacts.aggregate([{"$match": {"b.clerk.no": fitting}}, group])
        return {row["_id"]: row["n"] async for row in rows}

    async def people_of(self, number: str, after: str, most: int) -> list[str]:
        """The ids of contacts who are bound to this clerk, so many behind this one, in their order."""
        where = {"b.clerk.no": number, "_id": {"$gt": after}}
        found = self._contacts.find(where, {"_id": 1}).sort("_id", ASCENDING).limit(most)
        return [document["_id"] for document in await found.to_list(most)]

    def _call(self, clerk: StoreClerk, rev: int | None) -> InsertOne[Document] | ReplaceOne[Document]:
        if rev is None:
            return InsertOne(self._document(clerk, 1))
        return ReplaceOne({"_id": clerk.number, "rev": rev}, self._document(clerk, rev + 1))

    def _document(self, clerk: StoreClerk, rev: int) -> Document:
        content = orjson.dumps({"name": clerk.name, "phone": clerk.phone})
        document: Document = {
            "_id": clerk.number,
            "role": clerk.role,
            "store": clerk.store,
            "group": clerk.group,
            "codes": [_code_document(code) for code in clerk.codes],
            "rev": rev,
            "s": self._seal.seal(content, _place(clerk.number)),
        }
        if clerk.suspended is not None:
            document["suspended"] = clerk.suspended
        return document

    def _read(self, document: Document) -> StoredClerk:
        content = orjson.loads(self._seal.open(bytes(document["s"]), _place(document["_id"])))
        role: ClerkRole = document["role"] if document["role"] in get_args(ClerkRole) else "clerk"
        clerk = StoreClerk(
            document["_id"],
            content["name"],
            role,
            text(document.get("store")) or "",
            text(document.get("group")) or "",
            content.get("phone"),
            moment(document.get("suspended")),
            each(document.get("codes"), _code_from),
        )
        return StoredClerk(clerk, number(document.get("rev")) or 0)


def _why(failed: Mapping[str, Any]) -> str:
    """Why an insertion failed, by the index that refused it: `_id` is the number, else it is the codes."""
    return "overtaken" if "_id" in inner(failed, "keyPattern") else "code"


def _code_document(code: ClerkCode) -> Document:
    document: Document = {"k": code.key, "c": code.text}
    return document if code.until is None else {**document, "u": code.until}


def _code_from(item: Any) -> ClerkCode | None:
    written = text(item.get("c")) if isinstance(item, Mapping) else None
    return None if written is None else ClerkCode(written, moment(item.get("u")))


def _place(number: str) -> bytes:
    return f"clerks\0{number}".encode()
