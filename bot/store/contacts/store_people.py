"""Lists the people bound to clerks of stores, for accounts of these stores: each query within a scope, by an
index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from heapq import merge
from typing import Any

from pymongo import DESCENDING

from bot.model.clerk import ListCursor, OfClerk, OfEveryStore, OfStores, SeenPeople, StorePerson
from bot.model.plain_text import cleaned
from bot.model.processes import part_of
from bot.store.codec.documents import contact_from
from bot.store.codec.record import RawPart
from bot.store.database.mongo import Document, looking_at_all
from bot.store.repository import SealedRepository
from bot.store.sealing.private import all_hashed

STORES = 100
"""Stores in one query: MongoDB reads each in order of the index and merges up to 200 of them."""
MOST = 20
"""Contacts returned for one phone; more have it by mistake."""
LOOKED = 2_000
"""People whose phone one search for its last digits opens: numbers lie sealed, so no index helps."""
OPENED = 100
"""People whose phones are opened in one go, before the event loop may do other work."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any binding to a clerk: with this bound an index answers without reading contacts."""
_NEWEST = [("b.clerk.at", DESCENDING), ("_id", DESCENDING)]
_SHOWN = {"name": 1, "ids.ch": 1, "ids.friend": 1, "b": 1, "s.p.phone": 1, "p.member_no": 1}
"""The fields of a person that are read: a store needs no others."""


class StorePeople(SealedRepository, collection="contacts"):
    """The collection `contacts`. Every call is bounded by a scope, and may raise `DatabaseUnavailable`."""

    async def newest(
        self, seen: SeenPeople, after: ListCursor | None, most: int, *, name: str = ""
    ) -> list[StorePerson]:
        """People in the scope, the last bound first, after a position; `name`: only those whose name contains
        it."""
        of_name: Document = {}
        if name:
            written = {name, cleaned(name)}  # as it is, or in full width by another keyboard
            of_name = {"name": {"$regex": "|".join(map(re.escape, sorted(written))), "$options": "i"}}
        found: list[list[StorePerson]] = []
        for part in _parts(seen):
            where = {**part, **_behind(part, after), **of_name}
            asked = self._rows.find(where, _SHOWN).sort(_NEWEST).hint(_index(seen)).limit(most)
            found.append(self._people(await asked.to_list(most)))
        in_order = merge(*found, key=lambda one: (one.clerk.at, one.id), reverse=True)
        return [one for _, one in zip(range(most), in_order, strict=False)]

    async def with_phone(self, seen: SeenPeople, phone: str) -> list[StorePerson]:
        """Those who have this phone (E.164)."""
        hashes = {"$in": all_hashed(phone, self._seal.blind_indexes)}
        asked = self._rows.find({"p.phone": hashes, **_within(seen)}, _SHOWN).limit(MOST)
        return self._people(await asked.to_list(MOST))

    async def with_phone_end(
        self, seen: SeenPeople, digits: str, after: ListCursor | None, most: int
    ) -> tuple[list[StorePerson], ListCursor | None]:
        """People whose phone ends with these digits, among `LOOKED` people after a position; and the position
        to go on from, `None`: there are no more."""
        found: list[StorePerson] = []
        for _ in range(0, LOOKED, OPENED):
            some = await self.newest(seen, after, OPENED)
            for person in some:
                after = person.place
                if person.phone is not None and person.phone.endswith(digits):
                    found.append(person)
                    if len(found) == most:
                        return found, after
            if len(some) < OPENED:
                return found, None
        return found, after

    async def one(self, seen: SeenPeople, contact: str) -> StorePerson | None:
        """This contact; `None` outside the scope."""
        where = {"_id": contact, "part": part_of(contact), "$and": [_within(seen)]}
        document = await self._rows.find_one(where, _SHOWN)
        return None if document is None else next(iter(self._people([document])), None)

    async def how_many(self, seen: SeenPeople, most: int) -> int:
        """How many there are, counted up to so many."""
        found = 0
        for part in _parts(seen):
            found += await self._rows.count_documents(part, limit=most)
        return min(found, most)

    async def by_clerk(self, seen: SeenPeople) -> Mapping[str, int]:
        """How many people each clerk has of those who are seen, by number."""
        found: Counter[str] = Counter()
        group = {"$group": {"_id": "$b.clerk.no", "n": {"$sum": 1}}}
        for part in _parts(seen):
            async with looking_at_all():
                rows = self._rows.aggregate([{"$match": part}, group])
                async for row in rows:
                    found[row["_id"] or ""] += row["n"]
        return found

    async def by_store(self) -> Mapping[str, int]:
        """How many people each store has, by its name in the playbook of then."""
        group = {"$group": {"_id": "$b.clerk.store", "n": {"$sum": 1}}}
        where = {"b.clerk.store": {"$gte": ""}}
        async with looking_at_all():
            rows = self._rows.aggregate([{"$match": where}, group], hint="of_store")
            return {row["_id"]: row["n"] async for row in rows}

    def _people(self, documents: Sequence[RawPart]) -> list[StorePerson]:
        people = (self._person(document) for document in documents)
        return [person for person in people if person is not None]

    def _person(self, document: RawPart) -> StorePerson | None:
        contact = contact_from(document, self._seal)
        if contact.clerk is None:
            return None
        friends = {one.friend for one in contact.identities}
        friend = True if True in friends else False if False in friends else None
        member = "member_no" in document.get("p", {}) or "shop" in contact.bindings
        proven = "phone" in contact.bindings
        return StorePerson(contact.id, contact.name, contact.clerk, contact.phone, proven, friend, member)


def _within(seen: SeenPeople) -> Document:
    """The filter for all people in a scope."""
    match seen:
        case OfEveryStore():
            return {"b.clerk.at": {"$gte": _EVER}}
        case OfStores(names):
            return {"b.clerk.store": {"$in": list(names)}}
        case OfClerk(number):
            return {"b.clerk.no": number}


def _parts(seen: SeenPeople) -> list[Document]:
    """The filter of a scope in parts, each of which MongoDB can answer from an index in order."""
    if not isinstance(seen, OfStores):
        return [_within(seen)]
    names = seen.names
    return [_within(OfStores(names[begin : begin + STORES])) for begin in range(0, len(names), STORES)]


def _index(seen: SeenPeople) -> str:
    """The index in the order of the list, for a hint: MongoDB alone may choose to read people of all
    stores."""
    match seen:
        case OfEveryStore():
            return "with_clerk_newest"
        case OfStores():
            return "of_store_newest"
        case OfClerk():
            return "of_clerk_newest"


def _behind(part: Mapping[str, Any], after: ListCursor | None) -> Document:
    if after is None:
        return {}
    here = {**part.get("b.clerk.at", {}), "$lte": after.at}
    return {"b.clerk.at": here, "$or": [{"b.clerk.at": {"$lt": after.at}}, {"_id": {"$lt": after.id}}]}
