"""Removes a message that a person has unsent from every collection that has it.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/#webhook-unsend-message
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import orjson

from bot.model.conversation import Unsend
from bot.model.processes import part_of
from bot.store.codec.transcript_codec import packed, without_incoming
from bot.store.collection_spec import Expires
from bot.store.database.mongo import Document
from bot.store.events.conversation_files import files_of
from bot.store.people_collections import INBOX
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.seal import SealInvalid

AT_A_TIME = 200
"""Events that are read at a time: mostly the message is among the last."""


class Unsender(SealedRepository):
    """Deletes the content of a message in `conversations`, its file, `inbox` and `trace`.

    May raise `DatabaseUnavailable`.

    What the playbook has stored of it (an attribute, a note) stays.
    """

    _timeline = rows_of("timeline")
    _inbox = rows_of("inbox")
    _trace = rows_of("trace")
    _conversations = rows_of("conversations")
    _files = rows_of("conversation_files")
    _audit = rows_of("audit")

    async def forget(self, unsend: Unsend) -> None:
        """Forget the message. Doing it twice changes nothing; one that is not found is gone already."""
        async for events in self._events_of(unsend):
            for document in await self._inbox.find({"_id": {"$in": events}}, {"raw": 1}).to_list(None):
                raw = self._readable(document["raw"], document["_id"])
                rest = None if raw is None else _without_message(raw, unsend.message)
                if rest is not None:
                    await self._forget(document["_id"], rest)
                    return

    async def _events_of(self, unsend: Unsend) -> AsyncIterator[Sequence[str]]:
        """The events of this chat whose entries may still be in the inbox, the latest first.

        From rows of the conversation; and, for a playbook that stores none, from the timelines of all
        contacts that the chat has ever been part of, as merges may have moved it.
        """
        whose = await self._ever_one_with([unsend.contact, unsend.chat])
        aside = self._inbox.find({"state": "aside", "contact": {"$in": whose}}, {"_id": 1})
        yield [document["_id"] for document in await aside.to_list(None)]
        life = INBOX.life
        since = unsend.at - (life.after if isinstance(life, Expires) else timedelta())
        parts = sorted({part_of(one) for one in whose})
        theirs: Document = {"part": {"$in": parts}, "contact": {"$in": whose}, "at": {"$gte": since}}
        for rows, query in (
            (self._conversations, {"chat": unsend.chat, "at": {"$gte": since}}),
            (self._timeline, theirs),
        ):
            found = rows.find(query, {"_id": 1}).sort("at", -1).batch_size(AT_A_TIME)
            while documents := await found.to_list(AT_A_TIME):
                yield [document["_id"] for document in documents]

    async def _ever_one_with(self, contacts: Sequence[str]) -> list[str]:
        """These contacts, and all that the audit log has as merged with them, also where that was undone."""
        found = list(dict.fromkeys(contacts))
        for one in found:  # which grows
            either: Document = {"$or": [{"contact": one}, {"other": one}], "what": "merged"}
            async for line in self._audit.find(either, {"contact": 1, "other": 1}):
                found += [two for two in (line["contact"], line.get("other")) if two and two not in found]
        return found

    async def _forget(self, event: str, rest: bytes) -> None:
        """Delete it everywhere; first from the conversation, which people see, so that its file is stored no
        more."""
        row = await self._conversations.find_one({"_id": event}, {"said": 1})
        transcript = None if row is None else self._readable(row["said"], event)
        if transcript is not None:
            await self._put(self._conversations, event, "said", packed(without_incoming(transcript)))
        await self._files.delete_many(files_of(event))
        await self._put(self._inbox, event, "raw", rest)
        await self._trace.delete_one({"_id": event})  # it says because of which text

    async def _put(self, collection: Any, event: str, field: str, value: bytes) -> None:
        change: Document = {"$set": {field: self._seal.seal(value, event.encode())}}
        await collection.update_one({"_id": event}, change)

    def _readable(self, sealed: bytes, event: str) -> bytes | None:
        try:
            return self._seal.open(bytes(sealed), event.encode())
        except SealInvalid:  # nobody can read it
            return None


def _without_message(raw: bytes, message: str) -> bytes | None:
    """An event of LINE without what its message said, if it is this message; else `None`."""
    try:
        event = orjson.loads(raw)
    except orjson.JSONDecodeError:  # one of ours
        return None
    content = event.get("message") if isinstance(event, dict) else None
    if not isinstance(content, dict) or content.get("id") != message:
        return None
    return orjson.dumps({**event, "message": {"type": content.get("type"), "id": message}})
