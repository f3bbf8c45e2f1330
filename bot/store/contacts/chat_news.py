"""Finds what staff are notified of in their conversations with people.

People who began to wait lately, new messages in conversations that a staff account has, and conversations
given to another account. All queries use the index `with_staff`. Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import DESCENDING

from bot.model.contact import contact_id
from bot.store.codec.record import inner, moment, text
from bot.store.contacts.staff_chats import having
from bot.store.database.mongo import Document
from bot.store.repository import Repository

MOST = 500
"""Contacts that one query reads, at most: those with the newest conversations."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingChat:
    """A person waits for staff on a channel since a moment: that of the first wait, or of the last one where
    an account had the conversation in between. `chat` is the id of the chat, which a merge does not
    change."""

    chat: str
    channel: str
    since: datetime


@dataclass(frozen=True, slots=True)
class UnreadChat:
    """The account `by` has the conversation, and the person has written since somebody of the team looked
    (`read`; `None`: nobody has)."""

    chat: str
    channel: str
    contact: str
    by: str
    read: datetime | None


@dataclass(frozen=True, slots=True)
class GivenChat:
    """A colleague has given the conversation to the account `by`, which has not opened it since."""

    chat: str
    channel: str
    contact: str
    by: str
    since: datetime


class ChatNews(Repository, collection="contacts"):
    """The fields `chats`, `read` and `opened` of contacts."""

    async def waiting(self, since: datetime) -> list[WaitingChat]:
        """The people who began to wait, or to wait again, after a moment."""
        found = [
            WaitingChat(chat, one["ch"], max(one["since"], moment(one.get("back")) or _NEVER))
            for document, one, chat in await self._found({"s": "waits"})
        ]
        return [one for one in found if one.since > since]

    async def unread(self, accounts: Collection[str]) -> list[UnreadChat]:
        """The conversations of these accounts in which the person has written, and nobody of the team has
        read it."""
        unread = []
        for document, one, chat in await self._found({"s": "has", "by": {"$in": sorted(accounts)}}):
            heard, read = moment(one.get("heard")), moment(inner(document, "read").get(one["ch"]))
            if one.get("by") in accounts and heard is not None and heard > max(one["since"], read or _NEVER):
                unread.append(UnreadChat(chat, one["ch"], document["_id"], one["by"], read))
        return unread

    async def given(self) -> list[GivenChat]:
        """The conversations that were given to an account, which has not opened them yet."""
        return [
            GivenChat(chat, one["ch"], document["_id"], one["by"], one["since"])
            for document, one, chat in await self._found({"s": "has", "given": {"$gt": ""}})
            if text(one.get("given"))
            and text(one.get("by"))
            and one["since"] > (moment(inner(document, "opened").get(one["ch"])) or _NEVER)
        ]

    async def _found(self, wanted: Document) -> list[tuple[Mapping[str, Any], Mapping[str, Any], str]]:
        """Contacts, each with one of its conversations that is in this state, and the chat that it is."""
        query = having(wanted)
        shown = {
            "chats.ch": 1,
            "chats.s": 1,
            "chats.since": 1,
            "chats.by": 1,
            "chats.heard": 1,
            "chats.given": 1,
            "chats.back": 1,
            "read": 1,
            "opened": 1,
            "ids": 1,
        }
        asked = self._rows.find(query, shown, hint="with_staff").sort("chats.since", DESCENDING)
        documents = await asked.limit(MOST).to_list(None)
        return [
            (document, one, _chat(document, one["ch"]))
            for document in documents
            for one in _items(document)
            if one.get("s") == wanted["s"]
        ]


def _items(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in document["chats"]:
        if isinstance(one.get("since"), datetime) and text(one.get("ch")):
            yield one


def _chat(document: Mapping[str, Any], channel: str) -> str:
    ids = document.get("ids", ())
    user = next((text(one.get("uid")) for one in ids if one.get("ch") == channel), None)
    return document["_id"] if user is None else contact_id(channel, user)
