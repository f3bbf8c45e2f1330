"""Bulk writes in slices, none of which starts while an interactive request waits.

Over our own connections where possible, else by the driver in a thread: so a write may be repeated
(`bulk_commands`). In slices, for encoding a command blocks the event loop, and the command MongoDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, TypeVar

from pymongo.errors import BulkWriteError

from bot.store.database.bulk_commands import (
    Update,
    acknowledged,
    insert_all,
    insertion,
    known_already,
    update_alike,
    updating,
    updating_alike,
)
from bot.store.database.collection import translating
from bot.store.database.command_wire import CommandWire
from bot.store.database.fast_operations import insert, update
from bot.store.database.mongo import Database, Document, SynchronousCollection, reaching

ON_PRIMARY = {"w": 1}
"""The write concern by which only the primary has it in memory, when it answers."""


class SameTermWrite:
    """Insert with `w: 1`, then update with `w: majority` over the same connection.

    Where both replies carry the same term, the acknowledgement of the update covers the insertion. Why:

    - A term has one primary, and that writes one log. Where both answers tell the same term, both stand in
      the same log, the insertion before the updates, for it was answered before they were sent. What the
      majority has, it has with all that comes before it in that log. So it is with what another one has
      inserted, over which we have stumbled: it was in that log, too.
      https://www.mongodb.com/docs/manual/core/replica-set-write-concern/
    - Both go over one connection. A primary that steps down, and has to take back what others have not got,
      closes it: so no update is made by a server that has lost what it follows on.
    - Where the updates are not answered, or in another term, the insertion is made once more, as for
      everything else: by the majority, before anybody else is asked to make the updates. Until then nobody
      is told that anything is stored.

    Not where others write into several logs for us (`mongos`): there is no such object there. Either call
    raises `BulkWriteError`, or `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, wire: CommandWire) -> None:
        self._database = database
        self._wire = wire
        self._name = ""
        self._documents: Sequence[Document] = ()
        self._term: int | None = None

    @classmethod
    def of(cls, database: Database) -> SameTermWrite | None:
        """One for a pair of commands; `None` where there is no connection that they can go over just now."""
        wire = database.direct.line()
        return None if wire is None else cls(database, wire)

    @translating
    async def insert(self, name: str, documents: Sequence[Document]) -> None:
        """Insert these, each by itself; it lasts when `update`, or `confirm`, has returned."""
        self._name, self._documents = name, documents
        answer = await self._database.direct.ask(
            {**insertion(name, documents), "writeConcern": ON_PRIMARY}, self._wire
        )
        if answer is None:
            await insert(self._database, name, documents)
        else:
            self._term = term_of(answer)
            acknowledged(answer)

    @translating
    async def update(self, name: str, updates: Sequence[Update]) -> int:
        """Update one document for each of these, as `fast_operations.update`."""
        answer = await self._database.direct.ask(updating(name, updates), self._wire)
        if answer is None:
            await self.confirm()
            return await update(self._database, name, updates)
        if self._term is None or term_of(answer) != self._term:
            await self.confirm()
        return int(acknowledged(answer)["n"])

    @translating
    async def confirm(self) -> None:
        """Return when what was inserted, or stood there, lasts."""
        try:
            await insert(self._database, self._name, self._documents)
        except BulkWriteError as error:  # most of it is there, of course
            known_already(error)


def term_of(answer: Document) -> int | None:
    """In which term a primary has made a write; `None` where it does not say so."""
    time = answer.get("opTime")
    return time["t"] if isinstance(time, dict) else None


T = TypeVar("T")


class Write(NamedTuple):
    """A command, what looks at its answer, and how the driver does the same. Both raise `BulkWriteError`."""

    command: Document
    on_answer: Callable[[Document], object]
    by_driver: Callable[[SynchronousCollection], None]


def some_at_a_time(database: Database, items: Sequence[T], most: int | None = None) -> Iterator[Sequence[T]]:
    """Slices of these items, each of the size that bulk work may write in one go at that moment, `most` at
    most."""
    start = 0
    while start < len(items):
        wanted = database.at_a_time
        end = start + (wanted if most is None else min(most, wanted))
        yield items[start:end]
        start = end


async def insert_in_between(
    database: Database,
    name: str,
    items: Sequence[T],
    documents: Callable[[Sequence[T]], Sequence[Document]],
) -> list[T]:
    """Insert the `documents` of these; those that are there already stay, and are returned: perhaps with some
    of ours, for a write may be made twice. Raises `BulkWriteError` for any other reason, and
    `DatabaseUnavailable`."""
    there: list[T] = []

    def write(some: Sequence[T]) -> Write:
        rows = documents(some)

        def on_answer(answer: Document) -> None:
            with _telling(there, some):
                acknowledged(answer)

        def by_driver(collection: SynchronousCollection) -> None:
            with _telling(there, some):
                insert_all(collection, rows)

        return Write(insertion(name, rows), on_answer, by_driver)

    await _in_one_log(database, name, items, write, None)
    return there


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
        command = updating_alike(name, where, what)
        return Write(command, acknowledged, lambda collection: update_alike(collection, where, what))

    await _in_one_log(database, name, items, write, most)


async def _in_one_log(
    database: Database, name: str, items: Sequence[T], write: Callable[[Sequence[T]], Write], most: int | None
) -> None:
    """The primary writes them, and the majority is waited for with the last.

    Where that is of the same term as what the primary has alone they stand in one log, the last behind the
    others, for it was sent when they were answered: what the majority has of it, it has with all before
    (`SameTermWrite`). Else all are written once more, each by the majority.
    """
    items = tuple(items)  # which does not grow: the last has to be the last
    alone: set[int | None] = set()
    last: Document | None = None
    written = 0
    for some in some_at_a_time(database, items, most):
        written += len(some)
        may_be_alone = database.direct.writes_one_log and written < len(items)
        # made before it gives way: who comes first waits for MongoDB meanwhile, not for us
        last = await _written(database, name, write(some), ON_PRIMARY if may_be_alone else None)
        if may_be_alone and last is not None:
            alone.add(term_of(last))
    vouching = None if last is None else term_of(last)
    if alone and (vouching is None or alone != {vouching}):
        for some in some_at_a_time(database, items, most):
            await _written(database, name, write(some))


async def _written(
    database: Database, name: str, write: Write, concern: Document | None = None
) -> Document | None:
    """What the primary has answered; `None`: the driver has written it. By the majority, but for `concern`;
    the driver waits for the majority in any case."""
    command = write.command if concern is None else {**write.command, "writeConcern": concern}
    async with database.bulk():
        async with reaching():
            answer = await database.direct.ask(command)
            if answer is not None:
                write.on_answer(answer)
                return answer
        await database.visit_beside(partial(write.by_driver, database.synchronous(name)))
        return None


@contextmanager
def _telling(there: list[T], some: Sequence[T]) -> Iterator[None]:
    """An insertion of these: put those that were there already on a list."""
    try:
        yield
    except BulkWriteError as error:
        there += [some[index] for index in known_already(error)]
