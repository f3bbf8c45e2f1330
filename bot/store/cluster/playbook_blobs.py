"""The files of playbooks that are kept, by what is in them: each is stored once, in pieces, sealed."""

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
"""For which a file that nothing names is left alone: somebody may be about to name it."""
NAMED = "named"
"""The index of when files were named."""

_NAMED_NOW = {"$set": {"used": "$$NOW"}}
_LONG_AGO: Mapping[str, Any] = {
    "used": {"$exists": True},
    "$expr": {"$lt": ["$used", {"$subtract": ["$$NOW", int(UNTOUCHED.total_seconds() * 1000)]}]},
}


class BlobCorrupt(Exception):
    """What is kept of a file is not what it was, or is gone."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file} {why}")
        self.file = file


class BlobContent(Protocol):
    """A file that is to be kept; it is opened once for each time that it is stored."""

    @property
    def kept(self) -> VersionFile: ...

    def opened(self) -> AbstractContextManager[IO[bytes]]: ...


class PlaybookBlobs:
    """The collection `playbook_files`: a row that says when a file was last named, and one for each piece.

    Every call raises `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._rows = database.collection("playbook_files")
        self._database = database
        self._pieces = SealedPieces(self._rows, "playbook_files", seal)

    async def store(self, contents: Sequence[BlobContent]) -> None:
        """Store those that are not there. What opening them raises is raised, and then some of them are.

        Nobody forgets any of them for an hour from now.
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
        """Within a transaction: say that these are named now; `False` where something of them is missing.

        Removing one at the same moment makes one of the two transactions begin again.
        """
        names = sorted({one.sha256 for one in files})
        found = await self._rows.update_many({"_id": {"$in": names}}, [_NAMED_NOW], session=session)
        pieces = _all_pieces(files)
        there = 0
        for some in some_of(pieces):
            there += await self._rows.count_documents({"_id": {"$in": some}}, session=session)
        return found.matched_count == len(names) and there == len(pieces)

    async def contents(self, files: Sequence[VersionFile]) -> AsyncIterator[tuple[VersionFile, bytes, bool]]:
        """Each file piece by piece: which, what, and whether that was the last. Raises `BlobCorrupt`."""
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
        """The sha256 of all files that were not named for an hour."""
        found = self._rows.find(_LONG_AGO, {"_id": 1}, hint=NAMED)
        return [row["_id"] for row in await found.to_list(None)]

    async def forget(self, digests: Iterable[str]) -> int:
        """Remove those of these files that nobody has named meanwhile; how many."""
        gone = 0
        for digest in digests:

            async def once(session: Any, digest: str = digest) -> int:
                row = await self._rows.delete_one({"_id": digest, **_LONG_AGO}, session=session)
                if row.deleted_count:  # `:` is followed by `;`
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
        """What another process has stored meanwhile is the same."""
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
    """Those that are read in one call; a large one by itself."""
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
