"""What happened to a contact, and why: rows for its timeline and trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.counts import Counted
from bot.model.fast_dataclass import fast_dataclass


@fast_dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call that a turn has decided ended: `how` as in the metric `oaflow_sends_total`.

    `lost`: it was given up, and `how` is the reason. `request_id` and `messages` (their ids) are LINE's.
    """

    how: str
    at: datetime
    lost: bool = False
    request_id: str | None = None
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class TimelineRow:
    """One thing that happened to a contact, for its timeline. `what` names it without personal data.

    `text` is what somebody wrote about the person, sealed in the database; `counted` what it adds to the
    counts, with what became of those of its calls (by place) that `results` names. `calls` are the kinds of
    what a turn has decided to do, in order (`push outlet`: on another channel than that of its event); `ends`
    how they ended, by their place in `calls`: what is missing there is under way, or nobody has said so
    before its process died.
    """

    id: str
    contact: str
    part: int
    at: datetime
    what: str
    details: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    counted: Counted | None = None
    calls: tuple[str, ...] = ()
    ends: dict[int, CallEnd] = field(default_factory=dict)
    results: list[int] = field(default_factory=list)


@fast_dataclass(frozen=True, slots=True)
class TraceRow:
    """Why the bot did what it did in one turn, by which playbook; `steps` is JSON, sealed in the database."""

    id: str
    contact: str
    part: int
    at: datetime
    version: str
    steps: bytes = field(repr=False)
