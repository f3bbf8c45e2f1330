"""Stores what staff have answered about the parts of a channel's set-up that oaflow cannot check (A3, A4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.model.setup_reply import SetupReply
from bot.store.codec.record import moment, text
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")


class SetupReplies(SealedRepository, collection="setup_replies"):
    """The collection `setup_replies`: `{_id, channel, item, right, by, at, s}`, the last reply to each item.

    The words are sealed: they may name a colleague.
    """

    async def of(self, channel: str) -> list[SetupReply]:
        """The replies of a channel: a dozen at most."""
        rows = await self._rows.find({"channel": channel}).to_list(None)
        return [reply for row in rows if (reply := self._read(row)) is not None]

    async def store(self, reply: SetupReply) -> None:
        """Store a reply, in place of the last one to its item."""
        id = f"{reply.channel}:{reply.item}"
        fields = {
            "channel": reply.channel,
            "item": reply.item,
            "right": reply.right,
            "by": reply.by,
            "at": reply.at,
            "s": self._sealed(id, reply.words.encode()),
        }
        await self._rows.update_one({"_id": id}, {"$set": fields}, upsert=True)

    def _read(self, row: Mapping[str, Any]) -> SetupReply | None:
        channel, item, at = text(row.get("channel")), text(row.get("item")), moment(row.get("at"))
        if channel is None or item is None or at is None:
            return None
        try:
            words = self._opened(row).decode()
        except SealInvalid:
            log.error("a reply about the set-up does not open: its key is missing, or it is damaged")
            words = ""
        return SetupReply(channel, item, row.get("right") is True, text(row.get("by")) or "", at, words)
