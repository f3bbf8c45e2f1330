"""Stores the sendings of broadcasts: planned, under way or over, and how far each is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditEntry
from bot.model.broadcast import ASKS, OPEN, ContentClaim, Sending, SendingBatch, SendingHold, SendingState
from bot.store.broadcasts.batches import batch_document
from bot.store.codec.record import flag, moment, number, text
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.events.audit import entry_document
from bot.store.repository import SealedRepository, rows_of

T = TypeVar("T")

_PLAIN = (
    "broadcast",
    "channel",
    "state",
    "by",
    "why",
    "paused",
    "held",
    "content",
    "asked",
    "reached",
    "shown",
    "shown_cost",
    "again_after",
)
_MOMENTS = ("moment", "at", "began", "fixed", "ended", "held_since", "instead_of", "agreed")
_NUMBERS = ("number", "people", "batches", "month_used", "month_covers", "shown_people")
_FLAGS = ("personal",)
_BY_GROUP = {"bodies": "body", "units": "unit"}
"""Fields with a value for each group, and what the value is called: stored as lists, as a group's name may be
any text, which a key of MongoDB may not."""

_OVER: Collection[SendingState] = ("done", "cancelled", "missed", "refused")
"""The states of a sending that is over."""
_ORDERED = "ordered"
"""The field with the broadcast's name, while a sending that a person ordered is not over: unique by an
index."""
_CLAIM = "claim"
"""The field with `ContentClaim.content`, on the sending that has the claim: unique by an index."""


_NOT_BEGUN: Mapping[str, Any] = {
    "state": "planned",
    "held": None,
    "held_since": None,
    "number": None,
    "began": None,
    "content": "",
    "asked": "",
    "personal": False,
    "bodies": {},
    "units": {},
    "reached": "",
    "people": 0,
}
"""The fields of a sending that begins anew. `batches` is not among them: numbers of batches go on, so that
none is used twice, also by a process that was suspended while it gathered people."""
_OF_ITS_BEGINNING = (_CLAIM, "keeping", "kept")
"""The fields that are removed when a sending begins anew."""


class ContentClaimed(Exception):
    """Another sending of the same content to the same people has the claim: it is not over, or began
    lately."""


class Sendings(SealedRepository):
    """The collection `sendings`. Every call raises `DatabaseUnavailable`.

    A document is changed only if it still is as the caller has read it, so of several callers one does it.
    """

    _sendings = rows_of("sendings")
    _batches = rows_of("sending_batches")
    _audit = rows_of("audit")

    async def add(
        self, sending: Sending, entry: AuditEntry | None = None, claim: ContentClaim | None = None
    ) -> bool:
        """Insert a sending; `False`: it exists, another ordered one of its broadcast is not over, or another
        has the `claim`.

        `entry`: the line of the audit log, where a person has ordered it; written in the same transaction.
        """

        async def once(session: Any) -> None:
            claimed = {} if claim is None else {_CLAIM: claim.content}
            if claim is not None:
                await self._take_over(claim, sending.id, session)
            await self._sendings.insert_one({**_document(sending), **claimed}, session=session)
            await self._log_action(entry, session)

        try:
            await self._with(entry, once, several=claim is not None)
        except DuplicateKeyError:
            return False
        return True

    async def claimed_by(self, content: str) -> Sending | None:
        """The sending that has the claim on this content (`ContentClaim.content`); `None`: none has."""
        found = await self._found({_CLAIM: content}, 1)
        return found[0] if found else None

    async def said_since(self, content: str, asked: str, since: datetime) -> list[Sending]:
        """The sendings begun after `since` with the same `Sending.content` and `asked`, the last one
        first."""
        where = {"state": {"$in": sorted([*OPEN, *_OVER])}, "content": content, "asked": asked}
        return await self._found({**where, "began": {"$gt": since}}, DESCENDING)

    async def _take_over(self, claim: ContentClaim, sending: str, session: Any) -> None:
        """Take over a claim that was given up; of two who do so at once the index refuses one."""
        held: Document = {_CLAIM: claim.content, "_id": {"$ne": sending}, "state": {"$nin": sorted(OPEN)}}
        if claim.began_until is not None:
            held["$or"] = [{"began": {"$lte": claim.began_until}}, {"_id": claim.after}]
        await self._sendings.update_one(held, {"$unset": {_CLAIM: ""}}, session=session)

    async def _with(
        self,
        entry: AuditEntry | None,
        work: Callable[[Any], Coroutine[Any, Any, T]],
        *,
        several: bool = False,
    ) -> T:
        """Do `work` in a transaction where it makes several writes; else as one write, with `None` as
        session."""
        if entry is None and not several:
            return await work(None)
        return await self._database.transaction(work)

    async def _log_action(self, entry: AuditEntry | None, session: Any) -> None:
        if entry is not None:
            await self._audit.insert_one(entry_document(entry, self._seal), session=session)

    async def open(self) -> list[Sending]:
        """All sendings that are not over, oldest first."""
        return await self._found({"state": {"$in": sorted(OPEN)}}, 1)

    async def all(self, broadcast: str | None = None, most: int | None = None) -> list[Sending]:
        """The sendings of one broadcast, or of all, the last one first; `most` of them, `None`: all."""
        return await self._found({} if broadcast is None else {"broadcast": broadcast}, DESCENDING, most)

    async def last_sent(self, broadcast: str) -> Sending | None:
        """The sending for the latest moment of which the recipients were fixed; `None`: there is none."""
        found = await self._found({"broadcast": broadcast, "fixed": {"$type": "date"}}, DESCENDING, 1)
        return found[0] if found else None

    async def over(self, before: datetime | None, most: int) -> list[Sending]:
        """Sendings that are over, the last one first; with `before` those for earlier moments.

        They are more than `most` where several share the last moment: a caller that goes on before it misses
        none.
        """
        found = await self._of_moments(_OVER, {} if before is None else {"$lt": before}, DESCENDING, most)
        if len(found) < most:
            return found
        last = found[-1].moment
        together = await self._of_moments(_OVER, {"$eq": last}, DESCENDING, 0)
        return [*(one for one in found if one.moment != last), *together]

    async def between(self, since: datetime, until: datetime, most: int = 1_000) -> list[Sending]:
        """The sendings for moments of this span (`until` not included), oldest first."""
        return await self._of_moments([*OPEN, *_OVER], {"$gte": since, "$lt": until}, 1, most)

    async def _of_moments(
        self, states: Collection[SendingState], moments: Document, order: int, most: int
    ) -> list[Sending]:
        """Sendings in these states, found by the index `by_state`, and in its order of moments."""
        where: Document = {"state": {"$in": sorted(states)}, **({"moment": moments} if moments else {})}
        found = await find(self._database, "sendings", where, sort={"moment": order}, limit=most)
        return [_sending(one) for one in found]

    async def one(self, sending: str) -> Sending | None:
        """The sending of this id; `None`: there is none."""
        found = await self._found({"_id": sending}, 1)
        return found[0] if found else None

    async def of(self, ids: Collection[str]) -> dict[str, Sending]:
        """The sendings of these ids that exist, by id."""
        found = await self._found({"_id": {"$in": list(ids)}}, 1) if ids else []
        return {one.id: one for one in found}

    async def _found(self, where: Document, order: int, most: int | None = None) -> list[Sending]:
        in_order = {"moment": order, "_id": order}
        documents = await find(self._database, "sendings", where, sort=in_order, limit=most or 0)
        return [_sending(one) for one in documents]

    async def change(
        self,
        sending: str,
        was: Collection[SendingState],
        *,
        entry: AuditEntry | None = None,
        claim: ContentClaim | None = None,
        reached_none: bool = False,
        seen: Mapping[str, object] | None = None,
        **fields: Any,
    ) -> bool:
        """Set some fields of a sending that is in one of the states `was`; `False`: it is not.

        `entry`: the line of the audit log, written in the same transaction. `claim`: it claims this content.
        `reached_none`: it gives up its claim. `seen`: only where these fields have these values.
        Raises `ContentClaimed` where another has the `claim`.
        """
        change: Document = {"$set": _fields_document(fields)}
        over = {_ORDERED: ""} if fields.get("state", "planned") not in OPEN else {}
        if claim is not None:
            change["$set"][_CLAIM] = claim.content
        if unset := {**over, **({_CLAIM: ""} if reached_none else {})}:
            change["$unset"] = unset
        where = {"_id": sending, "state": {"$in": list(was)}, **(seen or {})}

        async def once(session: Any) -> bool:
            if claim is not None and await self._sendings.find_one(where, {"_id": 1}, session=session):
                await self._take_over(claim, sending, session)
            found = await self._sendings.update_one(where, change, session=session)
            if found.matched_count:
                await self._log_action(entry, session)
            return bool(found.matched_count)

        try:
            return await self._with(entry, once, several=claim is not None)
        except DuplicateKeyError as error:
            raise ContentClaimed(sending) from error

    async def hold(self, sending: Sending, why: SendingHold | None, now: datetime, **fields: Any) -> None:
        """Store why a sending waits, since now; `None`: it waits no more.

        Nothing is changed where its state is another, or staff have agreed to it, since it was read.
        """
        since = None if why is None else now
        await self.change(
            sending.id, [sending.state], seen=as_read(sending), held=why, held_since=since, **fields
        )

    async def begin_anew(self, seen: Sending, entry: AuditEntry, **fields: Any) -> bool:
        """Plan a sending that waits for staff anew, with these fields; `False`: it waits no more.

        Nothing of it was sent. Its batches are deleted: text and people are fixed anew when it begins.
        """
        waits: Document = {"state": {"$in": ["planned", "gathering"]}, "held": {"$in": sorted(ASKS)}}
        change: Document = {
            "$set": _fields_document({**_NOT_BEGUN, **fields}),
            "$unset": dict.fromkeys(_OF_ITS_BEGINNING, ""),
        }

        async def once(session: Any) -> bool:
            where = {"_id": seen.id, **waits, **as_read(seen)}
            found = await self._sendings.update_one(where, change, session=session)
            if found.matched_count:
                await self._batches.delete_many({"sending": seen.id}, session=session)
                await self._log_action(entry, session)
            return bool(found.matched_count)

        return await self._with(entry, once)

    async def forget(self, sending: str) -> bool:
        """Delete a sending that was planned by schedule and has not begun; `False`: there is none."""
        found = await self._sendings.delete_one({"_id": sending, "state": "planned", "by": ""})
        return bool(found.deleted_count)

    async def gathered(self, seen: Sending, batches: Sequence[SendingBatch], reached: str) -> bool:
        """Store the batches found so far after those of `seen`; `False`: another process goes on with the
        sending.

        `reached`: the contact id up to which people were gathered. One transaction, so that the batches agree
        with the sending, and none exists twice.
        """
        people = seen.people + sum(len(batch.people) for batch in batches)

        async def once(session: Any) -> bool:
            found = await self._sendings.update_one(
                {"_id": seen.id, "state": "gathering", "batches": seen.batches, "reached": seen.reached}
                | as_read(seen),
                {"$set": {"reached": reached, "people": people, "batches": seen.batches + len(batches)}},
                session=session,
            )
            if found.matched_count and batches:
                await self._batches.insert_many(
                    [batch_document(batch, seen.moment) for batch in batches], ordered=False, session=session
                )
            return bool(found.matched_count)

        return await self._database.transaction(once)


def _fields_document(fields: Mapping[str, Any]) -> Document:
    written = dict(fields)
    for name, each in _BY_GROUP.items():
        if name in fields:
            written[name] = [{"group": group, each: value} for group, value in fields[name].items()]
    return written


def _document(sending: Sending) -> Document:
    names = (*_PLAIN, *_MOMENTS, *_NUMBERS, *_FLAGS, *_BY_GROUP)
    ordered = {_ORDERED: sending.broadcast} if sending.by and not sending.is_over else {}
    return {
        "_id": sending.id,
        **_fields_document({name: getattr(sending, name) for name in names}),
        **ordered,
    }


def _sending(document: Mapping[str, Any]) -> Sending:
    values: dict[str, Any] = {name: text(document.get(name)) for name in _PLAIN}
    values |= {name: moment(document.get(name)) for name in _MOMENTS}
    values |= {name: number(document.get(name)) for name in _NUMBERS}
    values |= {name: flag(document.get(name)) for name in _FLAGS}
    known = {name: value for name, value in values.items() if value is not None}
    for name, each in _BY_GROUP.items():
        known[name] = {one["group"]: one[each] for one in document.get(name, ())}
    return Sending(id=document["_id"], **known)


def as_read(sending: Sending) -> Document:
    """The filter for a sending to which staff have not agreed since it was read: then it may have begun
    anew."""
    return {"agreed": sending.agreed}


def sending_id(broadcast: str, at: datetime) -> str:
    """The id of a sending: its broadcast's name, and the moment (UTC) that it is for, in milliseconds."""
    return f"{broadcast}@{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
