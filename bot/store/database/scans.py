"""Splits queries of all contacts, by part or by id, so that none runs into a time limit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from bot.model.contact_kind import BEHIND_THEM
from bot.model.processes import PARTS
from bot.store.database.mongo import Collection, Document

AT_A_TIME = 16
"""Parts of one query, of 256: of a million people each query reads 62,500."""


def by_parts() -> Iterator[Document]:
    """Filters that together match every contact, each once."""
    for first in range(0, PARTS, AT_A_TIME):
        yield {"part": {"$gte": first, "$lt": first + AT_A_TIME}}


WINDOW = 20_000
"""Contacts that one query reads: it ends long before its connection times out."""


async def windows(contacts: Collection, after: str, size: int | None = None) -> AsyncIterator[Document]:
    """Filters for ranges of ids after this one, of `size` contacts each, in order, until the last.

    Contacts without LINE sort before all others and are skipped: every scan is for contacts with LINE.
    Raises `DatabaseUnavailable`.
    """
    last: str | None = max(after, BEHIND_THEM)
    while last is not None:
        behind: Document = {"$gt": last}
        from_here = contacts.find({"_id": behind}, {"_id": 1}).sort("_id", 1)
        ends = await from_here.skip((size or WINDOW) - 1).limit(1).to_list(1)
        last = ends[0]["_id"] if ends else None
        yield behind if last is None else {**behind, "$lte": last}


async def page(
    contacts: Collection, where: Document, fields: Document, after: str, most: int
) -> list[Document]:
    """The first `most` contacts behind this id of whom `where` holds; fewer: there are no more.

    Raises `DatabaseUnavailable`.
    """
    found: list[Document] = []
    async for ids in windows(contacts, after):
        asked = contacts.find({"$and": [{"_id": ids}, where]}, fields).sort("_id", 1)
        found += await asked.limit(most - len(found)).to_list(None)
        if len(found) == most:
            break
    return found
