"""Stores the files of published playbooks by the SHA-256 of their content: each once, in sealed pieces.

A file stays as long as a version names it; files that no version names are removed after an hour.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from hashlib import sha256
from typing import IO, Any, Protocol

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from bot.model.published_version import VersionFile
from bot.store.database.bulk_commands import known_already
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.sealing.sealed_pieces import (
    PIECE,
    ROWS,
    TOGETHER,
    PieceCorrupt,
    SealedPieces,
    piece_names,
    some_of,
)

UNTOUCHED = timedelta(hours=1)
"""How long a file that no version names is left alone: a version being published may be about to name it."""
NAMED = "named"
"""The index of the moments at which files were last named."""

_NAMED_NOW = {"$set": {"used": "$$NOW"}}
_LONG_AGO: Mapping[str, Any] = {
    "used": {"$exists": True},
    "$expr": {"$lt": ["$used", {"$subtract": ["$$NOW", int(UNTOUCHED.total_seconds() * 1000)]}]},
}


class BlobCorrupt(Exception):
    """The stored content of a file is damaged, or missing. `file` is its name."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file} {why}")
        self.file = file


class BlobContent(Protocol):
    """A file that is to be stored: its description (`kept`), and how its bytes are read (`opened`)."""

    @property
    def kept(self) -> VersionFile: ...

    def opened(self) -> AbstractContextManager[IO[bytes]]: ...


class PlaybookBlobs:
    """The collection `playbook_files`: for each file a row with the moment `used` at which a version last
    named it (`_id`: its SHA-256), and one row for each piece.

    Every call raises `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._rows = database.collection("playbook_files")
        self._database = database
        self._pieces = SealedPieces(self._rows, "playbook_files", seal)

    async def store(self, contents: Sequence[BlobContent]) -> None:
        """Store those files that are not stored yet; none of them is removed within `UNTOUCHED` from now.

        Raises what opening a file raises; some of the files are stored then.
        """
        await self._name([one.kept for one in contents])
        there = await self._pieces.existing(_all_pieces(one.kept for one in contents))
        batch: dict[str, bytes] = {}
        for one in _each_once(contents):
            names = pieces_of(one.kept)
            if there.issuperset(names):
                continue
            with one.opened() as file:
                for name in names:
                    batch[name] = file.read(PIECE)
                    if len(batch) >= ROWS or sum(map(len, batch.values())) >= TOGETHER:
                        await self._put(batch)
                        batch = {}
        await self._put(batch)

    async def touch(self, files: Sequence[VersionFile], session: Any) -> bool:
        """Within a transaction: record that these files are named now; `False`: a piece of them is missing.

        Where another transaction removes one at the same moment, one of the two is retried.
        """
        names = sorted({one.sha256 for one in files})
        found = await self._rows.update_many({"_id": {"$in": names}}, [_NAMED_NOW], session=session)
        pieces = _all_pieces(files)
        there = 0
        for some in some_of(pieces):
            there += await self._rows.count_documents({"_id": {"$in": some}}, session=session)
        return found.matched_count == len(names) and there == len(pieces)

    async def contents(self, files: Sequence[VersionFile]) -> AsyncIterator[tuple[VersionFile, bytes, bool]]:
        """The pieces of these files in order: the file, the bytes, and whether it is the file's last piece.

        Raises `BlobCorrupt`.
        """
        for some in _in_batches(files):
            names = list(dict.fromkeys(name for one in some for name in pieces_of(one)))
            many = len(names) > 1 or len(some) > 1
            rows = (
                await self._pieces.read(names) if many and sum(one.size for one in some) <= TOGETHER else {}
            )
            for one in some:
                digest = sha256()
                of_it = pieces_of(one)
                for name in of_it:
                    piece = self._opened(one, name, rows if name in rows else await self._pieces.read([name]))
                    digest.update(piece)
                    is_last = name == of_it[-1]
                    if is_last and digest.hexdigest() != one.sha256:
                        raise BlobCorrupt(one.name, "is not what it was")
                    yield one, piece, is_last

    async def unused(self) -> list[str]:
        """The SHA-256 of all files that were not named within `UNTOUCHED`."""
        found = self._rows.find(_LONG_AGO, {"_id": 1}, hint=NAMED)
        return [row["_id"] for row in await found.to_list(None)]

    async def forget(self, digests: Iterable[str]) -> int:
        """Remove these files (SHA-256) unless they were named meanwhile; how many were removed."""
        gone = 0
        for digest in digests:

            async def once(session: Any, digest: str = digest) -> int:
                row = await self._rows.delete_one({"_id": digest, **_LONG_AGO}, session=session)
                if row.deleted_count:  # all ids that begin with `DIGEST:`, as `;` follows `:`
                    of_it = {"_id": {"$gte": f"{digest}:", "$lt": f"{digest};"}}
                    await self._rows.delete_many(of_it, session=session)
                return int(row.deleted_count)

            gone += await self._database.transaction(once)
        return gone

    async def _name(self, files: Iterable[VersionFile]) -> None:
        for some in some_of(sorted({one.sha256 for one in files})):
            await self._rows.bulk_write(
                [UpdateOne({"_id": name}, [_NAMED_NOW], upsert=True) for name in some], ordered=False
            )

    async def _put(self, pieces: Mapping[str, bytes]) -> None:
        """Insert these pieces; one that another process has stored meanwhile has the same content."""
        if not pieces:
            return
        rows = [self._pieces.row(name, piece) for name, piece in pieces.items()]
        try:
            await self._rows.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            known_already(error)

    def _opened(self, file: VersionFile, name: str, read: Mapping[str, bytes]) -> bytes:
        try:
            return self._pieces.opened(name, read)
        except PieceCorrupt as error:
            raise BlobCorrupt(file.name, str(error)) from error


def pieces_of(file: VersionFile) -> list[str]:
    """The ids of the pieces of a file, in order."""
    return piece_names(file.sha256, file.size)


def _all_pieces(files: Iterable[VersionFile]) -> list[str]:
    return sorted({name for one in files for name in pieces_of(one)})


def _each_once(contents: Iterable[BlobContent]) -> Iterable[BlobContent]:
    return {one.kept.sha256: one for one in contents}.values()


def _in_batches(files: Sequence[VersionFile]) -> Iterable[list[VersionFile]]:
    """Files whose pieces are read by one query: `ROWS` and `TOGETHER` bytes at most, or one large file."""
    batch: list[VersionFile] = []
    size = 0
    for one in files:
        if batch and (size + one.size > TOGETHER or len(batch) >= ROWS):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch
