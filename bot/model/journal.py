"""What happened to a contact, and why: rows for its timeline and trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.mark import Counted


@dataclass(slots=True)
class TimelineRow:
    """One thing that happened to a contact, for its timeline. `what` names it without personal data.

    `text` is what somebody wrote about the person, sealed in the database; `counted` what it adds to the
    counts.
    """

    id: str
    contact: str
    part: int
    at: datetime
    what: str
    details: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    counted: Counted | None = None


@dataclass(slots=True)
class TraceRow:
    """Why the bot did what it did in one turn, by which playbook; `steps` is JSON, sealed in the database."""

    id: str
    contact: str
    part: int
    at: datetime
    version: str
    steps: bytes = field(repr=False)
