"""Searching all contacts, page by page in the order of their ids, for staff who look for somebody.

A search is led by one index: that of the part of the query which the fewest contacts match (a `Lead`). Of
that index ids are read, more with each step; other indexes reduce them; only the contacts left are read.
Where no index fits, the ids of all contacts lead. So the work of a step is bounded, and each batch says how
many contacts it looked at. A search that finds few in that way ends with a scan of the whole collection.

Names are found by pieces: each Chinese sign and each two neighbours, each three Latin letters
(`engine/texts/name_grams`). Weighed: sealed names with keyed pieces (each list would open every document),
MongoDB's text index (no Chinese words), a regular expression (0.7 s of a million contacts), an index for each
attribute (an edit would build one).
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from bot.engine.texts.name_grams import is_named, searched_grams
from bot.model.contact_kind import BEHIND_THEM
from bot.model.stored import Stored
from bot.model.value import PRIVATE_SLOT, Value
from bot.store.codec.contact_changes import NAME_GRAMS
from bot.store.codec.documents import stored_from
from bot.store.contacts.audiences import FEW, AudienceFilters, AudienceQuery, reachable, some_of
from bot.store.contacts.filter import NONE_FITS, PERSONS
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.people_collections import ATTRIBUTES
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal

_BATCH = 60
"""People in one batch, and ids that the first step reads: a page of the list and some more."""
_MOST = 5_000
"""Contacts that one step looks at: some 100 ms where each is read from the disk."""
_COUNTED = 4_000
"""Up to so many contacts of an index are counted, to choose the lead. An index without ids must have
fewer."""
_COMPARED, _TOGETHER = 8, 2
"""Indexes whose contacts are counted, at most; and indexes that reduce the ids of the lead, at most."""
LISTED = 20_000
"""People of one tag, store or clerk up to whom a count is exact (some 70 ms); beyond it is estimated by a
sample."""
_LONG = 15_000
"""Contacts looked at, after which a search that has found less than a batch scans the collection."""
_SORTED = 2_000
"""People that one scan of the collection returns, at most."""


@dataclass(frozen=True, slots=True)
class ConditionAlternatives:
    """A condition on several channels, of which one has to hold. `reachable`: only who may be sent
    something."""

    queries: Sequence[AudienceQuery]
    reachable: bool = False


@dataclass(frozen=True, slots=True)
class SoughtValue:
    """The value of the attribute in this slot; `begins`: or a longer text that begins so, if it is not
    sealed."""

    slot: str
    value: Value = field(repr=False)
    begins: bool = False


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Who is looked for: of whom all of this holds. `name`: a part of it; `stores`: bound in one of these;
    `tags`: one of these is on, where there are any."""

    now: datetime
    name: str = field(default="", repr=False)
    tag: str | None = None
    clerk: str | None = None
    stores: Sequence[str] | None = None
    channel: str | None = None
    conditions: Sequence[ConditionAlternatives] = ()
    tags: Sequence[str] = ()
    value: SoughtValue | None = None

    @property
    def has_line(self) -> bool:
        """Whether nobody is meant who has no LINE account."""
        return self.channel is not None or any(one.reachable for one in self.conditions)


@dataclass(frozen=True, slots=True)
class SearchBatch:
    """Contacts that were found, sorted by id, and how many more contacts were looked at for them."""

    found: Sequence[Stored]
    looked_at: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A condition (`where`) that an `index` answers. `by_id`: the index has contacts of one value in order of
    id."""

    index: str
    where: Document
    by_id: bool = True

    @property
    def is_of_one(self) -> bool:
        """Whether the condition is for one value."""
        return not any(isinstance(value, dict) for value in self.where.values())


_EVERYBODY = Lead("_id_", {})
_LEADS: Mapping[str, tuple[str, bool]] = {
    "tags.n": ("tagged", True),
    "b.clerk.no": ("of_clerk", True),
    "b.clerk.store": ("of_store", True),
    "p.phone": ("by_phone", False),
    "p.email": ("by_email", False),
    "p.member_no": ("by_member_no", False),
}
"""The fields whose values may lead: for each its index, and whether that has the ids in order."""
_VALUES = range(1, 100)
"""How many values of a field may lead: with more MongoDB would sort all contacts that match."""


def leads_of(where: Document) -> Iterator[Lead]:
    """The conditions of a filter that an index answers, and that every result must match."""
    for path, value in where.items():
        if path == "$and":
            for part in value:
                yield from leads_of(part)
        elif path == "$or":  # the same condition on several channels
            first, *others = [list(leads_of(part)) for part in value]
            yield from (one for one in first if all(one in other for other in others))
        elif path == NAME_GRAMS:
            for gram in value["$all"]:
                yield Lead("by_name", {path: gram})
        elif path == "tags":
            for part in value["$elemMatch"].get("$and", ()):
                if len(part.get("n", {}).get("$in", ())) in _VALUES:
                    yield _lead("tags.n", part["n"])
        elif path.partition(".")[0] in ATTRIBUTES and value != {"$exists": False}:
            yield Lead("by_attribute", {path: value}, by_id=False)
        elif path in _LEADS and (not isinstance(value, dict) or len(value.get("$in", ())) in _VALUES):
            yield _lead(path, value)


def _lead(path: str, value: Any) -> Lead:
    index, by_id = _LEADS[path]
    several = value["$in"] if isinstance(value, dict) else [value]
    return Lead(index, {path: several[0] if len(several) == 1 else value}, by_id)


class ContactSearch:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal, filters: AudienceFilters) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal
        self._filters = filters

    async def batches(self, query: ContactQuery, after: str = "") -> AsyncIterator[SearchBatch]:
        """The contacts that match, after this id, batch by batch; a caller may stop at any batch."""
        where = self._where(query)
        if query.has_line:
            after = max(after, BEHIND_THEM)
        first, *others = await self._leads(where, after) or [_EVERYBODY]
        size, looked_at, found, more = _BATCH if first.by_id else _COUNTED, 0, 0, True
        while more and (looked_at < _LONG or found >= _BATCH):
            ids = await self._ids(first, {"$gt": after}, size)
            looked_at, new, more = looked_at + len(ids), len(ids), len(ids) == size
            after, size = ids[-1] if ids else after, min(2 * size, _MOST)
            for other in others:
                if len(ids) > _BATCH:
                    ids = await self._ids(other, {"$in": ids}, len(ids))
            async for some in self._read(where, ids):
                found += len(some)
                yield SearchBatch(self._named(some, query.name), new)
                new = 0
            if new:
                yield SearchBatch((), new)
        if more:
            async for batch in self._in_a_row(where, after):
                yield SearchBatch(self._named(batch, query.name), 0)

    async def number(self, query: ContactQuery) -> tuple[int, bool] | None:
        """How many contacts match, and whether that is an estimate; `None`: it would take a scan.

        `None` also with a `name`: the index has its pieces, which more contacts may have.
        """
        where, leads = self._where(query), list(leads_of(self._where(query)))
        if query.name:
            return None
        everybody = int(await self._contacts.estimated_document_count())
        if everybody < FEW:
            return await self._contacts.count_documents(where), False
        if not leads:
            return None if query.conditions or query.channel else (everybody, True)
        if len(leads) > 1:
            return None
        led, most = leads[0], LISTED + 1
        some = some_of(everybody)  # beside the count: what both take together is waited for once
        counted, looked_at, found = await asyncio.gather(
            self._contacts.count_documents(led.where, hint=led.index, limit=most),
            self._contacts.count_documents(some, hint="sampled"),
            self._contacts.count_documents({**some, **led.where}, hint="sampled"),
        )
        if counted < most:
            return counted, True
        return round(everybody * found / looked_at) if looked_at else counted, True

    async def _leads(self, where: Document, after: str) -> list[Lead]:
        """The lead and the indexes beside it, those with the fewest contacts after this id first."""
        found = list(leads_of(where))
        if len(found) < 2 and all(one.by_id for one in found):
            return found
        counted: list[tuple[int, Lead]] = []
        for one in sorted(found, key=lambda one: one.index == "by_name")[:_COMPARED]:
            here: Document = {**one.where, "_id": {"$gt": after}} if one.by_id else one.where
            number = await self._contacts.count_documents(here, limit=_COUNTED, hint=one.index)
            if one.by_id or number < _COUNTED:
                counted.append((number, one))
            if number <= _BATCH:  # fewer need not be looked for
                break
        order = [one for _, one in sorted(counted, key=lambda pair: pair[0])]
        return [*order[:1], *[one for one in order[1:] if one.by_id and one.is_of_one][:_TOGETHER]]

    async def _ids(self, lead: Lead, ids: Document, most: int) -> list[str]:
        """The first `most` ids, among `ids`, that match a lead; read from its index alone where that has the
        ids."""
        async with looking_at_all():
            asked = self._contacts.find({**lead.where, "_id": ids}, {"_id": 1}, hint=lead.index)
            return [one["_id"] for one in await asked.sort("_id", ASCENDING).limit(most).to_list(None)]

    async def among(self, query: ContactQuery, some: Sequence[Stored]) -> list[Stored]:
        """Those of these contacts that match the query, its name not considered."""
        ids = [one.contact.id for one in some]
        where = {"$and": [{"_id": {"$in": ids}}, self._where(replace(query, name=""))]}
        found = await self._contacts.find(where, {"_id": 1}, hint="_id_").to_list(None)
        theirs = {document["_id"] for document in found}
        return [one for one in some if one.contact.id in theirs]

    def _named(self, found: Sequence[Document], wanted: str) -> list[Stored]:
        """Those whose name really contains what is wanted: the index finds all that have its pieces."""
        named = (one for one in found if not wanted or is_named(one.get("name") or "", wanted))
        return [stored_from(document, self._seal) for document in named]

    async def _read(self, where: Document, ids: list[str]) -> AsyncIterator[list[Document]]:
        """Those of these ids that match, a batch at a time."""
        while ids:
            async with looking_at_all():
                asked = self._contacts.find({"$and": [{"_id": {"$in": ids}}, where]}, hint="_id_")
                found = await asked.sort("_id", ASCENDING).limit(_BATCH).to_list(None)
            yield found
            ids = ids[bisect_right(ids, found[-1]["_id"]) :] if len(found) == _BATCH else []

    async def _in_a_row(self, where: Document, after: str) -> AsyncIterator[list[Document]]:
        """All contacts after an id that match, by scans of the collection in its natural order."""
        more = True
        while more:
            async with looking_at_all():
                behind = {"$and": [{"_id": {"$gt": after}}, where]}
                asked = self._contacts.find(behind, hint=[("$natural", ASCENDING)])
                found = await asked.sort("_id", ASCENDING).limit(_SORTED).to_list(None)
            more = len(found) == _SORTED
            after = found[-1]["_id"] if found else after
            for start in range(0, len(found), _BATCH):
                yield found[start : start + _BATCH]

    def _where(self, query: ContactQuery) -> Document:
        parts: list[Document] = [
            {**PERSONS, "to": {"$exists": False}, "rev": {"$exists": True}},
        ]
        if query.name:
            parts.append({NAME_GRAMS: {"$all": searched_grams(query.name)}})
        if query.tag is not None:
            parts.append(_tagged(query.tag, query.now))
        if query.tags:
            parts.append(_tagged({"$in": list(query.tags)}, query.now))
        if query.value is not None:
            parts.append({query.value.slot: self._held(query.value)})
        if query.clerk is not None:
            parts.append({"b.clerk.no": query.clerk})
        if query.stores is not None:
            parts.append({"b.clerk.store": {"$in": list(query.stores)}})
        if query.channel is not None:
            parts.append({"ids.ch": query.channel})
        parts += [self._one_of(alternatives) for alternatives in query.conditions]
        return {"$and": parts}

    def _held(self, sought: SoughtValue) -> Any:
        """The filter of an attribute's field."""
        if sought.slot.startswith(f"{PRIVATE_SLOT}."):
            return {"$in": all_hashed(sought.value, self._seal.blind_indexes)}
        if sought.begins:
            return {"$gte": sought.value, "$lt": f"{sought.value}\U0010ffff"}
        return sought.value

    def _one_of(self, alternatives: ConditionAlternatives) -> Document:
        ways = [
            self._filters.filter_with_entries(
                one, reachable(one.channel, one.consent_from) if alternatives.reachable else {}
            )
            for one in alternatives.queries
        ]
        return {"$or": ways} if len(ways) > 1 else next(iter(ways), dict(NONE_FITS))


def _tagged(name: str | Document, now: datetime) -> Document:
    """The filter of a tag that is on; the first of its fields is what the index is asked."""
    return {"tags.n": name, "tags": {"$elemMatch": {"n": name, "exp": {"$gt": now}}}}
