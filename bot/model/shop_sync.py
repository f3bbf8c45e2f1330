"""How far the members of a shop have been read: all of them once, then those who were changed, each night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

SyncKind: TypeAlias = Literal["all", "poll"]
SyncState: TypeAlias = Literal["ordered", "running", "stopped", "looked", "done"]
"""`looked`: only how long it would take was asked. `stopped`: the shop does not let it go on (`SyncStop`)."""
UNDER_WAY: tuple[SyncState, ...] = ("ordered", "running", "stopped")
WRONG_ACCOUNT = "wrong_account"
"""Why it stopped: none of the shop's LINE user ids is known on its channel."""


@dataclass(frozen=True, slots=True)
class SyncStop:
    """Why it does not go on since `at`: `why` is the failure's name, `said` its own words, in English.

    `failures` in a row; it is tried again at `again` (`None`: when somebody orders it).
    """

    why: str
    said: str
    at: datetime
    failures: int = 1
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnreadField:
    """A mapped field that gave no value: ours, theirs, and why (English)."""

    ours: str
    theirs: str
    why: str


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """What has come of the members read so far.

    `met`: how many are about somebody with LINE; `joined`: people without LINE who have turned out to be
    somebody; `refused` by why (an English sentence), `unread` by field: how many.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    met: int = 0
    joined: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[UnreadField, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One listing. `until` and `since` say of whom, `mark` where it goes on (`None`: at the first page).

    `total`, `calls` and `seconds` were known beforehand: members, calls, how long those take at least.
    `line`: whether the shop's LINE user ids are those of its channel (`None`: too few to tell). `mapping` is
    that by which it reads. `dry`: only how long it takes is asked.
    """

    kind: SyncKind
    by: str
    ordered: datetime
    state: SyncState = "ordered"
    dry: bool = False
    began: datetime | None = None
    ended: datetime | None = None
    until: datetime | None = None
    since: datetime | None = None
    mark: str | None = None
    total: int | None = None
    calls: int | None = None
    seconds: float | None = None
    line: bool | None = None
    mapping: str = ""
    figures: SyncFigures = SyncFigures()
    stop: SyncStop | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether there is something left to do."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class ShopSync:
    """A shop's members: the listing of all, the last poll, and from when the next one asks.

    `turn` counts the claims: who has a later one than is kept has lost it.
    """

    shop: str
    turn: int = 0
    all: SyncRun | None = None
    poll: SyncRun | None = None
    cursor: datetime | None = None
