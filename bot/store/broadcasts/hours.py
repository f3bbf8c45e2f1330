"""The numbers of each hour, made of the timeline: written whole, so making them again doubles nothing."""

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
"""What a person sends, as the timeline calls it: https://developers.line.biz/en/reference/messaging-api/"""
UNHEARD_MOST = 300
"""Ids of unheard texts of an hour."""
_FRIENDS = {"follow": FOLLOWED, "follow: again": CAME_BACK, "unfollow": BLOCKED}
_TAKEN = [CallSuccess.ACCEPTED.value, CallSuccess.KNOWN_ALREADY.value]
"""LINE has it; the second where an answer was lost before."""
_LIFE = "life"


class HourFigures:
    """The collection `hours`. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, entries: TimelineEntries) -> None:
        self._rows = database.collection("hours")
        self._timeline = database.collection("timeline")
        self._batches = database.collection("sending_batches")
        self._entries = entries

    async def between(self, since: datetime, until: datetime) -> list[HourOfChannels]:
        """Those that began in this span (the end not among it), oldest first."""
        found = await self._rows.find({"at": {"$gte": since, "$lt": until}}).sort("at", 1).to_list(None)
        return [_hour(one) for one in found]

    async def looked_at(self, since: datetime) -> Mapping[datetime, datetime]:
        """Until when each hour from this one on was looked at."""
        found = await self._rows.find({"at": {"$gte": since}}, {"at": 1, "to": 1}).to_list(None)
        return {one["at"]: one["to"] for one in found}

    async def first(self) -> datetime | None:
        """When the first hour began that is counted; `None`: none is."""
        found = await self._rows.find({}, {"at": 1}).sort("at", 1).limit(1).to_list(1)
        return found[0]["at"] if found else None

    async def oldest_row(self) -> datetime | None:
        """The moment of the timeline's first row."""
        found = await self._timeline.find({}, {"at": 1}).sort("at", 1).limit(1).to_list(1)
        return found[0]["at"] if found else None

    async def count(self, at: datetime, now: datetime) -> None:
        """Make the numbers of the hour that begins `at` of what the timeline has by `now`."""
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
    """How many rows are alike in what is counted of them. An event's id begins with its channel, that of a
    timer with the person's: there its own stands behind the word."""
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
    return {"$arrayElemAt": ["$$this", place]}


def _is_unheard(kind: Mapping[str, Any]) -> bool:
    return bool(kind["unheard"])


def _add(numbers: Counter[tuple[str, str]], row: Mapping[str, Any]) -> None:
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
