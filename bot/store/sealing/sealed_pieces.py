"""Stores files in MongoDB in pieces, each sealed in a row of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.store.database.mongo import Collection, Document
from bot.store.sealing.seal import Seal, SealInvalid

PIECE = 1024 * 1024
"""Bytes in a piece; MongoDB takes documents of 16 MB, and a rotation of keys reads some at a time."""
TOGETHER = 4 * PIECE
"""Bytes that are written, or read, by one command, at most."""
ROWS = 500
"""Rows in one command, at most."""


class PieceCorrupt(Exception):
    """A piece is gone, or does not open; the text says which of it, and holds no content."""


class SealedPieces:
    """Pieces by name, in this collection; each is bound to both. May raise `DatabaseUnavailable`."""

    def __init__(self, rows: Collection, name: str, seal: Seal) -> None:
        """`name` is the collection's."""
        self._rows = rows
        self._name = name
        self._seal = seal

    def row(self, name: str, piece: bytes) -> Document:
        """A piece as it is stored."""
        return {"_id": name, "s": self._seal.seal(piece, self._bound_to(name))}

    async def existing(self, names: Sequence[str]) -> set[str]:
        """Those of these pieces that are there."""
        found: set[str] = set()
        for some in some_of(names):
            rows = self._rows.find({"_id": {"$in": some}}, {"_id": 1})
            found |= {row["_id"] for row in await rows.to_list(None)}
        return found

    async def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Those that are there, by name, sealed."""
        found: dict[str, bytes] = {}
        for some in some_of(names):
            rows = self._rows.find({"_id": {"$in": some}}, {"s": 1})
            found |= {row["_id"]: bytes(row["s"]) for row in await rows.to_list(None)}
        return found

    def opened(self, name: str, read: Mapping[str, bytes]) -> bytes:
        """One of those that were read. Raises `PieceCorrupt`."""
        if (sealed := read.get(name)) is None:
            raise PieceCorrupt("lacks a piece")
        try:
            return self._seal.open(sealed, self._bound_to(name))
        except SealInvalid as error:
            raise PieceCorrupt(f"does not open: {error}") from error

    def _bound_to(self, name: str) -> bytes:
        return f"{self._name}\0{name}".encode()


def piece_names(file: str, size: int) -> list[str]:
    """The names of the pieces of a file of so many bytes, in order; an empty one has one."""
    return [f"{file}:{number}" for number in range(max(1, -(-size // PIECE)))]


def some_of(names: Sequence[str]) -> Iterator[list[str]]:
    """These names in lists of `ROWS`, as one command takes them."""
    return (list(names[at : at + ROWS]) for at in range(0, len(names), ROWS))
