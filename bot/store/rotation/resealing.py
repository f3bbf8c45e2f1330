"""Seals all sealed values of a database anew with the current key, in batches, while it is in use.

A value is replaced only if it is still the one that was read, and revisions of contacts do not change, so
that no turn is lost. Doing a batch twice, or by two processes at once, does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions

from bot.model.value import PRIVATE_SLOT
from bot.services.phone_rows import STILL_WRITTEN
from bot.store.codec.documents import ENDS
from bot.store.collections import COLLECTIONS
from bot.store.database.bulk_commands import update_all
from bot.store.database.mongo import Database, Document
from bot.store.rotation.places import sealed_values
from bot.store.sealing.private import PrivateFields, all_hashed
from bot.store.sealing.seal import Seal, SealInvalid, index_key_of, key_of

_READING: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)

HASHED: Mapping[str, Sequence[str]] = {"contacts": ("p", PRIVATE_SLOT), "member_records": ("p",)}
"""By collection: the fields with keyed hashes; the values are sealed at the same paths below `s`,
those of the ends of phones (`ENDS`) at that of the phone."""
_PHONE_OF = {f"p.{end}": f"p.{name}" for name, end in ENDS.items()}


def renewed(collection: str, document: Mapping[str, Any], seal: Seal) -> tuple[Document, Document]:
    """The values by path that must still be in a document, and those that replace them; empty: all are
    current.

    A value that does not open is not replaced: retiring its key reports it.
    """
    old: Document = {}
    new: Document = {}
    for one in sealed_values(collection, document):
        inside = (collection, one.path) == ("audit", "before")
        if seal.is_current(one.value) and not inside:
            continue
        try:
            plain = seal.open(one.value, one.bound_to)
        except SealInvalid:
            continue
        if inside:
            before, changed = _before(plain, seal)
            if seal.is_current(one.value) and not changed:
                continue
            plain = before
        old[one.path], new[one.path] = one.value, seal.seal(plain, one.bound_to)
    if collection in HASHED:
        for path, was, is_ in hashes(collection, document, seal):
            sealed = f"s.{_PHONE_OF.get(path, path)}"
            old |= {path: was, sealed: _at(document, sealed)}
            new[path] = is_
    return old, new


def hashes(collection: str, document: Mapping[str, Any], seal: Seal) -> Iterator[tuple[str, str, str]]:
    """The keyed hashes of a document by another key than the current one: path, hash, new hash."""
    privacy = PrivateFields(seal, document["_id"])
    for place in HASHED[collection]:
        for key, was in (document.get(place) or {}).items():
            if not isinstance(was, str) or index_key_of(was) == seal.used.indexing:
                continue
            path = f"{place}.{key}"
            sealed = _PHONE_OF.get(path, path)
            value = privacy.open(_at(document, f"s.{sealed}"), sealed).get("v")
            if value is not None:
                yield path, was, privacy.hashed(value) if sealed == path else privacy.hashed_end(value)


def _before(plain: bytes, seal: Seal) -> tuple[bytes, bool]:
    """The two contacts of a line of the audit log (BSON) with their values sealed anew; and whether any
    was."""
    content = bson.decode(plain, _READING)
    changed = False
    for contact in content["before"]:
        old, new = renewed("contacts", contact, seal)
        for path in old.keys() & new.keys():
            _put(contact, path, new[path])
            changed = True
    return bson.encode(content), changed


def _at(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _put(document: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for key in way:
        document = document[int(key)] if isinstance(document, list) else document[key]
    if isinstance(document, list):
        document[int(last)] = value
    else:
        document[last] = value


BATCH = 500
"""Documents that are read at a time."""
LARGE = {"playbook_files": 16, "conversation_files": 16, "drafts": 1}
"""Documents that are read at a time of collections whose documents may have megabytes."""
PHONES = "phones"


def _at_a_time(collection: str) -> int:
    return LARGE.get(collection, BATCH)


def in_order() -> list[str]:
    """The collections with something to do, `audit` last: a merge puts what a contact held into it."""
    names = [name for name, spec in COLLECTIONS.items() if spec.sealed and name != "audit"]
    return [*names, PHONES, "audit"]


@dataclass(slots=True)
class Resealed:
    """What came of a batch: how many documents were looked at and changed, and after which id to go on.

    `last` is `None` where there are no more. `left`: somebody else was faster with so many, each time.
    """

    looked: int = 0
    changed: int = 0
    left: int = 0
    last: Any = None


@dataclass(slots=True)
class SealedBy:
    """How many values are sealed with which key, and how many hashes made with which, by their ids."""

    sealed: Counter[str] = field(default_factory=Counter)
    hashed: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    """Hashes of what is only counted, and forgotten within days."""


class Resealer:
    """Seals anew with the keys that the seal uses now. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def batch(self, collection: str, after: Any) -> Resealed:
        """Seal the next documents of this collection anew, those with ids after this one."""
        documents = await self._read(collection, after)
        done = Resealed(looked=len(documents))
        is_full = len(documents) == _at_a_time(collection)
        done.last = documents[-1]["_id"] if is_full else None
        if collection == PHONES:
            for row in documents:
                done.changed += await self._rename(row)
            return done
        for _ in range(3):
            missed = await self._put(collection, documents, done)
            if not missed:
                return done
            query = {"_id": {"$in": [one["_id"] for one in missed]}}
            documents = await self._database.collection(collection).find(query).to_list(None)
        done.left += len(documents)
        return done

    async def _read(self, collection: str, after: Any) -> list[Document]:
        query: Document = {} if after is None else {"_id": {"$gt": after}}
        fields = {path.split(".")[0]: 1 for path in COLLECTIONS[collection].sealed}
        fields |= dict.fromkeys(HASHED.get(collection, ()), 1)
        found = self._database.collection(collection).find(query, fields or None)
        return await found.sort("_id", 1).limit(_at_a_time(collection)).to_list(None)

    async def _put(self, collection: str, documents: Sequence[Document], done: Resealed) -> list[Document]:
        """Store the values sealed anew; the documents that were changed meanwhile."""
        now = self._database.synchronous(collection)

        def put() -> tuple[int, list[Any]]:
            """In a thread: nobody's turn waits for it."""
            both = [(document["_id"], *renewed(collection, document, self._seal)) for document in documents]
            updates = [({"_id": name, **old}, {"$set": new}, False) for name, old, new in both if new]
            changed = update_all(now, updates) if updates else 0
            return changed, [where["_id"] for where, _, _ in updates]

        changed, ids = await self._database.visit(put)
        done.changed += changed
        if changed == len(ids):
            return []
        found = await self._database.collection(collection).find({"_id": {"$in": ids}}).to_list(None)
        return [one for one in found if renewed(collection, one, self._seal)[1]]

    # -- phones, whose rows are named by hashes

    async def _rename(self, row: Mapping[str, Any]) -> bool:
        """Store a row of `phones` under the current hash, if a contact's document has the phone."""
        if self._is_by_now(row):
            return False
        phone = await self._phone_of(row)
        if phone is None:
            return False
        names = all_hashed(phone, self._seal.blind_indexes)  # also the old: who comes may look by that only
        rows = self._database.collection(PHONES)

        async def once(session: Any) -> bool:
            gone = await rows.delete_one(dict(row), session=session)  # only if it is what we have read
            if gone.deleted_count:
                await rows.insert_one({**row, "_id": names[0], "h": names}, session=session)
            return bool(gone.deleted_count)

        return await self._database.transaction(once)

    def _is_by_now(self, row: Mapping[str, Any]) -> bool:
        return index_key_of(row["_id"]) == self._seal.used.indexing and row["_id"] in row.get("h", ())

    async def unnamed(self, now: datetime) -> int:
        """How many rows have no new hash and may still become somebody's; those that lapsed are removed."""
        rows = self._database.collection(PHONES)
        old = {"h": {"$not": {"$regex": f"^{self._seal.used.indexing}:"}}, "contact": {"$exists": False}}
        await rows.delete_many({**old, "until": {"$lte": now - STILL_WRITTEN}})
        return await rows.count_documents(old)

    async def forget_old_names(self) -> None:
        """Remove old hashes from rows of `phones`, once no process looks for them."""
        named = {"_id": {"$regex": f"^{self._seal.used.indexing}:"}, "h.1": {"$exists": True}}
        await self._database.collection(PHONES).update_many(named, [{"$set": {"h": ["$_id"]}}])

    async def _phone_of(self, row: Mapping[str, Any]) -> str | None:
        contacts = self._database.collection("contacts")
        for name in (row.get("contact"), row.get("claimed")):
            if name is None:
                continue
            found = await contacts.find_one({"_id": name}, {"s": 1, "flows": 1}) or {}
            for phone in _phones(found, self._seal):
                if not {row["_id"], *row.get("h", ())}.isdisjoint(
                    all_hashed(phone, self._seal.blind_indexes)
                ):
                    return phone
        return None

    # -- counting

    async def count(self, now: datetime) -> AsyncIterator[SealedBy]:
        """How much is sealed by which key: yielded repeatedly while everything is scanned."""
        found = SealedBy()
        for collection in in_order():
            after, is_full = None, True
            while is_full:  # what is written meanwhile is by the keys of now: nobody waits for the last of it
                documents = await self._read(collection, after)
                for document in documents:
                    self._add(collection, document, found)
                yield found
                is_full = len(documents) == _at_a_time(collection)
                after = documents[-1]["_id"] if documents else None
        await self._count_codes(now, found)
        yield found

    def _add(self, collection: str, document: Mapping[str, Any], found: SealedBy) -> None:
        found.sealed.update(key_of(one.value) for one in sealed_values(collection, document))
        if collection in HASHED:
            texts = (one for place in HASHED[collection] for one in (document.get(place) or {}).values())
            found.hashed.update(index_key_of(one) for one in texts if isinstance(one, str))
        elif collection == PHONES:
            names = {document["_id"], *document.get("h", ())}
            found.hashed.update({index_key_of(name) for name in names})

    async def last_counted(self, keys: Collection[str], after: datetime, until: datetime) -> datetime | None:
        """When something was last counted by one of these index keys, between the two moments."""
        rows = self._database.collection("code_limits").find({"spent.at": {"$gt": after, "$lte": until}})
        times = [
            one["at"]
            async for row in rows
            if index_key_of(row["_id"].partition(":")[2]) in keys
            for one in row["spent"]
        ]
        return max((at for at in times if after < at <= until), default=None)

    async def _count_codes(self, now: datetime, found: SealedBy) -> None:
        codes = self._database.collection("codes").find({"until": {"$gt": now}}, {"digest": 1})
        found.hashed.update([index_key_of(one["digest"]) async for one in codes])
        limits = self._database.collection("code_limits").find({"spent": {"$exists": True}}, {"_id": 1})
        found.counted.update([index_key_of(one["_id"].partition(":")[2]) async for one in limits])


def _phones(contact: Mapping[str, Any], seal: Seal) -> list[str]:
    """The phones that a contact's document tells of."""
    if not contact:
        return []
    privacy = PrivateFields(seal, contact["_id"])
    phones = [privacy.open((contact.get("s") or {}).get("p", {}).get("phone"), "p.phone").get("v")]
    for one in contact.get("flows", ()):
        place = f"flows.{one.get('ch')}.{one.get('f')}"
        phones.append(privacy.open(one.get("proven"), f"{place}.proven").get("v"))
        phones.append(privacy.open(one.get("found"), f"{place}.found").get("phone"))
    return [phone for phone in phones if isinstance(phone, str)]
