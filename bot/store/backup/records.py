"""The records that a backup file consists of, and how each is encoded as a block of bytes.

In order: its origin (`BackupOrigin`), rows of collections (`Rows`), rows that changed meanwhile
(`LaterRows`), its content (`BackupContent`). A block is a BSON document, the head, followed by the rows as
MongoDB stores them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import bson
from bson.raw_bson import RawBSONDocument

from bot.model.backup import BackupContent, BackupOrigin, CollectionContent
from bot.store.collections import COLLECTIONS

PASSING = frozenset({"processes", "coming", "chat_signs", "sessions", "restores"})
"""Collections that are not backed up: running processes, who types just now, the restores of this database;
and sessions, as nobody should be signed in after a restore who has signed out since the backup."""
BACKED_UP: Sequence[str] = tuple(name for name in COLLECTIONS if name not in PASSING)
"""The names of the collections in a backup, in the order of the file."""

_LENGTH = 4
"""Bytes at the beginning of a BSON document that say how long it is (little-endian)."""
_CODEC = bson.CodecOptions(document_class=dict, tz_aware=True)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a collection as they were read while it changed: `rows` are BSON documents, one after
    another."""

    collection: str
    rows: bytes


@dataclass(frozen=True, slots=True)
class LaterRows:
    """Rows that changed while the collection was read, as of the moment of the backup.

    `rows` are BSON documents, one after another; `gone` are the `_id`s of rows that did not exist at that
    moment.
    """

    collection: str
    rows: bytes
    gone: Sequence[Any]


BackupRecord: TypeAlias = BackupOrigin | Rows | LaterRows | BackupContent


def block_of(record: BackupRecord) -> bytes:
    """The record encoded as a block."""
    match record:
        case BackupOrigin():
            return bson.encode({"is": "begin", **asdict(record)})
        case Rows():
            return bson.encode({"is": "rows", "of": record.collection}) + record.rows
        case LaterRows():
            head = {"is": "later", "of": record.collection, "gone": list(record.gone)}
            return bson.encode(head) + record.rows
        case BackupContent():
            return bson.encode({"is": "end", **asdict(record)})


def record_of(block: bytes) -> BackupRecord:
    """The record that a block encodes."""
    length = int.from_bytes(block[:_LENGTH], "little")
    head: dict[str, Any] = bson.decode(block[:length], _CODEC)
    match head["is"]:
        case "rows":
            return Rows(head["of"], block[length:])
        case "later":
            return LaterRows(head["of"], block[length:], head["gone"])
        case "begin":
            return _origin(head)
        case _:
            contents = {name: CollectionContent(**one) for name, one in head["collections"].items()}
            return BackupContent(_origin(head["origin"]), head["as_of"], contents)


def _origin(head: Mapping[str, Any]) -> BackupOrigin:
    return BackupOrigin(*(head.get(name, 0) for name in BackupOrigin.__slots__))


def documents(rows: bytes) -> Iterator[RawBSONDocument]:
    """The BSON documents in `rows`, each by itself, not decoded."""
    at = 0
    while at < len(rows):
        length = int.from_bytes(rows[at : at + _LENGTH], "little")
        yield RawBSONDocument(rows[at : at + length])
        at += length


def how_many(rows: bytes) -> int:
    """The number of BSON documents in `rows`."""
    number = at = 0
    while at < len(rows):
        at += int.from_bytes(rows[at : at + _LENGTH], "little")
        number += 1
    return number
