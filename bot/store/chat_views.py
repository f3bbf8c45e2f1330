"""Stores the views of chats that staff have saved (E3)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.model.chat_view import ChatFilters, ChatView
from bot.store.codec.record import moment, text
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")


class ChatViews(SealedRepository, collection="chat_views"):
    """The collection `chat_views`: `{_id, owner, by, at, s}`. Name and filters are sealed: they may name a
    customer."""

    async def all(self) -> list[ChatView]:
        """All of them, by id."""
        rows = await self._rows.find({}).sort("_id", 1).to_list(None)
        return [view for row in rows if (view := self._read(row)) is not None]

    async def store(self, view: ChatView) -> None:
        """Store one, in place of what has its id."""
        said = self._sealed_json(view.id, {"name": view.name, "filters": asdict(view.filters)})
        fields = {"owner": view.owner, "by": view.by, "at": view.at, "s": said}
        await self._rows.update_one({"_id": view.id}, {"$set": fields}, upsert=True)

    async def remove(self, id: str) -> None:
        """Delete one."""
        await self._rows.delete_one({"_id": id})

    def _read(self, row: Mapping[str, Any]) -> ChatView | None:
        at = moment(row.get("at"))
        if at is None:
            return None
        try:
            said = self._opened_json(row)
        except SealInvalid:
            log.error("a view of the chats does not open: its key is missing, or it is damaged")
            return None
        filters, by, owner = ChatFilters(**said["filters"]), text(row.get("by")), text(row.get("owner"))
        return ChatView(row["_id"], said["name"], filters, by or "", at, owner or "")
