"""Stores the pictures that staff send, sealed in `conversation_files`, as long as the conversation.

Until an answer with it is stored, a picture is `staged`: a draft, which belongs to no person's data yet.
Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from bot.model.conversation import FILE_TYPES, UNKNOWN, StaffPicture, picture_event
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal
from bot.store.sealing.sealed_pieces import PIECE, PieceCorrupt, SealedPieces


class StaffPictures:
    """Rows `STAFF:TOKEN`, which describe a picture as those of people's files do, and the one piece of each.

    The token, 128 bits at random, is all that one needs to see the picture.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._rows = database.collection("conversation_files")
        self._database = database
        self._pieces = SealedPieces(self._rows, "conversation_files", seal)

    async def add(self, chat: str, at: datetime, picture: StaffPicture) -> str:
        """Stage a picture of at most `PIECE` bytes for this chat; its token."""
        if len(picture.content) > PIECE:
            raise ValueError("a picture of staff's is one piece")
        token = secrets.token_hex(16)
        event = picture_event(token)
        copy = f"{event}/{token[:12]}"
        described = {
            "copy": copy,
            "type": picture.type.extension,
            "size": len(picture.content),
            "sha256": sha256(picture.content).hexdigest(),
        }
        of_chat = {"chat": chat, "at": at, "staged": at}
        pieces = ((f"{copy}:0", picture.content), (event, orjson.dumps(described)))
        rows = [{**self._pieces.row(name, piece), **of_chat} for name, piece in pieces]

        async def once(session: Any) -> None:
            await self._rows.insert_many(rows, session=session)

        await self._database.transaction(once)
        return token

    async def find(self, token: str) -> StaffPicture | None:
        """The picture, staged or sent; `None` where it is not there any more, or does not open."""
        event = picture_event(token)
        try:
            described = orjson.loads(self._pieces.opened(event, await self._pieces.read([event])))
            piece = f"{described['copy']}:0"
            content = self._pieces.opened(piece, await self._pieces.read([piece]))
        except PieceCorrupt:
            return None
        return StaffPicture(content, FILE_TYPES.get(described["type"], UNKNOWN))

    async def types(self, tokens: Sequence[str], chats: Collection[str]) -> list[str] | None:
        """The file extensions of these pictures; `None`: one of them does not belong to these chats."""
        found: list[str] = []
        for token in tokens:
            where = {"_id": picture_event(token), "chat": {"$in": list(chats)}}
            row = await self._rows.find_one(where, {"_id": 1})
            picture = None if row is None else await self.find(token)
            if picture is None:
                return None
            found.append(picture.type.extension)
        return found

    async def settle(
        self, tokens: Sequence[str], chats: Collection[str], at: datetime, form: str
    ) -> list[str]:
        """Make these pictures part of the conversation, as the answer of this form is about to be stored.

        Returns the tokens of those that were drafts until now.
        """
        drafts: list[str] = []
        for token in tokens:
            where = _of_chats(token, chats)
            staged = {**where, "staged": {"$exists": True}}
            change: Document = {"$set": {"form": form}, "$unset": {"staged": ""}}
            was_draft = await self._rows.update_many(staged, change)
            await self._rows.update_many(where, {"$set": {"at": at}})
            if was_draft.matched_count:
                drafts.append(token)
        return drafts

    async def redraft(self, tokens: Sequence[str], chats: Collection[str], at: datetime, form: str) -> None:
        """Make pictures of an answer that was not sent drafts again, unless another answer has them."""
        for token in tokens:
            await self._rows.update_many({**_of_chats(token, chats), "form": form}, {"$set": {"staged": at}})

    async def remove(self, token: str, chats: Collection[str]) -> None:
        """Drop a picture of these chats that is staged; no other."""
        await self._rows.delete_many({**_of_chats(token, chats), "staged": {"$exists": True}})

    async def clear(self, chats: Collection[str], before: datetime) -> None:
        """Drop what was staged in these chats before that moment, and never sent."""
        await self._rows.delete_many({"chat": {"$in": list(chats)}, "staged": {"$lt": before}})


def _of_chats(token: str, chats: Collection[str]) -> Document:
    """The filter for all rows of a picture: its description (`EVENT`) and its piece (`EVENT/…`)."""
    event = picture_event(token)
    return {"_id": {"$gte": event, "$lt": f"{event}0"}, "chat": {"$in": list(chats)}}
