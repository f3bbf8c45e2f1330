"""Searching all contacts, page by page in the order of their ids, for staff who look for somebody.

A search goes by an index where it names somebody, a tag, a clerk or a store. What only a condition says is
looked for among some contacts after others, so that nobody waits for the whole: each batch says where it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from pymongo import ASCENDING

from bot.engine.texts.name_grams import is_named, name_grams, searched_grams
from bot.model.contact_kind import CROWDS
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.store.codec.documents import NAME_GRAMS, stored_from
from bot.store.contacts.audiences import AudienceQuery, AudienceQuestion, reachable
from bot.store.contacts.filter import PERSON_ID
from bot.store.database.bulk_commands import Update, update_all
from bot.store.database.mongo import Database, Document, looking_at_all, reaching
from bot.store.sealing.seal import Seal

WINDOW = 20_000
"""Contacts of one question that goes by no index: some 30 ms."""
_BATCH = 100
"""Contacts that are read at a time, of those that an index finds."""


@dataclass(frozen=True, slots=True)
class ConditionAlternatives:
    """Of whom one of these holds: the same condition, by channel. `reachable`: who may be sent something."""

    queries: Sequence[AudienceQuery]
    reachable: bool = False


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Who is looked for: of whom all of this holds. `name`: a part of it; `stores`: bound in one of these."""

    now: datetime
    name: str = field(default="", repr=False)
    tag: str | None = None
    clerk: str | None = None
    stores: Sequence[str] | None = None
    channel: str | None = None
    conditions: Sequence[ConditionAlternatives] = ()


@dataclass(frozen=True, slots=True)
class SearchBatch:
    """Some who were found, by their ids; of so many who were `looked_at`, where no index helps."""

    found: Sequence[Stored]
    looked_at: int


_Batch: TypeAlias = tuple[list[Document], int]


class ContactSearch:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal, question: AudienceQuestion) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal
        self._question = question

    async def batches(self, query: ContactQuery, after: str = "") -> AsyncIterator[SearchBatch]:
        """All who are meant, behind this id. Whoever stops asking reads no further."""
        where, index = self.question_of(query)
        batches = self._by_index(where, index, after) if index else self._in_windows(where, after)
        async for found, looked_at in batches:
            yield SearchBatch(self._named(found, query.name), looked_at)

    def question_of(self, query: ContactQuery) -> tuple[Document, str | None]:
        """What MongoDB is asked, and by which index; `None`: no index serves it."""
        return self._where(query), _index_of(query)

    async def among(self, query: ContactQuery, some: Sequence[Stored]) -> list[Stored]:
        """Those of some contacts of whom all of it holds but the name."""
        ids = [one.contact.id for one in some]
        where = {"$and": [{"_id": {"$in": ids}}, self._where(replace(query, name=""))]}
        async with reaching():
            found = await self._contacts.find(where, {"_id": 1}, hint="_id_").to_list(None)
        theirs = {document["_id"] for document in found}
        return [one for one in some if one.contact.id in theirs]

    def _named(self, found: Sequence[Document], wanted: str) -> list[Stored]:
        """Of those who have all pieces of a name, who have them in this order."""
        named = (one for one in found if not wanted or is_named(one.get("name") or "", wanted))
        return [stored_from(document, self._seal) for document in named]

    async def _by_index(self, where: Document, index: str, after: str) -> AsyncIterator[_Batch]:
        while True:
            async with reaching():
                asked = self._contacts.find({"$and": [{"_id": {"$gt": after}}, where]}, hint=index)
                found = await asked.sort("_id", ASCENDING).limit(_BATCH).to_list(None)
            if found:
                after = found[-1]["_id"]
                yield found, 0
            if len(found) < _BATCH:
                return

    async def _in_windows(self, where: Document, after: str) -> AsyncIterator[_Batch]:
        """Unlike the scans of sweeps, those without LINE, whose ids come first, are looked at, too."""
        last: str | None = after
        while last is not None:
            behind: Document = {"$gt": last}
            async with looking_at_all():
                ids = self._contacts.find({"_id": behind}, {"_id": 1}).sort("_id", ASCENDING)
                ends = await ids.skip(WINDOW - 1).limit(1).to_list(1)
                last = ends[0]["_id"] if ends else None
                within = behind if last is None else {**behind, "$lte": last}
                asked = self._contacts.find({"$and": [{"_id": within}, where]}, hint="_id_")
                found = await asked.sort("_id", ASCENDING).to_list(None)
            yield found, WINDOW

    def _where(self, query: ContactQuery) -> Document:
        parts: list[Document] = [
            {"kind": {"$nin": list(CROWDS)}, "to": {"$exists": False}, "rev": {"$exists": True}},
            {"ids.uid": PERSON_ID},
        ]
        if query.name:
            parts.append({NAME_GRAMS: {"$all": searched_grams(query.name)}})
        if query.tag is not None:
            on = {"$elemMatch": {"n": query.tag, "exp": {"$gt": query.now}}}
            parts.append({"tags.n": query.tag, "tags": on})  # the first is what the index is asked
        if query.clerk is not None:
            parts.append({"b.clerk.no": query.clerk})
        if query.stores is not None:
            parts.append({"b.clerk.store": {"$in": list(query.stores)}})
        if query.channel is not None:
            parts.append({"ids.ch": query.channel})
        parts += [self._one_of(alternatives) for alternatives in query.conditions]
        return {"$and": parts}

    def _one_of(self, alternatives: ConditionAlternatives) -> Document:
        ways = [
            self._question.where(
                one, reachable(one.channel, one.consent_from) if alternatives.reachable else {}
            )
            for one in alternatives.queries
        ]
        return ways[0] if len(ways) == 1 else {"$or": ways}


def _among(query: AudienceQuery, alternatives: ConditionAlternatives) -> Document:
    return reachable(query.channel, query.consent_from) if alternatives.reachable else {}


def _index_of(query: ContactQuery) -> str | None:
    if query.name:
        return "by_name"
    if query.clerk is not None:
        return "of_clerk"
    if query.tag is not None:
        return "tagged"
    return None


_AT_A_TIME = 2_000
"""Contacts that are read, and written, by one step of the upgrade."""
_UPGRADE = "name_grams"


class NameUpgrade:
    """Gives contacts the pieces of their names who were stored by an oaflow that had none; once.

    Every call raises `DatabaseUnavailable`. Broken off anywhere, or done by two at once, it does no harm.
    """

    def __init__(self, database: Database) -> None:
        self._contacts = database.collection("contacts")
        self._now = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._upgrades = database.collection("upgrades")

    async def is_done(self) -> bool:
        """Whether everybody was looked at."""
        async with reaching():
            return await self._upgrades.find_one({"_id": _UPGRADE}) is not None

    async def finish(self) -> None:
        """Note that everybody was looked at."""
        async with reaching():
            await self._upgrades.update_one({"_id": _UPGRADE}, {"$set": {"done": True}}, upsert=True)

    async def step(self, after: str) -> tuple[int, str | None]:
        """Look at some behind this id; how many got theirs; where to go on, `None`: nowhere."""
        fields = {"name": 1, NAME_GRAMS: 1}
        async with reaching():
            asked = self._contacts.find({"_id": {"$gt": after}}, fields).sort("_id", ASCENDING)
            found = await asked.limit(_AT_A_TIME).to_list(None)
        lacking = (_update(one) for one in found if one.get("name") and NAME_GRAMS not in one)
        if updates := [one for one in lacking if one is not None]:
            await self._visit(partial(update_all, self._now, updates))
        return len(updates), found[-1]["_id"] if len(found) == _AT_A_TIME else None


def _update(document: Document) -> Update | None:
    """Only while the name is still this one: whoever writes another writes its pieces."""
    grams = name_grams(document["name"])
    where = {"_id": document["_id"], "part": part_of(document["_id"]), "name": document["name"]}
    return (where, {"$set": {NAME_GRAMS: grams}}, False) if grams else None
