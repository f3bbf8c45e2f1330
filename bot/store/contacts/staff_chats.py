"""The conversations of staff, by who has them; the team's read marks; and the last messages of chats.

Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from pymongo import DESCENDING

from bot.model.contact import Contact
from bot.model.conversation import TranscriptTurn
from bot.model.processes import part_of
from bot.model.staff_chat import StaffChat, StaffChatState
from bot.store.codec.documents import contact_from
from bot.store.codec.record import inner, moment
from bot.store.database.mongo import Database, Document
from bot.store.events.conversations import Conversations
from bot.store.sealing.seal import Seal

OPEN_MOST = 2_000
"""Conversations of one state that are sorted at a time: those that wait, or that somebody has."""
FIRST_SPAN, LAST_SPAN = timedelta(hours=6), timedelta(days=400)
"""What is done is looked for in spans of time, each four times as long as the one before."""
INSTANT = timedelta(milliseconds=1)
EACH_MOST = 10
"""Last rows of a chat, in which unread messages are counted."""
_SCANNED = 500
"""Rows of conversations that are read at a time to find who talked last."""
_LEFT_OUT = ("out", "carried", "flows", "timers", "counted", "results", "pages", "open", "waiting", "tags")
"""What nobody reads of a contact for a list."""


ChatPlace: TypeAlias = tuple[datetime, str]
"""Where a list of staff's conversations goes on: since when one was so, and the contact's id."""


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A person's chat on one channel. `read`: when somebody of the team last looked at all of it; `opened`:
    since when whoever had it last opened it had had it."""

    contact: Contact
    channel: str
    read: datetime | None
    opened: datetime | None

    @property
    def chat(self) -> StaffChat | None:
        """What is known of staff's conversation there."""
        return next((one for one in self.contact.chats if one.channel == self.channel), None)

    @property
    def given_by(self) -> str | None:
        """The colleague who has given it to whoever has it, and has not opened it since."""
        chat = self.chat
        if chat is None or (self.opened is not None and self.opened >= chat.since):
            return None
        return chat.given_by


class StaffChats:
    """The field `desk` of contacts, `read` and `opened` beside it, and the collection `conversations`."""

    def __init__(self, database: Database, seal: Seal, conversations: Conversations) -> None:
        self._contacts = database.collection("contacts")
        self._rows = database.collection("conversations")
        self._seal = seal
        self._conversations = conversations

    async def of(
        self, state: StaffChatState, channel: str | None, by: str | None, most: int, after: ChatPlace | None
    ) -> list[ListedChat]:
        """Those that wait, or are had (by `by`), longest first, behind that place."""
        found = await self._in_order(state, channel, by)
        return await self._loaded([one for one in found if after is None or one[:2] > after][:most])

    async def waiting(self, channel: str | None, most: int) -> list[tuple[datetime, str]]:
        """Since when each of the first `most` waits, and where, longest first: those of the list."""
        return [(since, where) for since, _, where in (await self._in_order("waits", channel))[:most]]

    async def done(
        self, channel: str | None, most: int, before: ChatPlace, *, by: str | None = None
    ) -> list[ListedChat]:
        """Those that the bot has again, the last that was handed back first, before that place."""
        span, until, oldest = FIRST_SPAN, before[0] + INSTANT, before[0] - LAST_SPAN
        found: list[tuple[datetime, str, str]] = []
        while len(found) < most and until > oldest:
            since = {"$lt": until, "$gte": until - span}
            some = await self._ids({"s": "done", **_if("ch", channel), **_if("by", by), "since": since}, 0)
            found += [one for one in some if one[:2] < before]
            until, span = until - span, span * 4
        return await self._loaded(sorted(found, reverse=True)[:most])

    async def lately(self, channel: str | None, most: int, before: datetime) -> list[tuple[str, datetime]]:
        """The chats in which somebody said something last, before that moment, newest first, each with when.

        Of one with newer rows nothing is listed: it stands on an earlier page.
        """
        found: dict[str, datetime] = {}
        at, last = {"$lt": before}, False
        while len(found) < most and not last:
            asked = self._rows.find({"at": at}, {"chat": 1, "at": 1}).sort("at", DESCENDING)
            rows = await asked.limit(_SCANNED).to_list(None)
            for row in rows:
                if channel is None or row["chat"].startswith(f"{channel}:"):
                    found.setdefault(row["chat"], row["at"])
            last = len(rows) < _SCANNED
            if rows:
                at = {"$lt": rows[-1]["at"]}
        some = list(found.items())[:most]
        newer = await self._newest([chat for chat, _ in some])
        return [(chat, at) for chat, at in some if newer.get(chat, at) <= at]

    async def listed(self, chats: Sequence[tuple[str, str]]) -> list[ListedChat]:
        """Those of these contacts (ids) on a channel each, whoever is there, in this order."""
        return await self._loaded([(datetime.max, contact, channel) for contact, channel in chats])

    async def last_rows(
        self, chats: Sequence[str], each: int = EACH_MOST
    ) -> Mapping[str, list[TranscriptTurn]]:
        """The last turns of each chat, newest first; one command for all."""
        if not chats:
            return {}
        first, *others = [_last_of(chat, each) for chat in chats]
        pipeline = [*first, *({"$unionWith": {"coll": "conversations", "pipeline": one}} for one in others)]
        documents = await self._rows.aggregate(pipeline).to_list(None)
        found: dict[str, list[TranscriptTurn]] = {chat: [] for chat in chats}
        for document in documents:
            found[document["chat"]].append(self._conversations.turn_of(document))
        return found

    async def number_had(self, by: str) -> int:
        """How many this account has."""
        return len(await self._ids({"s": "has", "by": by}, OPEN_MOST))

    async def mark_read(self, contact: str, channel: str, at: datetime) -> None:
        """Everybody of the team has seen what came before `at`; never back in time."""
        where = {"_id": contact, "part": part_of(contact)}
        await self._contacts.update_one(where, {"$max": {f"read.{channel}": at}})

    async def mark_opened(self, contact: str, channel: str, since: datetime) -> None:
        """Whoever has had it `since` then has opened it; never back in time."""
        where = {"_id": contact, "part": part_of(contact)}
        await self._contacts.update_one(where, {"$max": {f"opened.{channel}": since}})

    async def _in_order(
        self, state: StaffChatState, channel: str | None, by: str | None = None
    ) -> list[tuple[datetime, str, str]]:
        return sorted(await self._ids({"s": state, **_if("ch", channel), **_if("by", by)}, OPEN_MOST))

    async def _ids(self, wanted: Document, most: int) -> list[tuple[datetime, str, str]]:
        """When, whose, where, of each conversation that is wanted."""
        query = having(wanted)
        seen = {"chats.s": 1, "chats.ch": 1, "chats.by": 1, "chats.since": 1}
        asked = self._contacts.find(query, seen, hint="with_staff")
        documents = await asked.limit(most).to_list(None)
        return [
            (one["since"], document["_id"], one["ch"])
            for document in documents
            for one in document["chats"]
            if _fits(one, wanted)
        ]

    async def _loaded(self, found: Sequence[tuple[datetime, str, str]]) -> list[ListedChat]:
        ids = [contact for _, contact, _ in found]
        asked = self._contacts.find({"_id": {"$in": ids}}, dict.fromkeys(_LEFT_OUT, 0))
        there = {document["_id"]: document for document in await asked.to_list(None)}
        people = {one: contact_from(document, self._seal) for one, document in there.items()}
        return [
            ListedChat(
                *(people[contact], channel),
                *(moment(inner(there[contact], name).get(channel)) for name in ("read", "opened")),
            )
            for _, contact, channel in found
            if contact in people
        ]

    async def _newest(self, chats: Sequence[str]) -> Mapping[str, datetime]:
        return {chat: rows[0].at for chat, rows in (await self.last_rows(chats, 1)).items() if rows}


def having(wanted: Document) -> Document:
    """Contacts with such a conversation. The state is said twice: by the second alone MongoDB does not know
    that only contacts of the index fit, and reads all of it."""
    return {"chats.s": wanted["s"], "chats": {"$elemMatch": wanted}}


def _if(name: str, value: str | None) -> Document:
    return {} if value is None else {name: value}


def _fits(one: Mapping[str, Any], wanted: Document) -> bool:
    """Whether this is the one of the desk that was asked for, of several of a person."""
    since: Mapping[str, datetime] = wanted.get("since", {})
    at = one["since"]
    inside = not since or since["$gte"] <= at < since["$lt"]
    return inside and all(one.get(name) == wanted[name] for name in ("s", "ch", "by") if name in wanted)


def _last_of(chat: str, most: int) -> list[Document]:
    return [{"$match": {"chat": chat}}, {"$sort": {"at": DESCENDING, "turn": DESCENDING}}, {"$limit": most}]
