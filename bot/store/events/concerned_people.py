"""Finds the people whose data were processed in a period, by audit log, timeline and broadcasts.

One aggregation, in which MongoDB groups and sorts on its disk, so that memory
here does not grow with the number of people.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.audit import MEMBER
from bot.model.clerk import OfClerk, OfEverybody, OfEveryStore, OfStores, SeenPeople
from bot.model.contact_kind import CROWDS
from bot.store.collection_spec import LIFE
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.events.audit import COUNTED_TOGETHER

SENDING_LASTS = timedelta(days=1)
"""How long a broadcast may go out after it began."""
SAID = ("text", "postback", "image", "video", "audio", "file", "location", "sticker")
"""The words of the timeline for what a person sends."""
TURN, MESSAGE, BROADCAST, SEEN, STORED = "turn", "message", "broadcast", "seen", "stored"
"""What was done beside what the audit log names: a turn, one with messages, a broadcast; nothing, but the
person is one of those whom an account may see, or is stored."""
FILE = "file"
"""In place of `revealed`: a picture or file was opened."""
_AT_A_TIME = 1_000
"""People that are read at a time."""


@dataclass(frozen=True, slots=True)
class PeopleSource:
    """Where people are looked for: `actors` (`None`: everybody) in the audit log, from `since` until before
    `until`; in what the bot did (`processed`); who is `seen` by an account, or is `stored` at all."""

    since: datetime
    until: datetime
    actors: Sequence[str] | None = None
    processed: bool = False
    seen: Sequence[SeenPeople | OfEverybody] = ()
    stored: bool = False


@dataclass(frozen=True, slots=True)
class ConcernedId:
    """A person, or the certificate of who is erased (no `:` in it); `acts`: kinds of the audit log, or those
    above; `first` and `last` time, `None`: nothing of it has a moment."""

    id: str
    acts: frozenset[str]
    first: datetime | None
    last: datetime | None

    @property
    def is_erased(self) -> bool:
        """Whether only the number of a certificate is left."""
        return ":" not in self.id


class ConcernedPeople:
    """Reads `audit`, `timeline`, `sending_batches`, `contacts`. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._audit = database.collection("audit")
        self._chats = {name: database.collection(name) for name in ("conversations", "conversation_files")}
        self._erasures = database.collection("erasures")

    async def of(self, source: PeopleSource) -> AsyncIterator[list[ConcernedId]]:
        """All of them by id, some at a time; who was merged is who they are part of now."""
        async with looking_at_all():
            rows = self._audit.aggregate(pipeline(source), allowDiskUse=True, batchSize=_AT_A_TIME)
            found = await rows.to_list(_AT_A_TIME)
        while found:
            yield [_concerned(one) for one in found]
            found = await rows.to_list(_AT_A_TIME)

    async def actors(self, since: datetime, until: datetime) -> list[str]:
        """The names of all actors in the audit log of this span."""
        within = {"at": {"$gte": since - COUNTED_TOGETHER, "$lt": until}}
        async with looking_at_all():
            return sorted(await self._audit.distinct("who", within))

    async def having(self, collection: str, chats: Collection[str]) -> set[str]:
        """Those of these chats of which `conversations`, or `conversation_files`, have something."""
        found = await self._chats[collection].distinct("chat", {"chat": {"$in": list(chats)}})
        return set(found)

    async def erased_since(self, since: datetime) -> int:
        """How many people were erased since then."""
        return int(await self._erasures.count_documents({"at": {"$gte": since}}, hint=LIFE))


def _concerned(row: Mapping[str, Any]) -> ConcernedId:
    return ConcernedId(row["_id"], frozenset(row["acts"]), row["first"], row["last"])


def pipeline(source: PeopleSource) -> list[Document]:
    """The aggregation over `audit`, and the other collections of `source`: a document per person, sorted by
    id."""
    pipeline = _of_audit(source)
    if source.processed:
        pipeline += [
            {"$unionWith": {"coll": "timeline", "pipeline": _of_timeline(source)}},
            {"$unionWith": {"coll": "sending_batches", "pipeline": _of_broadcasts(source)}},
        ]
    pipeline += _as_merged()
    alone: Document = {"rev": {"$exists": True}, "to": {"$exists": False}, "kind": {"$nin": list(CROWDS)}}
    ways: list[tuple[Document, str]] = [(_scope(one), SEEN) for one in source.seen]
    if source.stored:
        ways.append(({}, STORED))
    for where, act in ways:
        shown = {"person": "$_id", "acts": [act], "first": None, "last": None}
        of_these: list[Document] = [{"$match": {**alone, **where}}, {"$project": {"_id": 0, **shown}}]
        pipeline.append({"$unionWith": {"coll": "contacts", "pipeline": of_these}})
    return [*pipeline, _together("$person", {"$push": "$acts"}), _ONE_SET, {"$sort": {"_id": 1}}]


def _together(by: str, acts: Document) -> Document:
    return {
        "$group": {
            "_id": by,
            "acts": acts,
            "first": {"$min": "$first"},
            "last": {"$max": "$last"},
            "into": {"$max": "$into"},
        }
    }


MERGES = 3
"""Merges in a row that are followed: `contacts` says who was merged into whom."""
_MERGED: Document = {
    "$unionWith": {
        "coll": "contacts",
        "pipeline": [
            {"$match": {"to": {"$exists": True}}},
            {"$project": {"_id": 0, "person": "$_id", "into": "$to"}},
        ],
    }
}
_ONE_SET: Document = {
    "$set": {
        "acts": {
            "$reduce": {"input": "$acts", "initialValue": [], "in": {"$setUnion": ["$$value", "$$this"]}}
        }
    }
}


def _as_merged() -> list[Document]:
    """Stages that replace merged contacts by those they are part of now, one merge at a time.

    By `$unionWith` and `$group`, as a `$lookup` for each person takes a hundred times as long.
    """
    pipeline: list[Document] = []
    for link in range(MERGES):
        pipeline += [_MERGED, _together("$person", {"$push": "$acts"} if link else {"$addToSet": "$act"})]
        # of who was merged, and had nothing done, nothing is told
        pipeline += [{"$match": {"acts.0": {"$exists": True}}}, *([_ONE_SET] if link else [])]
        into = {"$ifNull": ["$into", "$_id"]}
        pipeline.append({"$project": {"_id": 0, "person": into, "acts": 1, "first": 1, "last": 1}})
    return pipeline


def _of_audit(source: PeopleSource) -> list[Document]:
    since, until = source.since, source.until
    where: Document = {"at": {"$gte": since - COUNTED_TOGETHER, "$lt": until}}
    if source.actors is not None:
        where["who"] = {"$in": list(source.actors)}
    # what customers do, and what shops tell, is no deed of staff: the bot has carried it out
    is_own = {"$regexMatch": {"input": "$who", "regex": f"^({MEMBER}$|shop:)"}}
    is_file = {"$and": [{"$eq": ["$what", "revealed"]}, {"$ne": [{"$type": "$details"}, "missing"]}]}
    return [
        {"$match": where},
        {"$set": {"last": {"$min": [{"$max": ["$at", {"$ifNull": ["$last", "$at"]}]}, until]}}},
        {"$match": {"last": {"$gte": since}}},
        {
            "$project": {
                "_id": 0,
                "person": ["$contact", "$other"],
                "first": {"$max": ["$at", since]},
                "last": 1,
                "act": {"$cond": [is_own, TURN, {"$cond": [is_file, FILE, "$what"]}]},
            }
        },
        {"$unwind": "$person"},
        {"$match": {"person": {"$nin": ["", None]}}},
    ]


def _of_timeline(source: PeopleSource) -> list[Document]:
    calls = {"$gt": [{"$size": {"$ifNull": ["$calls", []]}}, 0]}
    act = {"$cond": [{"$or": [calls, {"$in": ["$what", list(SAID)]}]}, MESSAGE, TURN]}
    return [
        {"$match": {"at": {"$gte": source.since, "$lt": source.until}}},
        {"$project": {"_id": 0, "person": "$contact", "first": "$at", "last": "$at", "act": act}},
    ]


def _of_broadcasts(source: PeopleSource) -> list[Document]:
    since, until = source.since, source.until
    at = {"$ifNull": ["$at", "$stored"]}
    return [
        {"$match": {"stored": {"$gte": since - SENDING_LASTS, "$lt": until}}},
        {"$set": {"went": at}},
        {"$match": {"went": {"$gte": since, "$lt": until}}},
        {"$unwind": "$people"},
        {
            "$project": {
                "_id": 0,
                "person": "$people.contact",
                "first": "$went",
                "last": "$went",
                "act": {"$literal": BROADCAST},
            }
        },
    ]


def _scope(seen: SeenPeople | OfEverybody) -> Document:
    match seen:
        case OfEverybody():
            return {}
        case OfEveryStore():
            return {"b.clerk.at": {"$exists": True}}
        case OfStores(names):
            return {"b.clerk.store": {"$in": list(names)}}
        case OfClerk(number):
            return {"b.clerk.no": number}
