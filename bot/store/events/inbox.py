"""Stores the inbox: every event, before LINE's webhook is answered (200) or soon after its turn, until it is
done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from bot.model.inbox import InboxEntry
from bot.model.processes import PARTS
from bot.model.translatable import tr
from bot.store.database.bulk_commands import known_already
from bot.store.database.bulk_operations import SameTermWrite, insert_in_between, update_in_between
from bot.store.database.fast_operations import insert, update
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal, SealInvalid
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.store")

REPLAYED = "replayed"
"""The reason of events that were signed before ids of their time were forgotten."""
REPLAYED_WHY = b"it was signed so long ago that it may have been heard before"
"""Stored in place of a traceback with such an event."""

SERVER_TIME = bson.Timestamp(0, 0)
"""MongoDB puts its own, always growing timestamp in place of an empty one: the order of storing."""

_COMES = [
    {
        "$match": {
            "$or": [
                {"operationType": "insert", "fullDocument.foreign": True},
                {"operationType": "update", "updateDescription.updatedFields.contact": {"$exists": True}},
            ]
        }
    }
]
"""The changes that `foreign` watches: entries stored for another process, or reassigned to another
contact."""


@dataclass(frozen=True, slots=True)
class EntryState:
    """An inbox entry: its id, its contact, and whether it is still to be handled."""

    id: str
    contact: str
    is_open: bool


class Inbox:
    """The collection `inbox`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._collection = database.collection("inbox")
        self._durable = self._collection.with_options(read_concern=ReadConcern("majority"))
        self._database = database
        self._seal = seal

    async def store(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        log: SameTermWrite | None = None,
        *,
        bulk: bool = False,
    ) -> set[str]:
        """Make these entries durable, in one write; the ids of those that were known already.

        `foreign` are the ids of entries whose part another process owns: their owner is woken. With a `log`
        they are durable when that says so. `bulk`: nobody waits for their turns, which come after others.
        """
        documents = self._documents(entries, foreign, bulk=bulk)
        try:
            if log is None:
                await insert(self._database, "inbox", documents)
            else:
                await log.insert("inbox", documents)
        except BulkWriteError as error:
            return {entries[index].id for index in known_already(error)}
        return set()

    async def store_unheard(self, entries: Sequence[InboxEntry], seconds: float) -> int:
        """Make these durable as set aside: they may have been heard before, so no rule gets them now.

        Within so many seconds. How many of them are new.
        """
        sealed = self._seal.seal_all([(REPLAYED_WHY, entry.id.encode()) for entry in entries])
        documents = [
            document | {"state": "aside", "reason": REPLAYED, "why": why}
            for document, why in zip(self._documents(entries, ()), sealed, strict=True)
        ]
        known = 0
        try:
            async with asyncio.timeout(seconds):
                try:
                    await insert(self._database, "inbox", documents)
                except BulkWriteError as error:
                    known = len(known_already(error))
        except TimeoutError:
            raise DatabaseUnavailable(tr("the database took too long")) from None
        if new := len(entries) - known:
            log.warning(
                "%d events are set aside, for LINE signed them so long ago that they may be replayed", new
            )
        return new

    def document(self, entry: InboxEntry, *, foreign: bool) -> Document:
        """An entry as it is stored; `foreign`: its owner is woken."""
        return _document(entry, self._seal.seal(entry.raw, entry.id.encode()), foreign=foreign)

    def _entry(self, document: Mapping[str, Any]) -> InboxEntry:
        return InboxEntry(
            id=document["_id"],
            channel=document["ch"],
            contact=document["contact"],
            part=document["part"],
            at=document["at"],
            raw=self._seal.open(bytes(document["raw"]), document["_id"].encode()),
            tries=document.get("tries", 0),
        )

    async def open_contacts(self, parts: Sequence[int], before: datetime | None) -> dict[str, bool]:
        """The contacts of these parts that have entries which are not done (and were stored before then).

        With whether all of these are of bulk work.
        """
        if not parts:
            return {}
        # one range: of parts by name, MongoDB would walk from each past all that was done in the last minute
        query: Document = {"part": {"$gte": min(parts), "$lte": max(parts)}, "state": "open"}
        if before is not None:
            query["at"] = {"$lt": before}
        is_bulk: Document = {"$min": {"$ifNull": ["$bulk", False]}}
        each: Document = {"_id": "$contact", "part": {"$first": "$part"}, "bulk": is_bulk}
        ours: Document = {"part": {"$in": list(parts)}}
        found = self._collection.aggregate([{"$match": query}, {"$group": each}, {"$match": ours}])
        return {document["_id"]: document["bulk"] for document in await found.to_list(None)}

    async def bulk_waiting(self) -> int:
        """How many entries of bulk work are not done."""
        all_parts = {"$gte": 0, "$lt": PARTS}
        return await self._collection.count_documents({"part": all_parts, "bulk": True, "state": "open"})

    async def waiting(self, most: int) -> tuple[int, datetime | None]:
        """How many entries are not done, counted up to so many; since when the oldest of these waits."""
        asked = self._collection.find({"state": "open"}, {"_id": 0, "at": 1}).hint("open").limit(most)
        found = [document["at"] for document in await asked.to_list(most)]
        return len(found), min(found, default=None)

    async def open_of(
        self, contact: str, part: int, limit: int, but: Collection[str] = ()
    ) -> list[InboxEntry]:
        """The oldest `limit` entries of this contact that are not done, `but` for these, oldest first.

        An entry that does not open (its key is gone) stays where it is, and the others are given.
        """
        query: Document = {"part": part, "contact": contact, "state": "open"}
        if but:
            query["_id"] = {"$nin": list(but)}
        cursor = self._collection.find(query).sort("order", 1).limit(limit)
        documents = await cursor.to_list(None)
        return [entry for document in documents if (entry := self._readable(document)) is not None]

    async def entries(self, ids: Collection[str], part: int) -> dict[str, InboxEntry]:
        """Those of these entries of a part that are stored, done or not, and open, by id."""
        documents = await self._collection.find({"_id": {"$in": list(ids)}, "part": part}).to_list(None)
        found = map(self._readable, documents)
        return {entry.id: entry for entry in found if entry is not None}

    def _readable(self, document: Mapping[str, Any]) -> InboxEntry | None:
        try:
            return self._entry(document)
        except SealInvalid:
            log.error("an entry of the inbox does not open: its key is missing, or it is damaged")
            return None

    async def between(self, after: str, end: str, most: int) -> list[EntryState]:
        """The first of the entries with ids behind `after` and before `end`, in this order."""
        where: Document = {"_id": {"$gt": after, "$lt": end}}
        rows = self._collection.find(where, {"contact": 1, "state": 1}).sort("_id", 1).limit(most)
        return [EntryState(one["_id"], one["contact"], one["state"] == "open") async for one in rows]

    async def begin(self, entries: Sequence[InboxEntry]) -> None:
        """Count one more try of these entries, before they are decided again after a crash."""
        await self._collection.update_many(_these(entries), {"$inc": {"tries": 1}})

    async def keep(self, entries: Sequence[InboxEntry]) -> set[str]:
        """Insert entries as done, as they came with their turn. Entries that exist are not changed, and may
        not be done: returns their ids, perhaps with some others."""

        def rows(some: Sequence[InboxEntry]) -> list[Document]:
            return [document | {"state": "done"} for document in self._documents(some, ())]

        return {entry.id for entry in await insert_in_between(self._database, "inbox", entries, rows)}

    def _documents(
        self, entries: Sequence[InboxEntry], foreign: Collection[str], *, bulk: bool = False
    ) -> list[Document]:
        sealed = self._seal.seal_all([(entry.raw, entry.id.encode()) for entry in entries])
        pairs = zip(entries, sealed, strict=True)
        more: Document = {"bulk": True} if bulk else {}
        return [_document(entry, raw, foreign=entry.id in foreign) | more for entry, raw in pairs]

    async def cut(self, entries: Sequence[InboxEntry]) -> None:
        """Replace the content of these entries; those that do not exist any more are not inserted."""
        sealed = self._seal.seal_all([(entry.raw, entry.id.encode()) for entry in entries])
        updates = [
            ({"_id": entry.id, "part": entry.part}, {"$set": {"raw": raw}}, False)
            for entry, raw in zip(entries, sealed, strict=True)
        ]
        await update(self._database, "inbox", updates, for_many=True)

    async def done(self, ids: Sequence[str], parts: Iterable[int]) -> None:
        """Mark these entries done. Doing it twice changes nothing."""
        theirs = {"part": {"$in": sorted(set(parts))}, "state": "open"}
        change = {"$set": {"state": "done"}, "$unset": {"foreign": ""}}
        await update_in_between(
            self._database, "inbox", ids, lambda some: ({"_id": {"$in": list(some)}, **theirs}, change)
        )

    async def drop(self, entries: Sequence[InboxEntry]) -> None:
        """Delete these entries, as if they had not come."""
        await self._collection.delete_many(_these(entries))

    async def set_aside(self, entry: str, part: int, why: str) -> None:
        """Keep this entry, with the traceback sealed, out of the way: it is never decided again by itself."""
        sealed = self._seal.seal(why.encode("utf-8", "replace"), entry.encode())
        done = await self._collection.update_one(
            {"_id": entry, "part": part}, {"$set": {"state": "aside", "why": sealed}}
        )
        if done.matched_count:  # then it is an entry's id, which holds no LINE user id, as a timer's does
            log.warning("an event is set aside, for it cannot be decided; nobody answers it: %s", entry)

    async def knows(self, entry: str, part: int) -> bool:
        """Whether an entry of this id was stored within its life, whatever has become of it."""
        return await self._collection.find_one({"_id": entry, "part": part}, {"_id": 1}) is not None

    async def known(self, ids: Collection[str]) -> set[str]:
        """Those of these entries that are stored by a majority, done or not: no failover loses them."""
        return set(await self._states(ids))

    async def known_done(self, ids: Collection[str]) -> set[str]:
        """Those of these entries that are done, by a majority."""
        return {entry for entry, state in (await self._states(ids)).items() if state == "done"}

    async def _states(self, ids: Collection[str]) -> dict[str, str]:
        documents = await self._durable.find({"_id": {"$in": list(ids)}}, {"state": 1}).to_list(None)
        return {document["_id"]: document["state"] for document in documents}

    async def why_aside(self, entry_id: str, part: int) -> str | None:
        """The traceback of an entry that was set aside; `None` if it was not."""
        document = await self._collection.find_one({"_id": entry_id, "part": part, "state": "aside"})
        if document is None:
            return None
        why: bytes = self._seal.open(bytes(document["why"]), entry_id.encode())
        return why.decode()

    async def foreign(self) -> AsyncIterator[tuple[str, bool] | None]:
        """The contact of each entry that a process stored for another's part, as it is stored or given, and
        whether it is of bulk work.

        `None` comes first, as soon as nothing can be missed any more.

        Ends when MongoDB closes the stream; raises `DatabaseUnavailable` when it is away.
        """
        async with self._collection.watch(_COMES) as stream:
            yield None
            async for change in stream:
                is_new = change["operationType"] == "insert"
                fields = change["fullDocument"] if is_new else change["updateDescription"]["updatedFields"]
                yield fields["contact"], fields.get("bulk", False)


def _document(entry: InboxEntry, raw: bytes, *, foreign: bool) -> Document:
    document: Document = {
        "_id": entry.id,
        "ch": entry.channel,
        "contact": entry.contact,
        "part": entry.part,
        "at": entry.at,
        "order": SERVER_TIME,
        "state": "open",
        "raw": raw,
    }
    if foreign:
        document["foreign"] = True
    return document


def _these(entries: Sequence[InboxEntry]) -> dict[str, Any]:
    return {"_id": {"$in": [e.id for e in entries]}, "part": {"$in": sorted({e.part for e in entries})}}
