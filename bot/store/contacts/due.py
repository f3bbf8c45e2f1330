"""Whose timers are due next: page after page, soonest first, read from the index alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.store.database.mongo import Collection, Document, reaching

Waiting = tuple[datetime, str]
"""When the next timer of a contact is due, and the contact's id: ordered as the pages are."""

INDEX = "due"
"""Told to MongoDB, which would rather go through all contacts by their ids where a moment has many."""

PARTS_AT_ONCE = 128
"""MongoDB merges what an index has in order for at most 200 values of its first field, and sorts beyond it.

`internalQueryMaxScansToExplode`, https://www.mongodb.com/docs/manual/reference/parameters/
"""

_Span = tuple[Document, list[tuple[str, int]]]


async def due_after(
    contacts: Collection, parts: Sequence[int], after: Waiting | None, until: datetime, limit: int
) -> list[Waiting]:
    """The first `limit` contacts of these parts that come after `after` and are due by `until`.

    Fewer than `limit`: there are no more. Raises `DatabaseUnavailable`.
    """
    found: list[Waiting] = []
    async with reaching():
        for start in range(0, len(parts), PARTS_AT_ONCE):
            some = {"part": {"$in": list(parts[start : start + PARTS_AT_ONCE])}}
            found += await _page(contacts, some, after, until, limit)
    return sorted(found)[:limit]


async def _page(
    contacts: Collection, some: Document, after: Waiting | None, until: datetime, limit: int
) -> list[Waiting]:
    page: list[Waiting] = []
    for span, order in _spans(after, until):
        if len(page) < limit:
            rows = contacts.find(
                {**some, **span}, {"due": 1}, sort=order, limit=limit - len(page), hint=INDEX
            )
            page += [(row["due"], row["_id"]) async for row in rows]
    return page


def _spans(after: Waiting | None, until: datetime) -> Iterator[_Span]:
    """Two questions, as each reads its index in order: what is due at the same moment, and what is later."""
    if after is None:
        yield {"due": {"$lte": until}}, [("due", 1), ("_id", 1)]
    else:
        moment, contact = after
        yield {"due": moment, "_id": {"$gt": contact}}, [("_id", 1)]
        yield {"due": {"$gt": moment, "$lte": until}}, [("due", 1), ("_id", 1)]
