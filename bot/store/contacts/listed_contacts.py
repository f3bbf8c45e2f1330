"""Finds the contacts that are on a list of people, and records that in their field `lists`.

A turn does so for its own contact; here all others are updated in batches when a list has changed. The list
itself is not stored: phones and member numbers are found by their keyed hashes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from itertools import islice

from bot.engine.conditions.people import ListedPeople
from bot.model.contact import contact_id
from bot.store.database.mongo import Document
from bot.store.database.scans import by_parts
from bot.store.repository import SealedRepository
from bot.store.sealing.private import all_hashed

BATCH = 500
"""Entries of a list that are looked up, or recorded on contacts, by one command."""


class ListedContacts(SealedRepository, collection="contacts"):
    """The collection `contacts`. Every call raises `DatabaseUnavailable`, and may be made again."""

    async def on(self, people: ListedPeople, channels: Collection[str]) -> AsyncIterator[list[str]]:
        """The ids of the contacts on a list, some at a time; `channels` are those that LINE ids are of."""
        for entries in _batches(people):
            yield await self.of(people, entries, channels)

    async def of(self, people: ListedPeople, entries: Sequence[str], channels: Collection[str]) -> list[str]:
        """The ids of the contacts that these entries of the list stand for."""
        where = await self._standing(people, entries, channels)
        found = await self._rows.find(where, {"_id": 1}).to_list(None)
        return [document["_id"] for document in found]

    def all_of(self, people: ListedPeople) -> Document:
        """One filter with all entries of a list, for the contacts on it; for a scan, as no index helps."""
        if people.column == "line_id":
            return {"ids.uid": {"$in": list(people.entries)}}
        return self._by_hash(people, list(people.entries))

    async def mark(self, people: ListedPeople, channels: Collection[str]) -> int:
        """Record on all contacts of a list that they are on it; for how many that is new.

        Their revision is incremented: a turn decided on an older state is decided anew.
        """
        new = 0
        for entries in _batches(people):
            where = await self._standing(people, entries, channels)
            done = await self._rows.update_many(
                {**where, "lists": {"$ne": people.key}},
                {"$addToSet": {"lists": people.key}, "$inc": {"rev": 1}},
            )
            new += done.modified_count
        return new

    async def forget_others(self, keys: Sequence[str]) -> int:
        """Remove all lists but these from all contacts; how many contacts had others."""
        gone = 0
        for some in by_parts():
            other = {**some, "lists": {"$exists": True, "$elemMatch": {"$nin": list(keys)}}}
            done = await self._rows.update_many(
                other, {"$pull": {"lists": {"$nin": list(keys)}}, "$inc": {"rev": 1}}
            )
            gone += done.modified_count
        return gone

    async def _standing(
        self, people: ListedPeople, entries: Sequence[str], channels: Collection[str]
    ) -> Document:
        """The filter that is true where `ListedPeople.has` is, for these entries alone."""
        if people.column != "line_id":
            return self._by_hash(people, entries)
        ids = [contact_id(channel, user) for channel in channels for user in entries]
        return {"_id": {"$in": await self._today(ids)}, "ids.uid": {"$in": list(entries)}}

    def _by_hash(self, people: ListedPeople, entries: Sequence[str]) -> Document:
        if people.column == "phone":
            return {"p.phone": {"$in": self._hashes(entries)}, "b.phone": {"$exists": True}}
        bound = [{"b.phone": {"$exists": True}}, {"b.shop": {"$exists": True}}]
        return {"p.member_no": {"$in": self._hashes(entries)}, "$or": bound}

    def _hashes(self, entries: Sequence[str]) -> list[str]:
        return [hash_ for entry in entries for hash_ in all_hashed(entry, self._seal.blind_indexes)]

    async def _today(self, ids: list[str]) -> list[str]:
        """The contacts of these ids, or those that they were merged into (`to`)."""
        found: set[str] = set()
        while ids:
            documents = await self._rows.find({"_id": {"$in": ids}}, {"to": 1}).to_list(None)
            found |= {document["_id"] for document in documents if "to" not in document}
            ids = [document["to"] for document in documents if "to" in document]
        return sorted(found)


def _batches(people: ListedPeople) -> Iterator[list[str]]:
    entries = iter(people.entries)
    while batch := list(islice(entries, BATCH)):
        yield batch
