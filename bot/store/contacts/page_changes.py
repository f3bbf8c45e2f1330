"""Watches contacts for changes of their open pages, so that a browser sees what another process has
changed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from bot.store.database.mongo import Document
from bot.store.repository import Repository

_TOUCHED = {
    "$anyElementTrue": {
        "$map": {
            "input": {"$objectToArray": "$updateDescription.updatedFields"},
            "in": {"$in": [{"$first": {"$split": ["$$this.k", "."]}}, ["pages", "to"]]},
        }
    }
}
"""An expression: whether an update has changed `pages`, or `to` (the contact was merged into another)."""

_CHANGES: list[dict[str, Any]] = [
    {"$match": {"operationType": {"$in": ["insert", "update", "replace"]}}},
    {"$match": {"$expr": {"$or": [{"$ne": ["$operationType", "update"]}, _TOUCHED]}}},
    {"$project": {"documentKey": 1}},
]


class PageChanges(Repository, collection="contacts"):
    """A change stream over the contacts, for as long as somebody listens to it."""

    async def listen(self) -> AsyncGenerator[str | None, None]:
        """The id of each contact whose pages change; `None` first, when nothing is missed any more.

        Ends when MongoDB closes the stream; raises `DatabaseUnavailable` when it is away.
        """
        async with self._rows.watch(_CHANGES) as stream:
            yield None
            async for change in stream:
                document: Document = change["documentKey"]
                yield document["_id"]
