"""Lists conversations between staff and people by their state, with read marks and the last messages.

Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
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
"""Contacts that are read to sort the conversations of one state: waiting, or had by an account."""
FIRST_SPAN, LAST_SPAN = timedelta(hours=6), timedelta(days=400)
"""Finished conversations are searched backwards in spans, each four times as long as the one before, from the
first length until the last length is passed."""
INSTANT = timedelta(milliseconds=1)
"""The smallest difference between two moments in MongoDB."""
EACH_MOST = 10
"""The last rows of a chat that are read, in which unread messages are counted."""
_SCANNED = 500
"""Rows of conversations that are read at a time to find who talked last."""
_LEFT_OUT = ("out", "carried", "flows", "timers", "counted", "results", "pages", "open", "waiting")
"""Fields of a contact that no list needs."""


ChatPlace: TypeAlias = tuple[datetime, str]
"""The position in a list of conversations: since when one has its state, and the contact's id."""


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A person's chat on one channel.

    `read`: up to when the team has read it. `opened`: the `since` of the assignment that was last opened;
    earlier than that of the present one, its account has not opened it yet.
    """

    contact: Contact
    channel: str
    read: datetime | None
    opened: datetime | None

    @property
    def chat(self) -> StaffChat | None:
        """The conversation with staff on this channel; `None`: there was none."""
        return next((one for one in self.contact.chats if one.channel == self.channel), None)

    @property
    def given_by(self) -> str | None:
        """The account that gave the conversation to the present one; `None`: nobody did, or it was opened
        since."""
        chat = self.chat
        if chat is None or (self.opened is not None and self.opened >= chat.since):
            return None
        return chat.given_by


@dataclass(frozen=True, slots=True)
class OpenChats:
    """How many conversations wait, and how many each account has; of those `unanswered` wait for an answer.
    What is in LINE's own chat no account has (`None`)."""

    waiting: int
    had: Mapping[str | None, int]
    unanswered: Mapping[str | None, int]


class StaffChats:
    """The fields `chats`, `read` and `opened` of contacts, and the collection `conversations`."""

    def __init__(self, database: Database, seal: Seal, conversations: Conversations) -> None:
        self._contacts = database.collection("contacts")
        self._rows = database.collection("conversations")
        self._seal = seal
        self._conversations = conversations

    async def of(
        self, state: StaffChatState, channel: str | None, by: str | None, most: int, after: ChatPlace | None
    ) -> list[ListedChat]:
        """Conversations in a state (`by`: of this account), the longest in it first, after a position."""
        found = await self._in_order(state, channel, by)
        return await self._loaded([one for one in found if after is None or one[:2] > after][:most])

    async def waiting(self, channel: str | None, most: int) -> list[tuple[datetime, str]]:
        """For the first `most` conversations that wait: since when, and on which channel; the longest
        first."""
        return [(since, where) for since, _, where in (await self._in_order("waits", channel))[:most]]

    async def unanswered(self, most: int) -> list[tuple[datetime, str]]:
        """The same of those, too, that an account has and does not answer; the longest first."""
        had = await self._unanswered_of_had()
        return sorted([*await self.waiting(None, most), *had])[:most]

    async def _unanswered_of_had(self) -> list[tuple[datetime, str]]:
        query = having({"s": "has", "asked": {"$exists": True}})
        asked = self._contacts.find(query, {"chats": 1}, hint="with_staff").limit(OPEN_MOST)
        return [
            (one["asked"], one["ch"])
            for document in await asked.to_list(None)
            for one in document["chats"]
            if one["s"] == "has" and one.get("asked") is not None
        ]

    async def done(
        self, channel: str | None, most: int, before: ChatPlace, *, by: str | None = None
    ) -> list[ListedChat]:
        """Finished conversations (handed back to the bot), the last one first, before a position."""
        span, until, oldest = FIRST_SPAN, before[0] + INSTANT, before[0] - LAST_SPAN
        found: list[tuple[datetime, str, str]] = []
        while len(found) < most and until > oldest:
            since = {"$lt": until, "$gte": until - span}
            some = await self._ids({"s": "done", **_if("ch", channel), **_if("by", by), "since": since}, 0)
            found += [one for one in some if one[:2] < before]
            until, span = until - span, span * 4
        return await self._loaded(sorted(found, reverse=True)[:most])

    async def lately(self, channel: str | None, most: int, before: datetime) -> list[tuple[str, datetime]]:
        """The chats whose last message is from before a moment, with its moment, newest first.

        A chat with later messages is not listed: it is on an earlier page.
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
        """These chats (contact id and channel), in this order, without contacts that do not exist."""
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
        """How many conversations this account has, `OPEN_MOST` at most."""
        return len(await self._ids({"s": "has", "by": by}, OPEN_MOST))

    async def open_now(self, channel: str | None) -> OpenChats:
        """The conversations that wait, or that somebody has, counted on a channel or all."""
        wanted: Document = {"chats.s": {"$in": ["waits", "has"]}, **_if("chats.ch", channel)}
        group = {"s": "$chats.s", "by": "$chats.by", "asked": {"$gt": ["$chats.asked", None]}}
        rows = self._contacts.aggregate(
            [
                {"$match": {"chats.s": wanted["chats.s"]}},
                {"$project": {"chats.s": 1, "chats.ch": 1, "chats.by": 1, "chats.asked": 1}},
                {"$unwind": "$chats"},
                {"$match": wanted},
                {"$group": {"_id": group, "n": {"$sum": 1}}},
            ],
            hint="with_staff",
        )
        waiting, had, unanswered = 0, Counter[str | None](), Counter[str | None]()
        async for row in rows:
            of, number = row["_id"], row["n"]
            if of["s"] == "waits":
                waiting += number
            else:
                had[of.get("by")] += number
                unanswered[of.get("by")] += number * of["asked"]
        return OpenChats(waiting, had, unanswered)

    async def mark_read(self, contact: str, channel: str, at: datetime) -> bool:
        """Store that the team has read a chat up to `at`; an earlier moment than the stored one changes
        nothing. Whether it was news."""
        where = {"_id": contact, "part": part_of(contact)}
        changed = await self._contacts.update_one(where, {"$max": {f"read.{channel}": at}})
        return bool(changed.modified_count)

    async def mark_opened(self, contact: str, channel: str, since: datetime) -> None:
        """Store that the account that has a conversation `since` then has opened it; never an earlier
        moment."""
        where = {"_id": contact, "part": part_of(contact)}
        await self._contacts.update_one(where, {"$max": {f"opened.{channel}": since}})

    async def _in_order(
        self, state: StaffChatState, channel: str | None, by: str | None = None
    ) -> list[tuple[datetime, str, str]]:
        return sorted(await self._ids({"s": state, **_if("ch", channel), **_if("by", by)}, OPEN_MOST))

    async def _ids(self, wanted: Document, most: int) -> list[tuple[datetime, str, str]]:
        """Of each conversation that matches: since when it has its state, contact id, channel."""
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
    """The filter for contacts with such a conversation.

    It has the state twice: by `$elemMatch` alone MongoDB would read the whole index `with_staff`.
    """
    return {"chats.s": wanted["s"], "chats": {"$elemMatch": wanted}}


def _if(name: str, value: str | None) -> Document:
    return {} if value is None else {name: value}


def _fits(one: Mapping[str, Any], wanted: Document) -> bool:
    """Whether this one of a contact's conversations matches the query: the filter finds contacts only."""
    since: Mapping[str, datetime] = wanted.get("since", {})
    at = one["since"]
    inside = not since or since["$gte"] <= at < since["$lt"]
    return inside and all(one.get(name) == wanted[name] for name in ("s", "ch", "by") if name in wanted)


def _last_of(chat: str, most: int) -> list[Document]:
    return [{"$match": {"chat": chat}}, {"$sort": {"at": DESCENDING, "turn": DESCENDING}}, {"$limit": most}]
