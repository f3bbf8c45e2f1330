"""Reads dead letters: calls that were given up, and events that were set aside, and what has become of
them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.journal import CallEnd
from bot.model.outgoing import Handled
from bot.store.database.mongo import Document
from bot.store.events.journal import end_from, handled_from
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.seal import SealInvalid

EVENT = "event"
"""The kind of a dead letter that is an event; calls have their own kinds."""
ASIDE = "aside"
"""The state of an event that is set aside; also its reason, where it has no other: oaflow cannot decide
it."""

_SHOWN = (
    "name",
    "contact",
    "part",
    "call.ch",
    "call.kind",
    "call.at",
    "reason",
    "at",
    "detail",
    "request",
    "tries",
    "handled",
)
_OF_EVENTS = ("ch", "contact", "part", "at", "again", "handled", "state", "reason")


@dataclass(frozen=True, slots=True)
class DeadLetterEntry:
    """A dead letter. `name` is its name in the log, `at` when a call was given up, or an event came.

    `since` is when the call was decided, or the event came; `tries` how often either was tried. `detail` and
    `request_id` are from LINE's answer, empty where there was none. `contact` is the contact's id.
    """

    name: str
    channel: str
    kind: str
    reason: str
    at: datetime
    detail: str = ""
    request_id: str | None = None
    contact: str = ""
    since: datetime | None = None
    tries: int = 1
    handled: Handled | None = None


@dataclass(frozen=True, slots=True)
class DeadLetterGroup:
    """The number of dead letters of one reason, kind and channel, with the moments of the first and the
    last."""

    reason: str
    kind: str
    channel: str
    number: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class AsideEvent:
    """An event that is set aside: `why` is the traceback, which may hold what somebody said."""

    shown: DeadLetterEntry
    why: str


@dataclass(frozen=True, slots=True)
class WhatBecame:
    """What has become of an event: its `state` in the inbox, whether its row has `calls`, the first's end."""

    state: str | None
    calls: bool
    end: CallEnd | None


class DeadLetters(SealedRepository):
    """The collections `deadletters` and `inbox`. Every call may raise `DatabaseUnavailable`."""

    _letters = rows_of("deadletters")
    _entries = rows_of("inbox")
    _timeline = rows_of("timeline")

    async def since(
        self, since: datetime, *, contacts: Collection[str] | None = None, handled: bool = False
    ) -> list[DeadLetterEntry]:
        """All since then, oldest first: of these contacts, where some are named; with those `handled` too."""
        query: Document = {"at": {"$gte": since}}
        if contacts is not None:
            query["contact"] = {"$in": list(contacts)}
        events: Document = {"state": ASIDE}
        if not handled:
            query["handled"] = {"$exists": False}
        else:
            events = {"$or": [{"state": ASIDE}, {"state": "done", "handled": {"$exists": True}}]}
        letters = await self._letters.find(query, dict.fromkeys(_SHOWN, 1)).to_list(None)
        aside = await self._entries.find(query | events, dict.fromkeys(_OF_EVENTS, 1)).to_list(None)
        found = [*map(_letter, letters), *map(_event, aside)]
        return sorted(found, key=lambda one: (one.at, one.name))

    async def groups(self, since: datetime) -> list[DeadLetterGroup]:
        """Those since then that nobody has sent once more or dropped, by reason, kind and channel."""
        where = {"at": {"$gte": since}, "handled": {"$exists": False}}
        span: Document = {"number": {"$sum": 1}, "first": {"$min": "$at"}, "last": {"$max": "$at"}}
        calls = {"reason": "$reason", "kind": "$call.kind", "channel": "$call.ch"}
        events = {"reason": {"$ifNull": ["$reason", ASIDE]}, "kind": EVENT, "channel": "$ch"}
        letters = await self._letters.aggregate(
            [{"$match": where}, {"$group": {"_id": calls, **span}}], hint="by_time"
        ).to_list(None)
        aside = await self._entries.aggregate(
            [{"$match": {"state": ASIDE, **where}}, {"$group": {"_id": events, **span}}], hint="aside"
        ).to_list(None)
        found = [
            DeadLetterGroup(**one["_id"], number=one["number"], first=one["first"], last=one["last"])
            for one in (*letters, *aside)
        ]
        return sorted(found, key=lambda one: (-one.number, one.reason, one.kind, one.channel))

    async def how_many_open(self, since: datetime, most: int) -> int:
        """How many since then nobody has sent once more or dropped, counted up to so many."""
        where = {"at": {"$gte": since}, "handled": {"$exists": False}}
        letters = await self._letters.count_documents(where, limit=most, hint="by_time")
        if letters >= most:
            return letters
        aside = {"state": ASIDE, **where}
        return letters + await self._entries.count_documents(aside, limit=most - letters, hint="aside")

    async def is_set_aside(self, events: Sequence[str]) -> bool:
        """Whether one of these events (ids) was set aside."""
        query = {"_id": {"$in": list(events)}, "state": ASIDE}
        return await self._entries.find_one(query, {"_id": 1}) is not None

    async def aside(self, events: Sequence[str]) -> dict[str, AsideEvent | None]:
        """Those of these events (ids) that are set aside; or were, and have been dropped.

        `None`: it does not open.
        """
        query = {"_id": {"$in": list(events)}, "$or": [{"state": ASIDE}, {"handled": {"$exists": True}}]}
        found = await self._entries.find(query).to_list(None)
        return {one["_id"]: self._aside(one) for one in found}

    def _aside(self, found: Mapping[str, Any]) -> AsideEvent | None:
        try:
            why = self._seal.open(bytes(found["why"]), found["_id"].encode())
        except SealInvalid:
            return None
        return AsideEvent(_event(found), why.decode())

    async def became(self, events: Sequence[str]) -> dict[str, WhatBecame]:
        """What has become of these events."""
        which = {"_id": {"$in": list(events)}}
        entries = await self._entries.find(which, {"state": 1}).to_list(None)
        rows = await self._timeline.find(which, {"calls": 1, "ends.0": 1}).to_list(None)
        states = {one["_id"]: one["state"] for one in entries}
        letters = {one["_id"]: one for one in rows}
        return {event: _became(states.get(event), letters.get(event, {})) for event in events}


def _letter(one: Mapping[str, Any]) -> DeadLetterEntry:
    call = one["call"]
    return DeadLetterEntry(
        one["name"],
        call["ch"],
        call["kind"],
        one["reason"],
        one["at"],
        one["detail"],
        one.get("request"),
        one["contact"],
        call["at"],
        one.get("tries", 1),
        handled_from(one.get("handled")),
    )


def _event(one: Mapping[str, Any]) -> DeadLetterEntry:
    return DeadLetterEntry(
        one["_id"],
        one["ch"],
        EVENT,
        one.get("reason", ASIDE),
        one["at"],
        contact=one["contact"],
        since=one["at"],
        tries=1 + len(one.get("again", ())),
        handled=handled_from(one.get("handled")),
    )


def _became(state: str | None, row: Mapping[str, Any]) -> WhatBecame:
    end = row.get("ends", {}).get("0")
    return WhatBecame(state, bool(row.get("calls")), None if end is None else end_from(end))
