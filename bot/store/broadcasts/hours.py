"""Counts what happened in each hour, by channel, from the timeline: messages, friends, pushes, broadcasts.

For the charts of the console. The figures of an hour are replaced as a whole, so counting again adds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from bot.engine.notes import ANYTHING_ELSE, NO_RULE
from bot.model.counts import BOUND as BOUND_MARK
from bot.model.counts import ENTERED, OF_BINDINGS, OF_CLERKS
from bot.model.hours import (
    BLOCKED,
    BOUND,
    BROADCAST,
    CAME_BACK,
    FOLLOWED,
    HOUR,
    MESSAGES_IN,
    OPENED,
    PUSHES,
    REPLIES,
    UNHEARD,
    HourOfChannels,
)
from bot.model.journal import CallSuccess
from bot.store.broadcasts.timeline_entries import TimelineEntries
from bot.store.codec.record import moment, texts
from bot.store.database.mongo import Database, Document, looking_at_all

MESSAGES = ("text", "image", "video", "audio", "file", "location", "sticker")
"""The types of message that a person sends, as on the timeline and at LINE:
https://developers.line.biz/en/reference/messaging-api/"""
UNHEARD_MOST = 300
"""Ids stored per hour, at most, of texts that no rule has answered: the last ones."""
_FRIENDS = {"follow": FOLLOWED, "follow: again": CAME_BACK, "unfollow": BLOCKED}
"""What the figure is called, by what the timeline says (`what`)."""
_TAKEN = [CallSuccess.ACCEPTED.value, CallSuccess.KNOWN_ALREADY.value]
"""How a call ended that LINE has taken; the second where the answer to an earlier try was lost."""
_LIFE = "life"
"""The index of the timeline by time (`collection_spec.LIFE`)."""


class HourFigures:
    """The collection `hours`. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, entries: TimelineEntries) -> None:
        self._rows = database.collection("hours")
        self._timeline = database.collection("timeline")
        self._batches = database.collection("sending_batches")
        self._entries = entries

    async def between(self, since: datetime, until: datetime) -> list[HourOfChannels]:
        """The hours that began in this span (`until` not included), oldest first."""
        found = await self._rows.find({"at": {"$gte": since, "$lt": until}}).sort("at", 1).to_list(None)
        return [_hour(one) for one in found]

    async def looked_at(self, since: datetime) -> Mapping[datetime, datetime]:
        """For each counted hour since then, by its beginning: until when its rows were counted (UTC)."""
        found = await self._rows.find({"at": {"$gte": since}}, {"at": 1, "to": 1}).to_list(None)
        return {one["at"]: one["to"] for one in found}

    async def first(self) -> datetime | None:
        """When the first counted hour began (UTC); `None`: none is counted."""
        found = await self._rows.find({}, {"at": 1}).sort("at", 1).limit(1).to_list(1)
        return found[0]["at"] if found else None

    async def oldest_row(self) -> datetime | None:
        """The moment (UTC) of the oldest row of the timeline; `None`: it is empty."""
        found = await self._timeline.find({}, {"at": 1}).sort("at", 1).limit(1).to_list(1)
        return found[0]["at"] if found else None

    async def count(self, at: datetime, now: datetime) -> None:
        """Count the hour that begins `at`, from the rows that the timeline has by `now`, and store its
        figures."""
        numbers: Counter[tuple[str, str]] = Counter()
        unheard: list[str] = []
        for where in await self._entries.past_broadcasts(at, at + HOUR):
            async with looking_at_all():
                rows = await self._timeline.aggregate(_by_kind(where), hint=_LIFE).to_list(None)
            for row in rows:
                _add(numbers, row)
            unheard += [name for row in rows if _is_unheard(row["_id"]) for name in row["ids"]]
        numbers.update(await self._broadcasts(at))
        document: Document = {
            "at": at,
            "to": min(now, at + 2 * HOUR),
            "n": [[channel, what, number] for (channel, what), number in sorted(numbers.items())],
            "unheard": unheard[-UNHEARD_MOST:],
        }
        with suppress(DuplicateKeyError):  # another process has looked later
            older = {"_id": at.isoformat(), "to": {"$lte": document["to"]}}
            await self._rows.update_one(older, {"$set": document}, upsert=True)

    async def _broadcasts(self, at: datetime) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        sendings = await self._entries.sendings_between(at, at + HOUR)
        if not sendings:
            return found
        where = {"sending": {"$in": sendings}, "at": {"$gte": at, "$lt": at + HOUR}}
        async with looking_at_all():
            async for batch in self._batches.find(where, {"channel": 1, "reached": 1}):
                if batch.get("reached"):
                    found[batch["channel"], BROADCAST] += batch["reached"]
        return found


def _by_kind(where: Document) -> list[Mapping[str, Any]]:
    """A pipeline that groups rows which count alike: by channel, `what`, marks, calls taken and `unheard`.

    Each group has the number `n` of rows and the last `ids` of unheard ones. An event's id begins with its
    channel; that of a timer with the contact's id (`CHANNEL:USER:timer:CHANNEL:…`), so its channel is the
    fourth part.
    """
    parts = {"$split": ["$_id", ":"]}
    named = {
        "$cond": [
            {"$eq": [{"$arrayElemAt": ["$parts", 2]}, "timer"]},
            {"$arrayElemAt": ["$parts", 3]},
            {"$arrayElemAt": ["$parts", 0]},
        ]
    }
    what = {"$cond": [{"$in": ["$what", [*MESSAGES, *_FRIENDS]]}, "$what", ""]}
    counted = {"$or": [{"$eq": [_at(2), ENTERED]}, {"$in": [_at(1), [OF_BINDINGS, OF_CLERKS]]}]}
    marks = {"$filter": {"input": {"$ifNull": ["$c", []]}, "cond": counted}}
    taken = {
        "$filter": {
            "input": {"$objectToArray": {"$ifNull": ["$ends", {}]}},
            "cond": {"$in": ["$$this.v.how", _TAKEN]},
        }
    }
    calls = {
        "$map": {"input": taken, "in": {"$arrayElemAt": ["$calls", {"$toInt": "$$this.k"}]}},
    }
    notes = {"$setIntersection": [{"$ifNull": ["$more", []]}, [NO_RULE.row, ANYTHING_ELSE.row]]}
    unheard = {"$and": [{"$eq": ["$what", "text"]}, {"$ne": [notes, []]}]}
    kind = {"channel": named, "what": what, "marks": marks, "calls": calls, "unheard": unheard}
    return [
        {"$match": where},
        {"$set": {"parts": parts}},
        {
            "$group": {
                "_id": kind,
                "n": {"$sum": 1},
                "ids": {"$lastN": {"input": {"$cond": [unheard, "$_id", None]}, "n": UNHEARD_MOST}},
            }
        },
    ]


def _at(place: int) -> Document:
    """An expression for one element of the current mark."""
    return {"$arrayElemAt": ["$$this", place]}


def _is_unheard(kind: Mapping[str, Any]) -> bool:
    return bool(kind["unheard"])


def _add(numbers: Counter[tuple[str, str]], row: Mapping[str, Any]) -> None:
    """Add a group of `_by_kind` to the figures, by channel and name of the figure."""
    kind, number = row["_id"], row["n"]
    channel, what = kind["channel"], kind["what"]
    if what:
        numbers[channel, _FRIENDS.get(what, MESSAGES_IN)] += number
    if _is_unheard(kind):
        numbers[channel, UNHEARD] += number
    for call in kind["calls"]:
        name, _, elsewhere = (call or "").partition(" ")
        if name in (REPLIES, PUSHES):
            numbers[elsewhere or channel, name] += number
    for on, flow, said, *about in kind["marks"]:
        if said == ENTERED:
            numbers[on, f"{OPENED}{flow}"] += number
        elif said == BOUND_MARK and about:
            numbers[on, f"{BOUND}{'clerk' if flow == OF_CLERKS else about[0]}"] += number


def _hour(row: Mapping[str, Any]) -> HourOfChannels:
    at, to = moment(row["at"]), moment(row["to"])
    assert at is not None
    assert to is not None
    return HourOfChannels(at, to, _numbers(row.get("n", ())), texts(row.get("unheard")))


def _numbers(rows: Iterable[Sequence[Any]]) -> Mapping[tuple[str, str], int]:
    return {(channel, what): number for channel, what, number in rows}
