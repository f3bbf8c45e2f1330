"""Stores the files that people sent, once staff have opened them, in sealed pieces.

They live as long as their row of the conversation. Every call may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from bot.model.conversation import HEAD, SentMessage, StoredAttachment, file_type
from bot.store.codec.transcript_codec import decode_transcript
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal, SealInvalid
from bot.store.sealing.sealed_pieces import PIECE, TOGETHER, PieceCorrupt, SealedPieces, piece_names
from bot.store.unavailable import DatabaseUnavailable


class MessageGone(Exception):
    """The message is in no conversation any more: it was unsent, or its time is over."""


class AttachmentCorrupt(Exception):
    """The stored content of a file is damaged, or missing."""


class ConversationFiles:
    """The collection `conversation_files`: a row that describes a file, and one for each piece of it.

    Each write is one transaction with a mark on the row of the conversation, which must still have the
    message: so unsending it, or removing that row, happens before or after all of this, never between.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._rows = database.collection("conversation_files")
        self._said = database.collection("conversations")
        self._database = database
        self._seal = seal
        self._pieces = SealedPieces(self._rows, "conversation_files", seal)

    async def find(self, event: str) -> StoredAttachment | None:
        """The description of the stored file of an event; `None`: none is stored. Raises
        `AttachmentCorrupt`."""
        read = await self._pieces.read([event])
        return self._described(event, read) if read else None

    async def sizes(self, events: Sequence[str]) -> Mapping[str, int]:
        """Bytes of the files of these events, of those that are stored and whole."""
        found = dict[str, int]()
        for event, sealed in (await self._pieces.read(events)).items():
            with suppress(AttachmentCorrupt):
                found[event] = self._described(event, {event: sealed}).size
        return found

    def _described(self, event: str, read: Mapping[str, bytes]) -> StoredAttachment:
        try:
            return StoredAttachment(event, **orjson.loads(self._pieces.opened(event, read)))
        except PieceCorrupt as error:
            raise AttachmentCorrupt(str(error)) from error

    async def keep(self, message: SentMessage, chunks: AsyncIterator[bytes]) -> StoredAttachment:
        """Store the file of a message while it is received. Raises `MessageGone`, and what reading `chunks`
        raises.

        Of two that store it at once one wins. `find` returns complete files only.
        """
        copying = _Copying(message, f"{message.event}/{uuid.uuid4().hex[:12]}")
        try:
            async for piece in _pieces(chunks):
                if len(copying.waiting) * PIECE >= TOGETHER:
                    await self._write(copying.taken(), message)
                copying.add(piece)
        except BaseException:
            await self._left(copying.copy)
            raise
        try:
            await self._write([*copying.taken(), copying.described()], message, whole=copying.copy)
        except MessageGone:
            await self._left(copying.copy)
            raise
        except DuplicateKeyError:
            await self._left(copying.copy)
            kept = await self.find(message.event)
            if kept is None:  # taken back between the two
                raise MessageGone from None
            return kept
        return copying.attachment()

    async def pieces(
        self, kept: StoredAttachment, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """The file, or its bytes from `start` to before `stop`, piece by piece.

        Raises `AttachmentCorrupt`, of a whole file at the latest behind the last one.
        """
        until = kept.size if stop is None else min(stop, kept.size)
        first, digest = start // PIECE, sha256()
        for number, name in enumerate(piece_names(kept.copy, until)[first:], first):
            try:
                piece = self._pieces.opened(name, await self._pieces.read([name]))
            except PieceCorrupt as error:
                raise AttachmentCorrupt(str(error)) from error
            digest.update(piece)
            begin = number * PIECE
            yield piece[max(0, start - begin) : until - begin]
        if (start, until) == (0, kept.size) and digest.hexdigest() != kept.sha256:
            raise AttachmentCorrupt("is not what it was")

    async def _write(
        self, pieces: Sequence[tuple[str, bytes]], message: SentMessage, whole: str | None = None
    ) -> None:
        """Insert pieces; `whole`: the copy that is complete with them, so that incomplete copies are deleted.

        Raises `MessageGone`, and `DuplicateKeyError` where another copy is complete.
        """
        rows = [
            {**self._pieces.row(name, piece), "chat": message.chat, "at": message.at}
            for name, piece in pieces
        ]

        async def once(session: Any) -> None:
            row = await self._said.find_one({"_id": message.event}, {"said": 1}, session=session)
            if row is None or not self._has(row, message):
                raise MessageGone
            await self._said.update_one({"_id": message.event}, {"$inc": {"files": 1}}, session=session)
            for row in rows:
                await self._rows.insert_one(row, session=session)
            if whole is not None:
                others = {"$and": [_copies_of(message.event), {"$nor": [_copy(whole)]}]}
                await self._rows.delete_many(others, session=session)

        await self._database.transaction(once)

    def _has(self, row: Mapping[str, Any], message: SentMessage) -> bool:
        """Whether this row of the conversation still has the message."""
        try:
            incoming, *_ = decode_transcript(self._seal.open(bytes(row["said"]), message.event.encode()))
        except SealInvalid:
            return False
        content = incoming.content if incoming is not None else None
        return isinstance(content, Mapping) and content.get("id") == message.id

    async def _left(self, copy: str) -> None:
        """Delete a copy that will not be completed; if that fails, it expires with the conversation."""
        with suppress(DatabaseUnavailable):
            await self._rows.delete_many(_copy(copy))


def files_of(event: str) -> Document:
    """The filter for all rows of the file of an event."""
    return {"$or": [{"_id": event}, _copies_of(event)]}


def _copies_of(event: str) -> Document:
    return {"_id": {"$gte": f"{event}/", "$lt": f"{event}0"}}  # `/` is followed by `0`


def _copy(copy: str) -> Document:
    return {"_id": {"$gte": f"{copy}:", "$lt": f"{copy};"}}  # `:` is followed by `;`


@dataclass(slots=True)
class _Copying:
    """A file on its way into the database."""

    message: SentMessage
    copy: str
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    _type: str = ""
    _count: int = 0
    _size: int = 0
    _digest: Any = field(default_factory=sha256)

    def add(self, piece: bytes) -> None:
        if not self._count:
            self._type = file_type(piece[:HEAD]).extension
        self.waiting.append((f"{self.copy}:{self._count}", piece))
        self._count += 1
        self._size += len(piece)
        self._digest.update(piece)

    def taken(self) -> list[tuple[str, bytes]]:
        """What is to be written now."""
        taken, self.waiting = self.waiting, []
        return taken

    def attachment(self) -> StoredAttachment:
        """The description of the complete file."""
        return StoredAttachment(
            self.message.event, self.copy, self._type, self._size, self._digest.hexdigest()
        )

    def described(self) -> tuple[str, bytes]:
        """Id and content of the row that describes the complete file."""
        kept = self.attachment()
        content = {"copy": kept.copy, "type": kept.type, "size": kept.size, "sha256": kept.sha256}
        return kept.event, orjson.dumps(content)


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes in pieces of `PIECE` bytes; without any, one empty piece."""
    rest, is_first = bytearray(), True
    async for chunk in chunks:
        rest += chunk
        while len(rest) >= PIECE:
            yield bytes(rest[:PIECE])
            del rest[:PIECE]
            is_first = False
    if rest or is_first:
        yield bytes(rest)
