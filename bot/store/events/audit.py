"""Stores the audit log: who has done what, for years. Private details are sealed."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import orjson
from pymongo import DESCENDING

from bot.model.audit import (
    NO_CONTACT,
    AuditEntry,
    AuditEntryState,
    AuditFilter,
    AuditKind,
    AuditLine,
    AuditRow,
)
from bot.model.clerk import ListCursor
from bot.store.codec.record import moment, number
from bot.store.database.mongo import Document
from bot.store.events.inbox import SERVER_TIME
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import Seal, SealInvalid

log = logging.getLogger("oaflow.store")

COUNTED_TOGETHER = timedelta(hours=1)
"""How long, from the first one, repeated looks at a contact by one actor are one line."""


_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all lines: with this bound MongoDB compares channels in the index; without it, it reads each
line."""


class AuditLog(SealedRepository, collection="audit"):
    """The collection `audit`. `AuditRow` is a line about a contact, `AuditEntry` one about anything else."""

    async def add(self, row: AuditRow) -> None:
        """Add a line. One that is there already stays as it is."""
        await self._rows.added(audit_document(row, self._seal))

    async def record_look(self, contact: str, actor: str, at: datetime, what: AuditKind) -> None:
        """Add a line about a look at a contact's data, or extend the one of the same contact, kind and actor
        within `COUNTED_TOGETHER`, so that a page that is reloaded is one look."""
        same = {"contact": contact, "what": what, "who": actor}
        within = {**same, "at": {"$gt": at - COUNTED_TOGETHER, "$lte": at}}
        if not (await self._rows.update_one(within, {"$max": {"last": at}})).matched_count:
            await self._of_hour(AuditRow("", at, actor, what, contact))

    async def record_file(self, contact: str, actor: str, at: datetime, message: str) -> None:
        """Add a line that a file of a contact, sent with this message, is opened, or extend that of the same
        hour."""
        await self._of_hour(AuditRow("", at, actor, "revealed", contact, None, (message,)))

    async def _of_hour(self, row: AuditRow) -> None:
        """Add this line, or extend that of the same hour: two at once are one line."""
        hour = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H")
        about = " ".join((row.contact, row.actor, hour, *row.details))
        row = replace(row, id=f"{row.what}:{self._seal.counting_index(about)}")
        if not await self._rows.added(audit_document(row, self._seal)):
            await self._rows.update_one({"_id": row.id}, {"$max": {"last": row.at}})

    async def of(self, contact: str) -> list[AuditRow]:
        """The lines that concern a contact, the last one written first."""
        concerned = {"$or": [{"contact": contact}, {"other": contact}]}
        found = self._rows.find(concerned).sort("order", DESCENDING)
        return [audit_row(document, self._seal) for document in await found.to_list(None)]

    # -- what is no one contact's

    async def record(self, entry: AuditEntry) -> AuditEntry:
        """Add a line, and return it with its id. A line of that id that exists is not changed."""
        kept = entry if entry.id else replace(entry, id=f"{entry.kind}:{uuid.uuid4().hex}")
        await self._rows.added(entry_document(kept, self._seal))
        return kept

    async def record_within(self, entry: AuditEntry, session: Any) -> None:
        """Add a line in this session's transaction; `entry.id` must be set."""
        await self._rows.insert_one(entry_document(entry, self._seal), session=session)

    async def count(self, entry: AuditEntry) -> None:
        """Count one more occurrence on a line (`times`), and add the line with the first; `entry.id` must be
        set."""
        once_more: Document = {"$inc": {"times": 1}, "$max": {"last": entry.at}}
        if (await self._rows.update_one({"_id": entry.id}, once_more)).matched_count:
            return
        first = {**entry_document(entry, self._seal), "times": 1, "last": entry.at}
        if not await self._rows.added(first):  # another process was faster
            await self._rows.update_one({"_id": entry.id}, once_more)

    async def end(self, entry: AuditEntry) -> None:
        """Complete the line of an action that was begun: store its state and details."""
        await self._rows.update_one({"_id": entry.id}, entry_end(entry, self._seal))

    async def entries(
        self,
        kinds: Collection[AuditKind],
        most: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        by: str | None = None,
    ) -> list[AuditEntry]:
        """The lines of these kinds from a moment on, before another, the last one written first.

        `by`: only deeds of people whose name contains this, in any case; it needs a scan of all lines.
        """
        where: Document = {"what": {"$in": list(kinds)}}
        bounds = {"$gte": since, "$lt": until}
        if within := {name: moment for name, moment in bounds.items() if moment is not None}:
            where["at"] = within
        if by is not None:
            where["who"] = _containing(by)
        found = self._rows.find(where).sort("order", DESCENDING).limit(most)
        return [entry_from(document, self._seal) for document in await found.to_list(None)]

    async def lines(self, wanted: AuditFilter, most: int, after: ListCursor | None = None) -> list[AuditLine]:
        """The lines that are wanted, the last one first; those after this one, where it is given."""
        documents = [row for one in questions(wanted) for row in await self._found(*one, most, after)]
        documents.sort(key=lambda row: (row["at"], row["_id"]), reverse=True)
        return [_line(document, self._seal) for document in documents[:most]]

    async def _found(
        self, where: Document, index: str | None, most: int, after: ListCursor | None
    ) -> list[Document]:
        if after is not None:
            earlier = [{"at": {"$lt": after.at}}, {"at": after.at, "_id": {"$lt": after.id}}]
            where = {"$and": [where, {"at": {"$lte": after.at}}, {"$or": earlier}]}
        found = self._rows.find(where, {"before": 0}, hint=index).limit(most)
        return await found.sort([("at", DESCENDING), ("_id", DESCENDING)]).to_list(None)


def questions(wanted: AuditFilter) -> list[tuple[Document, str | None]]:
    """The queries for these lines, each with the index that has them in order (`None`: MongoDB chooses).

    For a channel there are two: lines about its contacts, and lines about the channel itself.
    """
    where, index = _wanted(wanted)
    if not wanted.channel:
        return [(where, index)]
    people = {"at": {"$gte": _EVER}, **where, "contact": {"$regex": f"^{re.escape(wanted.channel)}:"}}
    return [(people, index), ({**where, "channel": wanted.channel}, "of_channel")]


def _containing(part: str) -> Document:
    return {"$regex": re.escape(part), "$options": "i"}


def _wanted(wanted: AuditFilter) -> tuple[Document, str | None]:
    where: Document = {}
    bounds = {"$gte": wanted.since, "$lt": wanted.until}
    if within := {name: moment for name, moment in bounds.items() if moment is not None}:
        where["at"] = within
    if wanted.kinds:
        where["what"] = {"$in": list(wanted.kinds)}
    if wanted.by:
        where["who"] = _containing(wanted.by) if wanted.is_part else wanted.by
    if wanted.contact:
        return {**where, "$or": [{"contact": wanted.contact}, {"other": wanted.contact}]}, None
    is_account = wanted.by and not wanted.is_part
    return where, "of_account" if is_account else "of_kind" if wanted.kinds else "by_time"


def entry_document(entry: AuditEntry, seal: Seal) -> Document:
    """The document of a line about no contact; `entry.id` must be set."""
    document: Document = {
        "_id": entry.id,
        "at": entry.at,
        "order": SERVER_TIME,
        "who": entry.by,
        "what": entry.kind,
        "contact": NO_CONTACT,
        "details": _sealed_words(entry, seal),
    }
    if entry.channel:
        document["channel"] = entry.channel
    return document if entry.state == "done" else document | {"state": entry.state}


def entry_end(entry: AuditEntry, seal: Seal) -> Document:
    """The update that completes the line of an action that was begun."""
    details = _sealed_words(entry, seal)
    if entry.state == "done":
        return {"$set": {"details": details}, "$unset": {"state": ""}}
    return {"$set": {"state": entry.state, "details": details}}


def _sealed_words(entry: AuditEntry, seal: Seal) -> bytes:
    words = {"about": entry.about, "before": entry.before, "after": entry.after}
    return seal.seal(orjson.dumps(words), _place(entry.id))


def entry_from(document: Mapping[str, Any], seal: Seal) -> AuditEntry:
    """The line in a stored document; one with a list of details tells all of it in `about`."""
    details = _details(document, seal)
    words = details if isinstance(details, dict) else {"about": " ".join(details)}
    state: AuditEntryState = (
        document["state"] if document.get("state") in get_args(AuditEntryState) else "done"
    )
    actor, what, at = document["who"], document["what"], document["at"]
    times, last = number(document.get("times")) or 1, moment(document.get("last"))
    more = {"id": document["_id"], "channel": document.get("channel") or ""}
    return AuditEntry(what, actor, at, **words, **more, state=state, times=times, last=last)


def _line(document: Mapping[str, Any], seal: Seal) -> AuditLine:
    contact, other, erased = (document.get(name) or "" for name in ("contact", "other", "erased"))
    details = _details(document, seal)
    return AuditLine(
        entry_from(document, seal),
        "" if contact == erased else contact,
        "" if other == erased else other,
        erased,
        () if isinstance(details, dict) else tuple(details),
    )


def audit_document(row: AuditRow, seal: Seal) -> Document:
    """The document of a line about a contact."""
    document: Document = {
        "_id": row.id,
        "at": row.at,
        "order": SERVER_TIME,
        "who": row.actor,
        "what": row.what,
        "contact": row.contact,
    }
    if row.other is not None:
        document["other"] = row.other
    if row.details:
        document["details"] = seal.seal(orjson.dumps(row.details), _place(row.id))
    return document


def audit_row(document: Mapping[str, Any], seal: Seal) -> AuditRow:
    """The line in a stored document; without its details where they do not open, which is logged."""
    details = _details(document, seal)
    return AuditRow(
        document["_id"],
        document["at"],
        document["who"],
        document["what"],
        document["contact"],
        document.get("other"),
        tuple(details),
        document.get("undone"),
        document.get("erased"),
    )


def _details(document: Mapping[str, Any], seal: Seal) -> Any:
    sealed = document.get("details")
    if sealed is not None:
        try:
            return orjson.loads(seal.open(bytes(sealed), _place(document["_id"])))
        except SealInvalid:  # what was done, by whom, is readable all the same
            log.error("details of the audit log do not open: their key is missing, or they are damaged")
    return ()


def _place(row: str) -> bytes:
    return f"audit\0{row}".encode()
