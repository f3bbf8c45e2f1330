"""Reads a database into a backup: all collections as of one moment, while others go on to write.

Each collection is copied while it changes, however long that takes. Meanwhile a change stream collects the
ids of changed rows. At the end these rows are read once more, in one snapshot: its moment is that of the
backup. So no collection has to be read within the five minutes for which MongoDB has snapshots, and the
database user needs no role but `readWrite`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any

import bson
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from bot.model.backup import BackupContent, BackupOrigin, CollectionContent
from bot.model.translatable import Refusal, tr
from bot.store.backup.records import BACKED_UP, LaterRows, Rows, block_of, how_many
from bot.store.backup.snapshot_window import SnapshotWindow
from bot.store.database.mongo import Database, Document
from bot.store.sealing.sealed_file import SealedFileWriter

Tell = Callable[[int, int], None]
"""Called with the rows copied so far, and about how many there are; in a thread other than the event
loop's."""

AT_ONCE = 2_000
"""Rows that MongoDB hands over in one go, 16 MiB at most."""
_LATER_AT_ONCE = 500
"""Changed rows that are read again in one query."""
MOST_CHANGED = 3_000_000
"""Rows that may change while a backup is made: their ids are in memory, and must be read again within five
minutes."""
_WAITS = 300
"""Milliseconds for which one read of the change stream waits for a change."""
_NO_SNAPSHOT = (239, 246)
"""MongoDB's codes of a moment that it has no snapshot of any more, and of one that it has none of yet."""
_TOO_MUCH = tr("too much was written meanwhile for MongoDB to say how it was at one moment: try again")
_CHANGES = ("insert", "update", "replace", "delete")
"""The change events that concern single rows, as MongoDB names them."""


class BackupNotMade(Refusal):
    """The backup was broken off; the sentence says why, and what helps."""


class DatabaseCapture:
    """Makes one backup. It ends early once `cancelled` is set, at its next step."""

    def __init__(self, database: Database, origin: BackupOrigin, out: SealedFileWriter, tell: Tell) -> None:
        self.cancelled = Event()
        self._database = database
        self._client = database.client
        self._origin = origin
        self._window = SnapshotWindow(database, origin.id)
        self._out = out
        self._tell = tell
        self._digests = {name: hashlib.sha256() for name in BACKED_UP}
        self._copied: Counter[str] = Counter()
        self._changes: Future[dict[str, set[bytes]]] = Future()

    def done(self) -> BackupContent:
        """Make the backup, and describe its content. Blocks: to be run in a thread, by `Database.visit`.

        Raises `BackupNotMade`, and what pymongo raises.
        """
        with self._window.lengthened(), self._heard():
            self._out.write(block_of(self._origin))
            with self._client.start_session(causal_consistency=True) as session:
                # once this is acknowledged, whatever is read later has all that the stream does not tell
                self._note({"$set": {"begun": self._origin.begun}}, session)
                self._copy(session)
            with self._client.start_session(snapshot=True) as session:
                self._database.synchronous("keys").find_one({}, session=session)  # the moment
                as_of = datetime.now(UTC).replace(microsecond=0)  # said to the second
                self._note({"$set": {"as_of": as_of}})
                content = self._caught_up(as_of, session)
        self._out.end(block_of(content))
        self._note({"$set": {"rows": content.rows, "ended": datetime.now(UTC)}})
        return content

    def _note(self, change: Document, session: Any = None) -> None:
        """Write into this backup's row of `backups`.

        Written anew (`as_of`), the row is the sign at which `_listen` stops.
        """
        rows = self._database.synchronous("backups")
        rows.update_one({"_id": self._origin.id}, change, upsert=True, session=session)

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """While this lasts a thread reads the change stream; `_changes` gets what `_listen` returns."""
        pipeline: list[Document] = [
            {"$match": {"operationType": {"$in": list(_CHANGES)}, "ns.coll": {"$in": list(BACKED_UP)}}},
            {"$project": {"operationType": 1, "ns.coll": 1, "documentKey": 1}},
        ]
        database = self._database.synchronous("backups").database
        with (
            ThreadPoolExecutor(1, thread_name_prefix="changes") as thread,
            database.watch(pipeline, max_await_time_ms=_WAITS) as stream,
        ):
            try:
                self._changes = thread.submit(self._listen, stream)
                yield
            except BaseException:
                self.cancelled.set()
                raise

    def _listen(self, stream: Any) -> dict[str, set[bytes]]:
        """The ids of all rows that change until the sign (`_note`), as BSON, by collection."""
        changed, number = defaultdict[str, set[bytes]](set), 0
        while not self.cancelled.is_set():
            event = stream.try_next()
            if event is None:
                continue
            name, key = event["ns"]["coll"], event["documentKey"]
            before = len(changed[name])
            changed[name].add(bson.encode({"_id": key["_id"]}))
            number += len(changed[name]) - before
            if number > MOST_CHANGED:
                raise BackupNotMade(_TOO_MUCH)
            if name == "backups" and event["operationType"] == "update" and key["_id"] == self._origin.id:
                return changed
        raise BackupNotMade(tr("it was broken off"))

    def _copy(self, session: Any) -> None:
        known = {name: self._rows(name).estimated_document_count() for name in BACKED_UP}
        done, total = 0, sum(known.values())
        for name in BACKED_UP:
            found = self._rows(name).find_raw_batches(
                {}, hint=[("_id", 1)], batch_size=AT_ONCE, session=session
            )
            for rows in found:
                self._go_on()
                self._write(Rows(name, rows))
                self._copied[name] += how_many(rows)
                done += how_many(rows)
                self._tell(done, max(done, total))

    def _rows(self, name: str) -> Any:
        return self._database.synchronous(name).with_options(read_concern=ReadConcern("majority"))

    def _caught_up(self, as_of: datetime, session: Any) -> BackupContent:
        try:
            for name, ids in self._changes.result().items():
                for some in _in_pieces(sorted(ids)):
                    for later in self._later(name, some, session):
                        self._go_on()
                        self._write(later)
        except OperationFailure as error:
            if error.code not in _NO_SNAPSHOT:
                raise
            raise BackupNotMade(_TOO_MUCH) from error
        contents = {
            name: CollectionContent(self._copied[name], digest.hexdigest())
            for name, digest in self._digests.items()
        }
        return BackupContent(self._origin, as_of, contents)

    def _later(self, name: str, some: Sequence[bytes], session: Any) -> Iterator[LaterRows]:
        """These rows (ids as BSON) as of the snapshot, one record for each batch that MongoDB sends."""
        gone = {one: bson.decode(one)["_id"] for one in some}
        wanted = {"_id": {"$in": list(gone.values())}}
        batches: Any = self._database.synchronous(name).find_raw_batches(wanted, session=session)
        for found in batches:
            for row in bson.decode_iter(found):
                gone.pop(bson.encode({"_id": row["_id"]}), None)
            yield LaterRows(name, found, [])
        if gone:
            yield LaterRows(name, b"", list(gone.values()))

    def _write(self, record: Rows | LaterRows) -> None:
        self._digests[record.collection].update(record.rows)
        self._out.write(block_of(record))

    def _go_on(self) -> None:
        if self.cancelled.is_set():
            raise BackupNotMade(tr("it was broken off"))
        if self._changes.done():  # before the sign it does not end but by an error
            self._changes.result()
        self._window.goes_on()


def _in_pieces(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[at : at + _LATER_AT_ONCE] for at in range(0, len(ids), _LATER_AT_ONCE))
