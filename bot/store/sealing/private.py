"""Private values in the database: sealed to be read by us, hashed to be found by equality."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from bot.model.value import Value
from bot.store.keyed_ids import Hash, Hashes
from bot.store.sealing.seal import Seal, SealInvalid

log = logging.getLogger("oaflow.store")

_READING: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


def hashed(value: Value, hash_text: Hash) -> str:
    """The keyed hash of a value: equal ones have equal hashes, a text and a number never."""
    return hash_text(_text(value))


def all_hashed(value: Value, hash_text: Hashes) -> list[str]:
    """All keyed hashes that a value may stand under, to look it up."""
    return hash_text(_text(value))


END = 4
"""How many digits of a phone its keyed end is of: of more, each end would be one person's."""


def end_hashes(digits: str, hash_text: Hashes) -> list[str]:
    """All keyed hashes that the end of a phone may stand under, to look up whose ends with these digits."""
    return hash_text(_end(digits))


def _end(digits: str) -> str:
    return f"phone end {digits[-END:]}"


def _text(value: Value) -> str:
    if isinstance(value, str):
        return f"t:{value}"
    if isinstance(value, bool):
        return f"y:{value}"
    if isinstance(value, datetime):
        return f"m:{value.astimezone(UTC).isoformat(timespec='milliseconds')}"
    return f"n:{int(value) if value == int(value) else repr(value)}"


class PrivateFields:
    """Seals and opens what is private of one contact; a sealed value opens only where it was put."""

    __slots__ = ("_contact", "_seal")

    def __init__(self, seal: Seal, contact: str) -> None:
        self._seal = seal
        self._contact = contact

    def hashed(self, value: Value) -> str:
        return hashed(value, self._seal.blind_index)

    def hashed_end(self, phone: str) -> str:
        """The keyed hash of the last digits of a phone."""
        return self._seal.blind_index(_end(phone))

    def seal(self, content: Mapping[str, Any], place: str) -> bytes:
        """The sealed form of some fields."""
        return self._seal.seal(bson.encode(content), self._context(place))

    def open(self, sealed: object, place: str) -> Mapping[str, Any]:
        """The fields that were sealed; none, and a line in the log, where they do not open."""
        if not isinstance(sealed, bytes):
            return {}
        try:
            return bson.decode(self._seal.open(sealed, self._context(place)), _READING)
        except (SealInvalid, BSONError):  # the rest of the contact must not be lost for it
            log.error("a private value of a contact does not open: its key is missing, or it is damaged")
            return {}

    def _context(self, place: str) -> bytes:
        return f"{self._contact}\0{place}".encode()
