"""What nobody has got: calls that were given up, events set aside; listed, taken up once more, or dropped.

Of two who take one up at the same moment, one does: whoever comes second is told who was first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.audit import AuditRow
from bot.model.conversation import SaidRow
from bot.model.inbox import InboxEntry
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Handled, Outgoing
from bot.model.part import part_of
from bot.store.codec.outgoing_document import outgoing_document
from bot.store.database.mongo import Database, Document, reaching
from bot.store.events.audit import audit_document
from bot.store.events.conversations import Conversations
from bot.store.events.inbox import Inbox
from bot.store.events.journal import end_from, handled_from
from bot.store.sealing.seal import Seal

EVENT = "event"
"""The kind of what was set aside; calls have their own."""
ASIDE = "aside"
"""The reason of such an event, where it has no other: oaflow cannot decide it."""

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
class GivenUp:
    """One of them. `name` is what the log calls it, `at` when it was given up (a call) or came (an event).

    `since` is when it was decided, or came; `tries` how often it was tried, an event how many times from
    the beginning. `detail` and `request_id` are LINE's, empty where it has not answered. `contact`: whose.
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
class AsideEvent:
    """An event that is set aside: `why` is the traceback, which may hold what somebody said."""

    shown: GivenUp
    why: str


@dataclass(frozen=True, slots=True)
class WhatBecame:
    """What has become of an event: its `state` in the inbox, whether its row has `calls`, the first's end."""

    state: str | None
    calls: bool
    end: CallEnd | None


class HandledBefore(Exception):
    """Somebody was first."""

    def __init__(self, handled: Handled | None) -> None:
        """`handled` is unknown where an event is not set aside any more."""
        super().__init__("it was handled before")
        self.handled = handled


class NobodysCall(Exception):
    """The contact whose call it was is not there any more."""


class TurnSince(Exception):
    """The contact has had a turn since it was looked at."""


class GivenUpList:
    """The collections `deadletters` and `inbox`. May raise `DatabaseUnavailable`: then perhaps it is done."""

    def __init__(self, database: Database, seal: Seal, inbox: Inbox, conversations: Conversations) -> None:
        self._client = database.client
        self._letters = database.collection("deadletters")
        self._entries = database.collection("inbox")
        self._contacts = database.collection("contacts")
        self._timeline = database.collection("timeline")
        self._audit = database.collection("audit")
        self._inbox = inbox
        self._said = database.collection("conversations")
        self._conversations = conversations
        self._seal = seal

    async def since(
        self, since: datetime, *, contacts: Collection[str] | None = None, handled: bool = False
    ) -> list[GivenUp]:
        """All since then, oldest first: of these contacts, where some are named; with those `handled` too."""
        query: Document = {"at": {"$gte": since}}
        if contacts is not None:
            query["contact"] = {"$in": list(contacts)}
        events: Document = {"state": ASIDE}
        if not handled:
            query["handled"] = {"$exists": False}
        else:
            events = {"$or": [{"state": ASIDE}, {"state": "done", "handled": {"$exists": True}}]}
        async with reaching():
            letters = await self._letters.find(query, dict.fromkeys(_SHOWN, 1)).to_list(None)
            aside = await self._entries.find(query | events, dict.fromkeys(_OF_EVENTS, 1)).to_list(None)
        found = [*map(_letter, letters), *map(_event, aside)]
        return sorted(found, key=lambda one: (one.at, one.name))

    async def is_set_aside(self, events: Sequence[str]) -> bool:
        """Whether one of these events (ids) was set aside."""
        query = {"_id": {"$in": list(events)}, "state": ASIDE}
        async with reaching():
            return await self._entries.find_one(query, {"_id": 1}) is not None

    async def aside(self, event: str) -> AsideEvent | None:
        """The event of this id, if it is set aside; or was, and has been dropped. Raises `SealBroken`."""
        query = {"_id": event, "$or": [{"state": ASIDE}, {"handled": {"$exists": True}}]}
        async with reaching():
            found = await self._entries.find_one(query)
        if found is None:
            return None
        why = self._seal.open(bytes(found["why"]), event.encode()).decode()
        return AsideEvent(_event(found), why)

    async def became(self, events: Sequence[str]) -> dict[str, WhatBecame]:
        """What has become of these events."""
        which = {"_id": {"$in": list(events)}}
        async with reaching():
            entries = await self._entries.find(which, {"state": 1}).to_list(None)
            rows = await self._timeline.find(which, {"calls": 1, "ends.0": 1}).to_list(None)
        states = {one["_id"]: one["state"] for one in entries}
        told = {one["_id"]: one for one in rows}
        return {event: _became(states.get(event), told.get(event, {})) for event in events}

    # -- calls

    async def make_again(
        self,
        letter: DeadLetter,
        handled: Handled,
        call: Outgoing | None,
        told: tuple[InboxEntry, TimelineRow, AuditRow],
        said: SaidRow | None = None,
        *,
        revision: int | None = None,
    ) -> None:
        """Put the call onto its contact, to be made by its owner, who is told by an event of ours.

        `said`: what it says, for the conversation; `revision`: the contact has to be as it was then.

        Raises `HandledBefore`, `NobodysCall` and `TurnSince`.
        """
        entry, row, line = told

        async def once(session: Any) -> None:
            await self._handle(letter, handled, session)
            there: Document = {"$addToSet": {"waiting": entry.id}}
            if call is not None:
                there["$push"] = {"out": outgoing_document(call, self._seal)}
            where: Document = {"_id": letter.contact, "part": letter.part}
            as_seen = where if revision is None else where | {"rev": revision}
            changed = await self._contacts.update_one(as_seen, there, session=session)
            if not changed.matched_count:
                found = await self._contacts.find_one(where, {"_id": 1}, session=session)
                raise NobodysCall(letter.name) if found is None else TurnSince(letter.name)
            await self._entries.insert_one(self._inbox.document(entry, foreign=True), session=session)
            await self._timeline.insert_one(_row(row), session=session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)
            if said is not None:
                await self._said.insert_one(self._conversations.document(said), session=session)

        await self._in_one(once)

    async def drop(self, letter: DeadLetter, handled: Handled, line: AuditRow) -> None:
        """Nobody looks for it any more. Raises `HandledBefore`."""

        async def once(session: Any) -> None:
            await self._handle(letter, handled, session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        await self._in_one(once)

    async def _handle(self, letter: DeadLetter, handled: Handled, session: Any) -> None:
        where = {"_id": letter.outgoing.id}
        free = where | {"handled": {"$exists": False}}
        change = {"$set": {"handled": _document(handled)}}
        done = await self._letters.update_one(free, change, session=session)
        if not done.matched_count:
            found = await self._letters.find_one(where, {"handled": 1}, session=session) or {}
            raise HandledBefore(handled_from(found.get("handled")))

    # -- events

    async def decide_again(self, event: GivenUp, who: str, row: TimelineRow, line: AuditRow) -> None:
        """Have the event decided once more, now. Raises `HandledBefore`.

        It is stored anew under its id, which is what wakes its owner.
        """

        async def once(session: Any) -> None:
            entry = await self._aside(event, session)
            entry |= {"state": "open", "foreign": True}
            entry["again"] = [*entry.get("again", ()), {"who": who, "at": line.at}]
            for left in ("why", "reason", "tries", "handled"):
                entry.pop(left, None)
            await self._entries.delete_one({"_id": event.name, "part": entry["part"]}, session=session)
            await self._entries.insert_one(entry, session=session)
            where = {"_id": entry["contact"], "part": entry["part"]}
            waiting = {"$addToSet": {"waiting": event.name}}
            await self._contacts.update_one(where, waiting, upsert=True, session=session)
            await self._timeline.insert_one(_row(row), session=session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        await self._in_one(once)

    async def drop_event(self, event: GivenUp, handled: Handled, line: AuditRow) -> None:
        """Nobody looks for it any more; it goes with the others that are done. Raises `HandledBefore`."""

        async def once(session: Any) -> None:
            entry = await self._aside(event, session)
            change = {"$set": {"state": "done", "handled": _document(handled)}}
            where = {"_id": event.name, "part": entry["part"], "state": ASIDE}
            await self._entries.update_one(where, change, session=session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        await self._in_one(once)

    async def _aside(self, event: GivenUp, session: Any) -> Document:
        found = await self._entries.find_one({"_id": event.name}, session=session)
        if found is None or found["state"] != ASIDE:
            raise HandledBefore(handled_from((found or {}).get("handled")))
        return found

    async def _in_one(self, work: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        async with reaching(), await self._client.start_session() as session:
            await session.with_transaction(work)


def _letter(one: Mapping[str, Any]) -> GivenUp:
    call = one["call"]
    return GivenUp(
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


def _event(one: Mapping[str, Any]) -> GivenUp:
    return GivenUp(
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


def _document(handled: Handled) -> Document:
    told: Document = {"how": handled.how, "who": handled.who, "at": handled.at}
    return told if handled.event is None else told | {"event": handled.event}


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
