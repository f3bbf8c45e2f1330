"""Stores for some seconds which staff account has a chat open just now, and which types in it.

Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.repository import Repository

LIFE = timedelta(seconds=15)
"""How long a sign counts after a browser has sent it; MongoDB removes the row within a minute more."""


@dataclass(frozen=True, slots=True)
class ChatSign:
    """The account `account` has the chat open, or `types` in it."""

    account: str
    types: bool


class ChatSigns(Repository, collection="chat_signs"):
    """The collection `chat_signs`: one row for each account in each chat."""

    async def give(self, chat: str, account: str, at: datetime, *, types: bool) -> None:
        """This account has the chat open, as its browser says every few seconds."""
        sign = {"chat": chat, "who": account, "types": types, "until": at + LIFE}
        await self._rows.update_one({"_id": f"{chat} {account}"}, {"$set": sign}, upsert=True)

    async def take_away(self, chat: str, account: str) -> None:
        """Remove the sign of an account that has closed the chat."""
        await self._rows.delete_one({"_id": f"{chat} {account}"})

    async def of(self, chat: str, at: datetime) -> list[ChatSign]:
        """The signs in a chat, sorted by account."""
        found = await self._rows.find({"chat": chat, "until": {"$gt": at}}).to_list(None)
        return sorted((ChatSign(one["who"], one["types"]) for one in found), key=lambda sign: sign.account)

    async def among(self, chats: Sequence[str], at: datetime) -> Mapping[str, Sequence[str]]:
        """The accounts that have each of these chats open, sorted; one query for all."""
        found: dict[str, list[str]] = {}
        async for one in self._rows.find({"chat": {"$in": list(chats)}, "until": {"$gt": at}}):
            found.setdefault(one["chat"], []).append(one["who"])
        return {chat: sorted(account) for chat, account in found.items()}
