"""Ids that follow from other ids: the same each time, and nobody else's. UUIDs of version 5, as `uuid.uuid5`
makes them, at a quarter of its cost, for each event pays for some (RFC 9562, section 5.5).
"""

from __future__ import annotations

from hashlib import sha1
from uuid import UUID


class DerivedIds:
    """The ids of one kind, which has a name space of its own."""

    def __init__(self, space: UUID) -> None:
        self._space = sha1(space.bytes, usedforsecurity=False)

    def hex_of(self, name: str) -> str:
        """What follows from `name`: 32 hexadecimal digits."""
        hashed = self._space.copy()
        hashed.update(name.encode())
        made = bytearray(hashed.digest()[:16])
        made[6] = made[6] & 0x0F | 0x50  # the version
        made[8] = made[8] & 0x3F | 0x80  # the variant
        return made.hex()

    def uuid_of(self, name: str) -> str:
        """The same as UUIDs are written."""
        made = self.hex_of(name)
        return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"
