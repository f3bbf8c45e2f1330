"""The versions of a playbook accepted on a database, the last of which is live; and their stored files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from bot.model.answer_fields import Internal

SHORT = 12
"""Hexadecimal digits of a version that people are shown."""

AcceptedBy: TypeAlias = Literal["start", "publish", "rollback", "reload"]
"""What made a playbook live. `reload`: an edit that was saved while somebody develops."""


@dataclass(frozen=True, slots=True)
class GitCommit:
    """The commit that files were of; `changed`: and something in them was not committed."""

    sha: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a playbook: its path from the playbook's folder, its sha256 and its bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class VersionTap:
    """A button that opens something through our own address: on which `channel`, by which `code`.

    `to` is the address it leads to; `None`: it is in each person's own address.
    """

    channel: str
    code: str
    key: str
    to: str | None


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """The stored files of a version. `first` is that by which the others are found.

    Not `whole`: its files contain literal secrets, which are not stored, and it differs without them.
    `media` are those that are served at `/media/`, by the name that they have there; `taps` are the buttons
    of its messages that lead on through our own address.
    """

    first: str
    files: tuple[VersionFile, ...]
    whole: bool = True
    media: tuple[VersionFile, ...] = ()
    taps: tuple[VersionTap, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedPlaybook:
    """A playbook that was accepted: `number` counts from 1, `version` is its sha256, `at` is UTC.

    `by` made it live. One that was brought back has its files from the number `of`. `is_kept`: its files are
    there. `channels` are the ids of its LINE channels, as far as they were set.
    """

    number: int
    version: str
    at: datetime
    by: str = ""
    how: AcceptedBy = "publish"
    commit: GitCommit | None = None
    of: int | None = None
    is_kept: Annotated[bool, Internal()] = False
    is_whole: Annotated[bool, Internal()] = True
    channels: Annotated[tuple[str, ...], Internal()] = ()

    @property
    def is_rolled_back(self) -> bool:
        """Whether every process serves it from the database, until something else is published."""
        return self.how == "rollback"

    @property
    def origin(self) -> int:
        """The number under which these files were accepted."""
        return self.number if self.of is None else self.of

    @property
    def made_by(self) -> str:
        """Who made it live, without what they did it with."""
        return self.by.removeprefix("command:")

    def __str__(self) -> str:
        return f"number {self.number} ({self.version[:SHORT]})"


@dataclass(frozen=True, slots=True)
class Coming:
    """A playbook that is about to be live: what was accepted under this number, or is to get it.

    `call` is whose announcement it is: of two commands for one number each has its own.
    """

    number: int
    call: str


@dataclass(frozen=True, slots=True)
class NowLive:
    """Who makes which playbook live, by what, from which commit: all of it but the number."""

    version: str
    by: str
    how: AcceptedBy
    commit: GitCommit | None = None
    of: int | None = None
    despite: tuple[str, ...] = ()
    """What spoke against it: `untested`, `unserved`, `leave-people`."""
    channels: tuple[str, ...] = ()
    """The ids of its LINE channels: by them a database is known as this bot's (A6)."""


LAST = 50
"""The number of versions published, brought back or started with that are stored."""
LAST_EDITS = 10
"""And that many edits that were saved while somebody developed: a day of them pushes nothing out."""
NAMED = timedelta(days=8)
"""What was live within that time may still be named by a trace, which is stored for 7 days."""


MEDIA = timedelta(days=400)
"""For so long after a version was live its pictures, videos and sounds are served, and its buttons lead on:
messages have their addresses. As long as the timeline tells of those messages."""


def media_to_forget(accepted: Sequence[AcceptedPlaybook], now: datetime) -> int:
    """The last number whose media and taps are served no longer, of all (the last one first); or 0."""
    replaced: datetime | None = None
    for one in accepted:
        if replaced is not None and now - replaced >= MEDIA:
            return one.number
        replaced = one.at
    return 0


def to_forget(accepted: Sequence[AcceptedPlaybook], now: datetime) -> list[int]:
    """The numbers whose files are to be deleted, of all that there are (the last one first)."""
    gone: list[int] = []
    replaced: datetime | None = None
    published = edits = 0
    for one in accepted:
        is_edit = one.how == "reload"
        edits, published = edits + is_edit, published + (not is_edit)
        is_of_the_last = edits <= LAST_EDITS if is_edit else published <= LAST
        was_live_lately = replaced is None or now - replaced < NAMED
        if one.is_kept and not (is_of_the_last or was_live_lately):
            gone.append(one.number)
        replaced = one.at
    return gone
