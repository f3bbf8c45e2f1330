"""Reads what every process polls each half second: the brake, the live playbook, reservations, the time.

Here the brake is also pulled and released (`Brakes`): what staff have stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditEntry
from bot.model.brake import (
    FLOW_LIMITS,
    AnyStop,
    BindingPause,
    Brake,
    ChannelStop,
    FlowRestriction,
    MenuPause,
    PushStop,
)
from bot.model.published_version import Coming
from bot.model.reserved import Reservation
from bot.store.codec.record import moment, text
from bot.store.counters.quotas import reserved_by_channel
from bot.store.database.fast_operations import aggregate
from bot.store.database.mongo import Database, Document
from bot.store.events.audit import entry_document, entry_from
from bot.store.repository import SealedRepository, rows_of

T = TypeVar("T")


class Brakes(SealedRepository):
    """The collection `stops`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    _stops = rows_of("stops")
    _audit = rows_of("audit")

    async def read(self) -> Brake:
        """What is stopped now."""
        documents = await self._stops.find({}).sort("_id", 1).to_list(None)
        return brake_from(documents)

    async def pull(self, stop: AnyStop, entry: AuditEntry) -> bool:
        """Store a stop, with its line of the audit log; `False`, and nothing is done: it is stopped
        already."""

        async def once(session: Any) -> None:
            await self._stops.insert_one(
                {"_id": stop.key, **_fields(stop), "deed": entry.id}, session=session
            )
            await self._audit.insert_one(entry_document(entry, self._seal), session=session)

        try:
            await self._database.transaction(once)
        except DuplicateKeyError:
            return False
        return True

    async def release(self, stop: AnyStop, entry: AuditEntry) -> bool:
        """Remove a stop, with its line of the audit log; `False`, and nothing is done: it is another by
        now."""

        async def once(session: Any) -> bool:
            found = await self._stops.delete_one({"_id": stop.key, **_fields(stop)}, session=session)
            if found.deleted_count:
                await self._audit.insert_one(entry_document(entry, self._seal), session=session)
            return bool(found.deleted_count)

        return await self._database.transaction(once)

    async def entries(self, stops: Iterable[AnyStop]) -> Mapping[str, AuditEntry]:
        """The line of the audit log by which each was stopped, by key."""
        keys = [one.key for one in stops]
        lines = {
            one["deed"]: one["_id"]
            async for one in self._stops.find({"_id": {"$in": keys}, "deed": {"$exists": True}})
        }
        found = await self._audit.find({"_id": {"$in": list(lines)}}).to_list(None)
        return {lines[one["_id"]]: entry_from(one, self._seal) for one in found}


def brake_from(documents: Iterable[Document]) -> Brake:
    """The brake, from all documents of `stops`, in the order of their ids."""
    found = [stop for one in documents if (stop := _stop(one)) is not None]
    stops = tuple(one for one in found if isinstance(one, PushStop))
    return Brake(
        stops,
        tuple(one for one in found if isinstance(one, BindingPause)),
        tuple(one for one in found if isinstance(one, FlowRestriction)),
        tuple(one for one in found if isinstance(one, MenuPause)),
        tuple(one for one in found if isinstance(one, ChannelStop)),
    )


def _fields(stop: AnyStop) -> Document:
    """The fields of a stop. Restrictions, paused menus and unlinked accounts have `since`, and no `at`: older
    versions of oaflow would take them for stops of pushes."""
    match stop:
        case FlowRestriction():
            return {"flow": stop.flow, "limit": stop.limit, "by": stop.by, "since": stop.at}
        case MenuPause():
            return {"menu": stop.menu, "by": stop.by, "since": stop.at}
        case ChannelStop():
            named = {"channel": stop.channel, "channel_id": stop.channel_id}
            return {**named, "unlinked": True, "by": stop.by, "since": stop.at}
        case BindingPause():
            return {"channel": stop.channel, "binding": True, "by": stop.by, "at": stop.at}
        case PushStop():
            return {"channel": stop.channel, "flow": stop.flow, "by": stop.by, "at": stop.at}


def _stop(document: Document) -> AnyStop | None:
    channel, flow, by, menu = (text(document.get(name)) for name in ("channel", "flow", "by", "menu"))
    if (since := moment(document.get("since"))) is not None:
        if menu is not None:
            return MenuPause(menu, by or "", since)
        if document.get("unlinked"):
            id = text(document.get("channel_id"))
            return None if id is None else ChannelStop(channel or "", id, by or "", since)
        limit = next((one for one in FLOW_LIMITS if one == document.get("limit")), None)
        return None if flow is None or limit is None else FlowRestriction(flow, limit, by or "", since)
    at = moment(document.get("at"))
    if at is None:
        return None
    if document.get("binding"):
        return None if channel is None else BindingPause(channel, by or "", at)
    return PushStop(channel, flow, by or "", at)


_COMING: list[Document] = [
    {"$match": {"$expr": {"$gt": ["$until", "$$NOW"]}}},
    {"$project": {"number": 1, "call": 1}},
]
_RESERVED: list[Document] = [
    {"$match": {"reserved.0": {"$exists": True}}},
    {"$project": {"reserved": 1}},
]
_ALL: list[Document] = [
    # the last playbook and the time, then `stops`, `coming` and `quotas`: one query for all
    {"$sort": {"_id": DESCENDING}},
    {"$limit": 1},
    {"$project": {"now": "$$NOW"}},
    {"$unionWith": "stops"},
    {"$unionWith": {"coll": "coming", "pipeline": _COMING}},
    {"$unionWith": {"coll": "quotas", "pipeline": _RESERVED}},
    {"$sort": {"_id": 1}},  # numbers come before texts
]


class Pulse:
    """The collections `stops`, `playbooks`, `coming`, `quotas`; one query for all, as four would cost four
    times.

    Without a thread where possible: one twice a second made webhooks late.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.playbook: int | None = None
        """The number of the playbook that is live, as of the last reading; `None`: there is none."""
        self.coming: Coming | None = None
        """The announced playbook, as of the last reading; `None`: none is announced."""
        self.reserved: Mapping[str, tuple[Reservation, ...]] = {}
        """What is reserved of the month's messages, by channel, as of the last reading."""
        self.on_time: Callable[[datetime, float], None] = lambda now, took: None
        """Called with the server's time after each reading, and how many seconds that took."""

    async def read(self) -> Brake:
        """Read all, set the fields, and return the brake. Raises `DatabaseUnavailable`."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        found = await aggregate(self._database, "playbooks", _ALL)
        live = next((one for one in found if isinstance(one["_id"], int)), None)
        self.playbook = None if live is None else live["_id"]
        if live is not None:
            self.on_time(live["now"], clock() - asked)
        self.coming = next((Coming(one["number"], one["call"]) for one in found if "call" in one), None)
        texts = [one for one in found if isinstance(one["_id"], str) and "call" not in one]
        self.reserved = reserved_by_channel(texts)
        return brake_from(one for one in texts if "reserved" not in one)
