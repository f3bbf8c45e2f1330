"""Restores a backup into a database, and verifies one without writing it anywhere.

Rows are first written into temporary collections of this restore; once all are there and counted, these are
renamed to their places. So a late write of a process that was suspended, and has lost the database to another
restore, changes nothing of that restore's.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BufferedReader
from threading import Event
from typing import Any, TypeAlias

import bson
import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

from bot.model.backup import BackupContent, BackupOrigin
from bot.model.translatable import Refusal, tr
from bot.store.backup.records import BACKED_UP, BackupRecord, LaterRows, Rows, documents, how_many, record_of
from bot.store.collection_spec import CollectionSpec
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.promotions import STORE_PARTS
from bot.store.schema import SCHEMA
from bot.store.sealing.keyring import KeyRing
from bot.store.sealing.sealed_file import SealedFileWrong, blocks

Tell = Callable[[int], None]
"""Called with the rows read so far; in a thread other than the event loop's."""
RawCollection: TypeAlias = Collection[RawBSONDocument]

_WRITERS = 3
"""Threads that insert rows and make indexes."""
_WITHIN = 3_600.0
"""Seconds that making the indexes of a collection may take, and counting it."""
_UNDER_WAY = 6
"""Blocks in memory that wait to be written, of up to 16 MiB each."""
_QUICKLY = WriteConcern(w=1, j=False)
"""Faster, as no process uses the rows before the restore is complete; the write that says so waits for the
majority, and so for all before it."""
_AGAIN = 0.1
"""Seconds between two checks whether this restore still has the database."""
ASIDE = "restoring_"
"""The prefix of a temporary collection's name; the id of the restore and the final name follow."""
_FILLED = tuple(name for name in COLLECTIONS if name != "restores")
"""The collections that a restore replaces: all but the one that records the restore itself."""

_OF_A_START = frozenset({"keys", "audit", "leases", "processes", "backups", "restores"})
"""Collections that have rows in a database that was opened, and never used."""


class BackupWrong(Refusal):
    """The backup is damaged, or of another version, or its rows did not all arrive; the sentence says
    which."""


def records(file: BufferedReader, ring: KeyRing) -> Iterator[BackupRecord]:
    """All records of a backup file, in order; checks that it is complete and that its digests are right.

    Raises `SealedFileKey`, `SealedFileWrong` and `BackupWrong`.
    """
    digests = {name: hashlib.sha256() for name in BACKED_UP}
    last: BackupRecord | None = None
    for number, block in enumerate(blocks(file, ring)):
        record = record_of(block)
        if (number == 0) != isinstance(record, BackupOrigin):
            raise SealedFileWrong(tr("this is no backup of oaflow"))
        if isinstance(record, BackupOrigin) and record.schema != SCHEMA:
            raise BackupWrong(
                tr(
                    "what is in this backup has the schema {theirs}, and this oaflow has {ours}: take the"
                    " version that has made it, {program}",
                    theirs=str(record.schema),
                    ours=str(SCHEMA),
                    program=record.program,
                )
            )
        if isinstance(record, Rows | LaterRows):
            if record.collection not in digests:
                raise BackupWrong(
                    tr(
                        "this backup has a collection {name} that this oaflow does not know: take the"
                        " version that has written it",
                        name=record.collection,
                    )
                )
            digests[record.collection].update(record.rows)
        yield record
        last = record
    if not isinstance(last, BackupContent):
        raise SealedFileWrong(tr("this backup is cut off: it is not whole"))
    wrong = [name for name, one in last.collections.items() if digests[name].hexdigest() != one.digest]
    if wrong:
        raise BackupWrong(tr("what this backup has of {name} is not what was written", name=wrong[0]))


def looked_at(file: BufferedReader, ring: KeyRing, tell: Tell) -> BackupContent:
    """Read a whole backup without writing it; its content. Raises as `records`."""
    read, content = 0, None
    for record in records(file, ring):
        match record:
            case Rows():
                read += how_many(record.rows)
                tell(read)
            case BackupContent():
                content = record
            case BackupOrigin() | LaterRows():
                pass
    assert content is not None  # so `records` says
    return content


def used_collection(database: Database) -> str | None:
    """A collection with rows, by which the database is in use; `None`: nobody has used it. Blocks."""
    others = (name for name in COLLECTIONS if name not in _OF_A_START)
    return next((name for name in others if database.synchronous(name).find_one({}, {"_id": 1})), None)


class Refill:
    """Replaces all rows of a database by those of a backup.

    Before each write it waits until `is_ours()`: until it is certain that no other restore has claimed the
    database. Setting `cancelled` ends it at its next write; `is_over` is set once nothing is written any
    more.
    """

    def __init__(self, database: Database, tell: Tell, is_ours: Callable[[], bool]) -> None:
        self._is_ours = is_ours
        self.cancelled = Event()
        self.is_over = Event()
        self._all: Any = database.synchronous("restores").database
        self._ours = f"{ASIDE}{uuid.uuid4().hex[:12]}_"
        self._tell = tell
        self._pending: deque[Future[Any]] = deque()
        self._written: Counter[str] = Counter()

    def fill(self, found: Iterable[BackupRecord]) -> BackupContent:
        """Write all records of a backup, and return its content with the rows counted in the database.

        Blocks: to be run in a thread, by `Database.visit`. Raises as `records`, `BackupWrong`, and what
        pymongo raises.
        """
        try:
            return self._filled(found)
        except BaseException:
            with suppress(PyMongoError):  # else the next one removes it
                self._remove(self._aside(self._ours))
            raise
        finally:
            self.is_over.set()

    def _filled(self, found: Iterable[BackupRecord]) -> BackupContent:
        content: BackupContent | None = None
        self._begin()
        with self._writers() as writers:
            for record in found:
                match record:
                    case Rows():
                        self._wait_for(_UNDER_WAY)
                        self._pending.append(writers.submit(self._insert, record))
                        self._written[record.collection] += how_many(record.rows)
                        self._tell(self._written.total())
                    case LaterRows():
                        self._wait_for(0)
                        self._replace(record)
                    case BackupContent():
                        self._wait_for(0)
                        content = record
                    case BackupOrigin():
                        pass
        assert content is not None  # so `records` says
        self._compare()
        self._index()
        self._may_write()
        for part in STORE_PARTS:
            part.restored(lambda name: self._all[self._ours + name])
        for name in _FILLED:
            self._take_place(name)
        counted = {name: replace(one, rows=self._written[name]) for name, one in content.collections.items()}
        return replace(content, collections=counted)

    def _may_write(self) -> None:
        """Wait until the database is surely ours. Raises `BackupWrong` once cancelled."""
        while not (self.cancelled.is_set() or self._is_ours()):
            self.cancelled.wait(_AGAIN)
        if self.cancelled.is_set():
            raise BackupWrong(tr("it was broken off"))

    def _index(self) -> None:
        """Make all indexes: MongoDB builds three at a time."""
        with self._writers() as writers:
            list(writers.map(self._index_one, [spec for spec in COLLECTIONS.values() if spec.all_indexes()]))

    def _index_one(self, spec: CollectionSpec) -> None:
        name = self._ours + spec.name if spec.name in _FILLED else spec.name
        self._may_write()
        with pymongo.timeout(_WITHIN):
            self._all[name].create_indexes(spec.all_indexes())

    def _begin(self) -> None:
        """Remove temporary collections of restores that broke off, and create ours, without indexes."""
        found = self._aside(ASIDE)
        self._may_write()  # so none of them is of who claims the database later
        self._remove(found)
        for name in _FILLED:
            self._all.create_collection(self._ours + name)

    def _aside(self, begins: str) -> Sequence[str]:
        names: Sequence[str] = self._all.list_collection_names(filter={"name": {"$regex": f"^{begins}"}})
        return names

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._all.drop_collection(name)

    def _take_place(self, name: str) -> None:
        """Rename a temporary collection to its final name, in one step.

        Fails where another restore has claimed the database: it removes temporary collections first.
        """
        self._may_write()
        self._all[self._ours + name].rename(name, dropTarget=True)

    @contextmanager
    def _writers(self) -> Iterator[ThreadPoolExecutor]:
        writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="restore")
        try:
            yield writers
        finally:
            writers.shutdown(cancel_futures=True)

    def _wait_for(self, left: int) -> None:
        while len(self._pending) > left:
            self._pending.popleft().result()

    def _insert(self, record: Rows) -> None:
        self._may_write()
        self._collection(record.collection).insert_many(documents(record.rows), ordered=False)

    def _replace(self, record: LaterRows) -> None:
        """Remove rows, then insert them as they are later: by `_id` alone a sharded cluster cannot upsert."""
        rows, there = list(documents(record.rows)), self._collection(record.collection)
        ids = [*record.gone, *(row["_id"] for row in rows)]
        if ids:
            self._may_write()
            removed = there.delete_many({"_id": {"$in": ids}}).deleted_count
            self._written[record.collection] += len(rows) - removed
        if rows:
            self._may_write()
            there.insert_many(rows, ordered=False)

    def _collection(self, name: str) -> RawCollection:
        raw: bson.CodecOptions[RawBSONDocument] = bson.CodecOptions(document_class=RawBSONDocument)
        filled: RawCollection = self._all[self._ours + name].with_options(
            codec_options=raw, write_concern=_QUICKLY
        )
        return filled

    def _compare(self) -> None:
        for name in BACKED_UP:
            with pymongo.timeout(_WITHIN):
                number = self._all[self._ours + name].count_documents({}, hint=[("_id", 1)])
            if number != self._written[name]:
                raise BackupWrong(
                    tr(
                        "of {name} there are {found} rows, and the backup has {wanted}",
                        name=name,
                        found=f"{number:,}",
                        wanted=f"{self._written[name]:,}",
                    )
                )
