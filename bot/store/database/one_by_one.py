"""Everybody of whom something holds, page after page, however few of how many they are."""

from __future__ import annotations

from bot.model.without_line import BEHIND_THEM
from bot.store.database.mongo import Collection, Document, reaching

WINDOW = 20_000
"""Contacts that one question looks at: so that it ends long before a connection is thought to be dead."""


async def page(
    contacts: Collection, where: Document, fields: Document, after: str, most: int
) -> list[Document]:
    """The first `most` contacts behind this id of whom `where` holds; fewer: there are no more.

    Whoever looks at everybody looks for somebody with LINE: all others come before them, and are skipped.
    Raises `DatabaseUnavailable`.
    """
    found: list[Document] = []
    last: str | None = max(after, BEHIND_THEM)
    async with reaching():
        while last is not None and len(found) < most:
            behind: Document = {"_id": {"$gt": last}}
            ends = await contacts.find(behind, {"_id": 1}).sort("_id", 1).skip(WINDOW - 1).limit(1).to_list(1)
            last = ends[0]["_id"] if ends else None
            if last is not None:
                behind["_id"]["$lte"] = last
            asked = contacts.find({"$and": [behind, where]}, fields).sort("_id", 1).limit(most - len(found))
            found += await asked.to_list(None)
    return found
