"""Stores transcripts of conversations: a sealed row for each turn in each chat, until its time is over.

Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING

from bot.model.conversation import TranscriptCursor, TranscriptRow, TranscriptTurn
from bot.store.codec.transcript_codec import decode_transcript, packed
from bot.store.database.bulk_operations import insert_in_between
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")

PACKED = 32
"""Rows that are compressed before the event loop may do other work: a long one takes 80 µs."""


class Conversations(SealedRepository, collection="conversations"):
    """The collection `conversations`. Writing a row twice keeps the first."""

    async def add(self, rows: Sequence[TranscriptRow]) -> None:
        """Add what was said, in the order of `rows`."""
        ready = list[tuple[TranscriptRow, bytes]]()
        for row in rows:
            if len(ready) % PACKED == PACKED - 1:
                await asyncio.sleep(0)
            ready.append((row, packed(row.body)))
        await insert_in_between(self._database, "conversations", ready, self._documents)

    def _documents(self, rows: Sequence[tuple[TranscriptRow, bytes]]) -> list[Document]:
        sealed = self._seal.seal_all([(transcript, row.id.encode()) for row, transcript in rows])
        return [_document(row, transcript) for (row, _), transcript in zip(rows, sealed, strict=True)]

    def document(self, row: TranscriptRow) -> Document:
        """The document of a row."""
        return _document(row, self._seal.seal(packed(row.body), row.id.encode()))

    async def page(
        self, chats: Collection[str], before: TranscriptCursor | None, most: int
    ) -> list[TranscriptTurn]:
        """The last turns in these chats, `before` that place, newest first."""
        query: Document = {"chat": {"$in": list(chats)}}
        if before is not None:
            query["at"] = {"$lte": before.at}
            query["$or"] = [{"at": {"$lt": before.at}}, {"turn": {"$lt": before.turn}}]
        return await self._found(query, most)

    async def at(self, chats: Collection[str], moment: datetime) -> list[TranscriptTurn]:
        """All turns in these chats of this one moment."""
        return await self._found({"chat": {"$in": list(chats)}, "at": moment}, 0)

    async def of_events(self, events: Sequence[str]) -> list[TranscriptTurn]:
        """The turns of these events that are there, newest first."""
        return await self._found({"_id": {"$in": list(events)}}, 0)

    async def _found(self, query: Document, most: int) -> list[TranscriptTurn]:
        """The turns that match, newest first, `most` of them; 0: all."""
        found = self._rows.find(query).sort([("at", DESCENDING), ("turn", DESCENDING)]).limit(most)
        documents = await found.to_list(None)
        return [self.turn_of(document) for document in documents]

    async def keep(self, days: int | None) -> None:
        """Set for how many days conversations and their files are stored, also those that exist; `None`: not
        at all.
        """
        for name in ("conversations", "conversation_files"):
            await self._database.keep(name, timedelta(days=days or 0))

    def turn_of(self, document: Mapping[str, Any]) -> TranscriptTurn:
        """The turn in a row; not `readable` where it does not open, which is logged."""
        row = (document["_id"], document["chat"], document["at"], document["turn"])
        try:
            transcript = self._seal.open(bytes(document["said"]), row[0].encode())
        except SealInvalid:  # the row still shows that there was a message, and when
            log.error("what was said does not open: its key is missing, or it is damaged")
            return TranscriptTurn(*row, readable=False)
        return TranscriptTurn(*row, True, *decode_transcript(transcript))


def _document(row: TranscriptRow, sealed: bytes) -> Document:
    return {"_id": row.id, "chat": row.chat, "at": row.at, "turn": row.turn, "said": sealed}
