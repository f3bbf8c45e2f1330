"""Writing for many people, some at a time: it begins nothing while somebody is there who waits alone.

Directly where that is possible, else as the driver does, in a thread: so a write may be made twice (`many`).
Some at a time, for making a command of them holds up whatever else this process does, and MongoDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from pymongo.errors import BulkWriteError

from bot.store.database.many import (
    acknowledged,
    insert_all,
    insertion,
    known_already,
    update_alike,
    updating_alike,
)
from bot.store.database.mongo import Database, Document, SynchronousCollection, reaching
from bot.store.database.one_log import ON_PRIMARY, term_of

T = TypeVar("T")
Write = tuple[Document, Callable[[SynchronousCollection], None]]
"""A command, and how the driver does the same."""


def some_at_a_time(database: Database, items: Sequence[T], most: int | None = None) -> Iterator[Sequence[T]]:
    """All of these, as many at a time as one go is to write by then: `most` at most."""
    start, all_ = 0, len(items)
    while start < all_:
        wanted = database.at_a_time(all_)
        end = start + (wanted if most is None else min(most, wanted))
        yield items[start:end]
        start = end


async def insert_in_between(
    database: Database,
    name: str,
    items: Sequence[T],
    documents: Callable[[Sequence[T]], Sequence[Document]],
    most: int | None = None,
) -> None:
    """Insert the `documents` of these; what is there already stays. Raises `BulkWriteError` for any other
    reason, and `DatabaseUnavailable`."""

    def write(some: Sequence[T]) -> Write:
        rows = documents(some)
        return insertion(name, rows), partial(_insert_new, rows)

    await _in_one_log(database, name, items, write, most)


async def update_in_between(
    database: Database,
    name: str,
    items: Sequence[T],
    change: Callable[[Sequence[T]], tuple[Document, Document]],
    most: int | None = None,
) -> None:
    """Make a `change` for some of these at a time: to which documents, and which; made twice it must do no
    more. Raises `DatabaseUnavailable`."""

    def write(some: Sequence[T]) -> Write:
        where, what = change(some)
        return updating_alike(name, where, what), lambda collection: update_alike(collection, where, what)

    await _in_one_log(database, name, items, write, most)


async def _in_one_log(
    database: Database, name: str, items: Sequence[T], write: Callable[[Sequence[T]], Write], most: int | None
) -> None:
    """The primary writes them, and the majority is waited for with the last.

    Where all were written in one term they stand in one log, the last behind the others, for it was sent
    when they were answered: what the majority has of it, it has with all before (`OneLog`). Else they are
    written once more, each by the majority.
    """
    terms: set[int | None] = set()
    written = goes = 0
    for some in some_at_a_time(database, items, most):
        written, goes = written + len(some), goes + 1
        is_last = written == len(items)
        terms.add(await _written(database, name, write(some), alone=not is_last))
    if goes > 1 and (len(terms) > 1 or None in terms):
        for some in some_at_a_time(database, items, most):
            await _written(database, name, write(some))


async def _written(database: Database, name: str, write: Write, *, alone: bool = False) -> int | None:
    """In which term; `None`: who has written it does not say. `alone`: the primary is enough.

    The driver waits for the majority in any case.
    """
    command, by_driver = write
    if alone and database.direct.writes_one_log:
        command["writeConcern"] = ON_PRIMARY
    await database.give_way()
    async with reaching():
        answer = await database.direct.ask(command)
        if answer is not None:
            _new_only(answer)
            return term_of(answer)
    await database.visit_for_many(partial(by_driver, database.synchronous(name)))
    return None


def _insert_new(documents: Sequence[Document], collection: SynchronousCollection) -> None:
    try:
        insert_all(collection, documents)
    except BulkWriteError as error:
        known_already(error)


def _new_only(answer: Document) -> None:
    try:
        acknowledged(answer)
    except BulkWriteError as error:
        known_already(error)
