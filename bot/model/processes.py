"""Processes: what each says of itself, which parts it owns, and how soon its death is noticed."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class OwnTrouble:
    """What a process finds wrong with itself or its machine: for the alert `reason`, with what (`item`), the
    alert's text, in the language of the playbook, and how much of it there is."""

    reason: Literal["playbook_refused", "server"]
    item: str
    text: str
    size: int = 1


RefusalKind: TypeAlias = Literal["token", "away", "throttled", "month", "refused", "odd"]
"""LINE refuses the access token (401, 403) · it, or a shop, is not reached or fails · LINE limits the rate ·
the month's messages are used up · a shop refuses our credentials, or does not do what it documents."""


OutsideService: TypeAlias = Literal["line", "shop"]


@dataclass(frozen=True, slots=True)
class RefusedCalls:
    """Calls that are not taken just now: a channel's at LINE, or a shop's (`name`), since when, and why."""

    of: OutsideService
    name: str
    kind: RefusalKind
    since: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """What a process has found when it looked at one thing (`item`) of itself or its machine: a `trouble`;
    or none. `is_near`: so near to one that an alert is neither begun nor ended by it."""

    item: str
    trouble: OwnTrouble | None = None
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that lives: `runs` is the version it decides with, `holds` the one in its files now.

    `holds` is `None` where the files cannot be taken over. `where` is machine and folder, for people. By
    `ahead` seconds its clock is ahead of the machine's, as a simulator's can be. `keys` are the names of all
    keys that it has, `step` how far it has seen their rotation go. `secrets` is a keyed hash of the secrets
    that it uses: it tells whether they are the same as others'.
    """

    process: str
    where: str
    runs: str
    holds: str | None
    ahead: float = 0.0
    keys: tuple[str, ...] = ()
    step: int = -1
    secrets: str = ""
    ready: str | None = None
    """By whose call (`Coming`) it has a coming playbook ready, "": none; `None`: it makes none ready (a
    simulator)."""
    unready: str = ""
    """By whose call it was to make one ready that it cannot read: its log says why."""
    line: str = ""
    """LINE's API, where it is a simulator's own: its pretend people are friends there and nowhere else."""
    filled: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """What a simulator has given the unset variables of the environment, by name: commands beside it use the
    same. They open nothing but this simulator."""
    published: bool = False
    """Whether it serves what is published from the database, whatever its files hold."""
    program: str = ""
    """Which oaflow it runs."""
    troubles: tuple[OwnTrouble, ...] = ()
    """What is wrong with it or its machine just now, as it has found it itself."""
    well: tuple[str, ...] = ()
    """The items that it has looked at and that are well."""
    near: tuple[str, ...] = ()
    """Those that are near to a trouble."""
    refused: tuple[RefusedCalls, ...] = ()
    """What LINE and shops do not take from it just now."""
    taken: Mapping[str, datetime] = field(default_factory=dict, hash=False, repr=False)
    """When the last call began that was taken, by channel and shop (`line main`, `shop forest`)."""

    def is_through_with(self, call: str) -> bool:
        """Whether it has made that one ready, or will not."""
        return self.ready is None or call in (self.ready, self.unready)


SETTLED = 15.0
"""Seconds after which nothing is written any more that was decided within a lease: it has ended, and so has
the longest write. Who looks a second time, or gives away what was reserved, waits so long."""

STALE = 5.0
"""Seconds for which a decision may wait to be written: so it is written before that, or not at all."""

WRITING = 5.0
"""Seconds of these that a write may take which was begun in the last moment of a lease."""


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. A process has one, by which it takes its leases and keeps them.

    Processes of one database may differ: each renewal says until when it holds, and each owner counts by its
    own. Tests take one that is quicker.
    """

    lease: float = 10.0
    """For which a renewal holds, by the server's clock."""
    renew: float = 3.0
    """Between two renewals."""
    margin: float = 2.0
    """Before the end of the lease, when we stop acting on it: clocks and calls take time."""
    grace: float = 8.0
    """For calls under way when a process is to stop."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for one that is not safe, or that loses its leases by itself."""
        numbers = [getattr(self, field.name) for field in fields(self)]
        if not all(math.isfinite(number) and number > 0 for number in numbers):
            raise ValueError("each of them is more than nothing, and ends")
        if self.lease + WRITING > SETTLED:
            raise ValueError(f"a lease lasts {SETTLED - WRITING:g} s at most: others count on it")
        if self.margin < self.lease / 10:
            raise ValueError("the margin is less than a tenth of the lease")
        if 2 * self.renew > self.lease - self.margin:
            raise ValueError("a renewal that fails must leave time for another")
        if self.grace > self.lease - self.margin:
            raise ValueError("the grace of a stop is longer than the lease is sure")


PRODUCTION = Pace()


def pace_of(words: str) -> Pace:
    """The pace that is written as LEASE/RENEW/MARGIN/GRACE. Raises `ValueError`."""
    lease, renew, margin, grace = (float(word) for word in words.split("/"))
    return Pace(lease, renew, margin, grace)


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
    """Of each dead process from which a move takes parts: how many, and how many it had."""
    had = Counter(owner for owner in shares.owners if owner in move.bury)
    taken = Counter(shares.owners[part] for part in move.take)
    return {process: (taken[process], had[process]) for process in sorted(had) if taken[process]}


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
