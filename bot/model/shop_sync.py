"""How far the members of a shop have been read: all of them once, then those who were changed, each night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

SyncKind: TypeAlias = Literal["look", "all", "poll"]
"""How many members there are, and how long reading them takes · all of them, silently · who was changed."""
SyncState: TypeAlias = Literal["ordered", "running", "stopped", "done"]
"""`stopped`: the shop does not let it go on (`SyncStop`)."""
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
    """A mapped field that gave no value: ours, theirs, and why (English). Never what it held."""

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
    that by which it reads. All members are read in two passes: the second (with `since`) is of those who were
    changed during the first.
    """

    kind: SyncKind
    by: str
    ordered: datetime
    state: SyncState = "ordered"
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
    """A shop's members: the last look, listing of all, and poll; `cursor`: from when the next poll asks.

    `turn` counts the claims: who has a later one than is kept has lost it.
    """

    shop: str
    turn: int = 0
    look: SyncRun | None = None
    all: SyncRun | None = None
    poll: SyncRun | None = None
    cursor: datetime | None = None

    def run(self, kind: SyncKind) -> SyncRun | None:
        """The last one of this kind."""
        match kind:
            case "look":
                return self.look
            case "all":
                return self.all
            case "poll":
                return self.poll

    def with_run(self, run: SyncRun) -> ShopSync:
        """This one in place of the last of its kind."""
        match run.kind:
            case "look":
                return replace(self, look=run)
            case "all":
                return replace(self, all=run)
            case "poll":
                return replace(self, poll=run)
