"""Documents that are inserted, and updates that follow on them, for one wait of the majority."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo.errors import BulkWriteError

from bot.store.database.command_wire import CommandWire
from bot.store.database.many import Update, acknowledged, insertion, known_already, updating
from bot.store.database.mongo import Database, Document
from bot.store.database.per_event import insert, update

ON_PRIMARY = {"w": 1}
"""The primary has it, and nobody else yet: its journal neither."""


class OneLog:
    """One insertion, then one command of updates: what answers the updates vouches for both.

    What was there already, the primary knows alone, so the insertion waits for nobody else; only the updates
    wait for the majority, and its journals. Why that is enough:

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
    raises `BulkWriteError`, and what the driver raises.
    """

    def __init__(self, database: Database, wire: CommandWire) -> None:
        self._database = database
        self._wire = wire
        self._name = ""
        self._documents: Sequence[Document] = ()
        self._term: int | None = None

    @classmethod
    def of(cls, database: Database) -> OneLog | None:
        """One for a pair of commands; `None` where there is no connection that they can go over just now."""
        wire = database.direct.line()
        return None if wire is None else cls(database, wire)

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

    async def update(self, name: str, updates: Sequence[Update]) -> int:
        """Update one document for each of these, as `per_event.update`."""
        answer = await self._database.direct.ask(updating(name, updates), self._wire)
        if answer is None:
            await self.confirm()
            return await update(self._database, name, updates)
        if self._term is None or term_of(answer) != self._term:
            await self.confirm()
        return int(acknowledged(answer)["n"])

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
