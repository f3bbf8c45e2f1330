"""Watches for chats with new messages, or that staff have taken, handed back, read or opened.

So that the console's pages show changes that other processes have made.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from bot.store.database.mongo import Database

_FIELDS = ("chats", "read", "opened")
"""The fields of a contact whose changes alter a list of conversations."""
_TOUCHED = {
    "$anyElementTrue": {
        "$map": {
            "input": {"$objectToArray": "$updateDescription.updatedFields"},
            "in": {"$in": [{"$first": {"$split": ["$$this.k", "."]}}, list(_FIELDS)]},
        }
    }
}
_CHANGES: list[dict[str, Any]] = [
    # new messages; changes of `_FIELDS` of contacts; accounts that open a chat, type in it or leave it
    {
        "$match": {
            "$or": [
                {"ns.coll": "conversations", "operationType": "insert"},
                {"ns.coll": "contacts", "operationType": "update"},
                {"ns.coll": "chat_signs", "operationType": {"$in": ["insert", "update", "delete"]}},
            ]
        }
    },
    {"$match": {"$expr": {"$or": [{"$ne": ["$ns.coll", "contacts"]}, _TOUCHED]}}},
    {"$project": {"documentKey._id": 1, "fullDocument.chat": 1}},
]


class ChatChanges:
    """A change stream over conversations, contacts and chat signs, while somebody listens to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listen(self) -> AsyncGenerator[str | None, None]:
        """The chat (`channel:userId`) of each change, or the id of the contact, and nothing of what was said.

        `None` comes first, when nothing is missed any more. Ends when MongoDB closes the stream; raises
        `DatabaseUnavailable` when it is away.
        """
        async with self._database.changes(_CHANGES) as stream:
            yield None
            async for change in stream:
                said = change.get("fullDocument")
                named: str = change["documentKey"]["_id"]  # of a sign the chat, and who
                yield named.partition(" ")[0] if said is None else said["chat"]
