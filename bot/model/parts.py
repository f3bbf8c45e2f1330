"""The 256 parts of all contacts, and which process owns which."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

PARTS = 256


@lru_cache(65_536)
def part_of(contact: str) -> int:
    """The part (0–255) that a contact id belongs to; stored, so it must never change."""
    return hashlib.blake2b(contact.encode(), digest_size=1).digest()[0]


@dataclass(frozen=True, slots=True)
class Shares:
    """The lease document: processes with the end of their lease, and owner and fence of each part.

    `now` and the ends are the server's time. An owner of `""` is nobody. `revision` grows with every change
    of an owner.
    """

    revision: int
    now: datetime
    until: Mapping[str, datetime]
    owners: tuple[str, ...]
    fences: tuple[int, ...]

    def dead(self, gone: Set[str] = frozenset()) -> set[str]:
        """The processes whose lease has run out, or of which the machine says that they are `gone`."""
        return {p for p, until in self.until.items() if until <= self.now or p in gone}

    def owned(self, process: str) -> dict[int, int]:
        """The parts of a process, each with its fence."""
        return {part: self.fences[part] for part in range(PARTS) if self.owners[part] == process}


@dataclass(frozen=True, slots=True)
class ShareMove:
    """What a process should do about its share: bury dead processes, take free parts, give some back."""

    bury: frozenset[str]
    take: tuple[int, ...]
    give: tuple[int, ...]


def taken_from(shares: Shares, move: ShareMove) -> dict[str, tuple[int, int]]:
    """Of each dead process that had parts: how many of them a move takes, and how many it had."""
    had = Counter(owner for owner in shares.owners if owner in move.bury)
    taken = Counter(shares.owners[part] for part in move.take)
    return {process: (taken[process], number) for process, number in sorted(had.items())}


def fair_move(shares: Shares, me: str, gone: Set[str] = frozenset()) -> ShareMove:
    """The next step of `me` towards everybody alive owning the same number of parts.

    Nothing is taken from the living: who has too many gives them back, and then they are free.
    """
    dead = shares.dead(gone) - {me}
    alive = (set(shares.until) - dead) | {me}
    quota = -(-PARTS // len(alive))
    mine = [part for part in range(PARTS) if shares.owners[part] == me]
    free = [p for p in range(PARTS) if shares.owners[p] in dead or shares.owners[p] not in shares.until]
    take = tuple(free[: max(0, quota - len(mine))])
    return ShareMove(frozenset(dead), take, tuple(mine[quota:]))
