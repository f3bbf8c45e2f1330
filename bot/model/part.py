"""Parts: the 256 shares of all contacts, each owned by one process at a time."""

from __future__ import annotations

import hashlib
from functools import lru_cache

PARTS = 256


@lru_cache(65_536)
def part_of(contact: str) -> int:
    """The part (0–255) that a contact id belongs to; stored, so it must never change."""
    return hashlib.blake2b(contact.encode(), digest_size=1).digest()[0]
