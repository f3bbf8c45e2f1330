"""Writing for many people at a time: it begins nothing while somebody is there who waits alone.

Directly where that is possible, else as the driver does, in a thread: so a write may be made twice (`many`).
Some at a time (`some_at_a_time`), for making a command of them holds up whatever else this process does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from bot.store.database.many import acknowledged, insert_all, insertion, update_alike, updating_alike
from bot.store.database.mongo import Database, Document, reaching

T = TypeVar("T")


def some_at_a_time(database: Database, items: Sequence[T], most: int | None = None) -> Iterator[Sequence[T]]:
    """All of these, as many at a time as one go is to write by then: `most` at most."""
    start, all_ = 0, len(items)
    while start < all_:
        wanted = database.at_a_time(all_)
        end = start + (wanted if most is None else min(most, wanted))
        yield items[start:end]
        start = end


async def insert_in_between(database: Database, name: str, documents: Sequence[Document]) -> None:
    """Insert these, each by itself. Raises `BulkWriteError`, and `DatabaseUnavailable`."""
    await database.give_way()
    async with reaching():
        answer = await database.direct.ask(insertion(name, documents))
        if answer is not None:
            acknowledged(answer)
            return
    await database.visit_for_many(partial(insert_all, database.synchronous(name), documents))


async def update_in_between(database: Database, name: str, where: Document, change: Document) -> None:
    """Make one change to all documents that fit; made twice it must do no more.

    Raises `DatabaseUnavailable`.
    """
    await database.give_way()
    async with reaching():
        answer = await database.direct.ask(updating_alike(name, where, change))
        if answer is not None:
            acknowledged(answer)
            return
    await database.visit_for_many(partial(update_alike, database.synchronous(name), where, change))
