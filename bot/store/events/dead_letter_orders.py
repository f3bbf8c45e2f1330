"""Carries out what staff order about dead letters, for many in one transaction: send or decide again, or
drop.

An order has the `name` of its dead letter. Of two orders about one at the same moment, one is carried out,
and the other gets `HandledBefore`. After `DatabaseUnavailable` an order was perhaps carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from pymongo import UpdateOne

from bot.model.audit import AuditRow
from bot.model.conversation import TranscriptRow
from bot.model.inbox import InboxEntry
from bot.model.journal import TimelineRow
from bot.model.outgoing import DeadLetter, Handled, Outgoing
from bot.model.processes import part_of
from bot.store.codec.outgoing_document import outgoing_document
from bot.store.database.bulk_commands import BY_ID
from bot.store.database.mongo import Collection as MongoCollection
from bot.store.database.mongo import Database, Document
from bot.store.events.audit import audit_document
from bot.store.events.conversations import Conversations
from bot.store.events.dead_letters import ASIDE, DeadLetterEntry
from bot.store.events.inbox import Inbox
from bot.store.events.journal import handled_from
from bot.store.sealing.seal import Seal


@dataclass(frozen=True, slots=True)
class HandledBefore:
    """It was handled before; `handled` is how, `None` where an event is not set aside any more."""

    handled: Handled | None


@dataclass(frozen=True, slots=True)
class OrphanedCall:
    """The contact whose call it was is not there any more."""


@dataclass(frozen=True, slots=True)
class TurnSince:
    """The contact has had a turn since it was looked at."""


NotOrdered: TypeAlias = HandledBefore | OrphanedCall | TurnSince


@dataclass(frozen=True, slots=True)
class MakeAgain:
    """A call that is made once more by its contact's owner, who is woken by `entry`, an event of ours.

    `said`: what it says, for the conversation; `revision`: the contact has to be as it was then.
    """

    letter: DeadLetter
    handled: Handled
    call: Outgoing | None
    entry: InboxEntry
    row: TimelineRow
    line: AuditRow
    said: TranscriptRow | None = None
    revision: int | None = None

    @property
    def name(self) -> str:
        """The name of the dead letter."""
        return self.letter.name


@dataclass(frozen=True, slots=True)
class DecideAgain:
    """An event that is decided once more, as `actor` has ordered."""

    event: DeadLetterEntry
    actor: str
    row: TimelineRow
    line: AuditRow

    @property
    def name(self) -> str:
        """The name (id) of the event."""
        return self.event.name


@dataclass(frozen=True, slots=True)
class Drop:
    """A call, or an event, that is to be dropped: it is listed as open no more."""

    name: str
    line: AuditRow


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)
W = TypeVar("W", bound=NotOrdered)
_Work: TypeAlias = Callable[[Any], Coroutine[Any, Any, dict[str, W]]]


class DeadLetterOrders:
    """Writes what orders change. Every call returns the orders that were not carried out, by name, and why.

    A transaction reads a snapshot, and is retried where another has changed what it writes: so what it has
    found unhandled is so until it ends.
    """

    def __init__(self, database: Database, seal: Seal, inbox: Inbox, conversations: Conversations) -> None:
        self._database = database
        self._letters = database.collection("deadletters")
        self._entries = database.collection("inbox")
        self._contacts = database.collection("contacts")
        self._timeline = database.collection("timeline")
        self._audit = database.collection("audit")
        self._said = database.collection("conversations")
        self._inbox = inbox
        self._conversations = conversations
        self._seal = seal

    async def make_again(self, orders: Sequence[MakeAgain]) -> dict[str, NotOrdered]:
        """Put the calls onto their contacts; none of a contact that has had a turn since its `revision`."""

        async def once(session: Any) -> dict[str, NotOrdered]:
            letters = await self._letters_of(orders, session)
            contacts = await self._revisions(orders, session)
            refused = {one.name: why for one in orders if (why := _why_not(one, letters, contacts))}
            await self._make(_others(orders, refused), session)
            return refused

        return await self._in_one(orders, once)

    async def _make(self, orders: Sequence[MakeAgain], session: Any) -> None:
        """Write the orders; contacts last, as a process that decides their turns waits for the
        transaction."""
        if not orders:
            return
        handled = [
            UpdateOne({"_id": one.letter.outgoing.id}, {"$set": {"handled": _handled(one.handled)}})
            for one in orders
        ]
        await self._letters.bulk_write(handled, ordered=False, session=session)
        entries = [self._inbox.document(one.entry, foreign=True) for one in orders]
        await self._entries.insert_many(entries, session=session)
        said = [self._conversations.document(one.said) for one in orders if one.said is not None]
        if said:
            await self._said.insert_many(said, session=session)
        await self._insert_audit([one.row for one in orders], [one.line for one in orders], session)
        await self._contacts.bulk_write([self._waiting(one) for one in orders], session=session)

    def _waiting(self, order: MakeAgain) -> UpdateOne:
        change: Document = {"$addToSet": {"waiting": order.entry.id}}
        if order.call is not None:
            change["$push"] = {"out": outgoing_document(order.call, self._seal)}
        return UpdateOne({"_id": order.letter.contact, "part": order.letter.part}, change, hint=BY_ID)

    async def decide_again(self, orders: Sequence[DecideAgain]) -> dict[str, HandledBefore]:
        """Have the events decided now. Each is stored anew under its id, which is what wakes its owner."""

        async def once(session: Any) -> dict[str, HandledBefore]:
            entries = await _by(self._entries, "_id", orders, session)
            refused = _not_aside(orders, entries)
            await self._decide(_others(orders, refused), entries, session)
            return refused

        return await self._in_one(orders, once)

    async def _decide(
        self, orders: Sequence[DecideAgain], entries: Mapping[str, Document], session: Any
    ) -> None:
        if not orders:
            return
        anew = [_open_again(entries[one.name], one) for one in orders]
        where = {"_id": {"$in": [one.name for one in orders]}, "part": {"$in": [one["part"] for one in anew]}}
        await self._entries.delete_many(where, session=session)
        await self._entries.insert_many(anew, session=session)
        await self._insert_audit([one.row for one in orders], [one.line for one in orders], session)
        waiting = [
            UpdateOne(
                {"_id": one["contact"], "part": one["part"]},
                {"$addToSet": {"waiting": one["_id"]}},
                upsert=True,
                hint=BY_ID,
            )
            for one in anew
        ]
        await self._contacts.bulk_write(waiting, session=session)

    async def drop(self, orders: Sequence[Drop], handled: Handled) -> dict[str, HandledBefore]:
        """Mark these calls as dropped."""

        async def once(session: Any) -> dict[str, HandledBefore]:
            refused = _handled_before(orders, await self._letters_of(orders, session))
            if dropped := _others(orders, refused):
                where = {"name": {"$in": [one.name for one in dropped]}}
                change = {"$set": {"handled": _handled(handled)}}
                await self._letters.update_many(where, change, session=session)
                await self._insert_audit([], [one.line for one in dropped], session)
            return refused

        return await self._in_one(orders, once)

    async def drop_events(self, orders: Sequence[Drop], handled: Handled) -> dict[str, HandledBefore]:
        """Mark these events as dropped; they expire as done ones do."""

        async def once(session: Any) -> dict[str, HandledBefore]:
            entries = await _by(self._entries, "_id", orders, session)
            refused = _not_aside(orders, entries)
            if dropped := _others(orders, refused):
                names = [one.name for one in dropped]
                where = {"_id": {"$in": names}, "part": {"$in": [entries[name]["part"] for name in names]}}
                change = {"$set": {"state": "done", "handled": _handled(handled)}}
                await self._entries.update_many(where, change, session=session)
                await self._insert_audit([], [one.line for one in dropped], session)
            return refused

        return await self._in_one(orders, once)

    async def _letters_of(self, orders: Sequence[_Named], session: Any) -> dict[str, Document]:
        return await _by(self._letters, "name", orders, session, {"name": 1, "handled": 1})

    async def _revisions(self, orders: Sequence[MakeAgain], session: Any) -> dict[str, int]:
        where: Document = {
            "_id": {"$in": [one.letter.contact for one in orders]},
            "part": {"$in": [one.letter.part for one in orders]},
        }
        found = await self._contacts.find(where, {"rev": 1}, session=session).to_list(None)
        return {one["_id"]: one.get("rev", 0) for one in found}

    async def _insert_audit(
        self, rows: Sequence[TimelineRow], lines: Sequence[AuditRow], session: Any
    ) -> None:
        if rows:
            await self._timeline.insert_many([_row(row) for row in rows], session=session)
        await self._audit.insert_many([audit_document(line, self._seal) for line in lines], session=session)

    async def _in_one(self, orders: Sequence[_Named], work: _Work[W]) -> dict[str, W]:
        if not orders:
            return {}
        return await self._database.transaction(work)


async def _by(
    collection: MongoCollection,
    key: str,
    orders: Sequence[_Named],
    session: Any,
    fields: Document | None = None,
) -> dict[str, Document]:
    """The documents that these orders are about, by name."""
    where = {key: {"$in": [one.name for one in orders]}}
    return {one[key]: one for one in await collection.find(where, fields, session=session).to_list(None)}


def _others(orders: Sequence[N], refused: Collection[str]) -> list[N]:
    return [one for one in orders if one.name not in refused]


def _why_not(
    order: MakeAgain, letters: Mapping[str, Document], contacts: Mapping[str, int]
) -> NotOrdered | None:
    revision = contacts.get(order.letter.contact)
    if before := _handled_before([order], letters):
        return before[order.name]
    if revision is None:
        return OrphanedCall()
    return TurnSince() if order.revision not in (None, revision) else None


def _handled_before(orders: Sequence[_Named], letters: Mapping[str, Document]) -> dict[str, HandledBefore]:
    """The orders whose letter was handled; also where it is gone, as only erasing a person removes it."""
    rows = {one.name: letters.get(one.name, {"handled": None}) for one in orders}
    return {
        name: HandledBefore(handled_from(one["handled"])) for name, one in rows.items() if "handled" in one
    }


def _not_aside(orders: Sequence[_Named], entries: Mapping[str, Document]) -> dict[str, HandledBefore]:
    found = {one.name: entries.get(one.name, {}) for one in orders}
    return {
        name: HandledBefore(handled_from(one.get("handled")))
        for name, one in found.items()
        if one.get("state") != ASIDE
    }


def _open_again(entry: Document, order: DecideAgain) -> Document:
    again = [*entry.get("again", ()), {"who": order.actor, "at": order.line.at}]
    left = {key: value for key, value in entry.items() if key not in ("why", "reason", "tries", "handled")}
    return {**left, "state": "open", "foreign": True, "again": again}


def _handled(handled: Handled) -> Document:
    document: Document = {"how": handled.how, "who": handled.actor, "at": handled.at}
    return document if handled.event is None else document | {"event": handled.event}


def _row(row: TimelineRow) -> Document:
    """A row for the timeline of what staff have done about it: nothing in it is sealed or counted."""
    document: Document = {
        "_id": row.id,
        "contact": row.contact,
        "part": part_of(row.contact),
        "at": row.at,
        "what": row.what,
        "more": row.details,
    }
    return document | ({"calls": row.calls} if row.calls else {})
