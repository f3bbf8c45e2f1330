"""The stored state of a members' page that is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageState:
    """What cannot be computed of an open page: `page` is its name, `flow` the flow that it shows, if any.

    `step` grows with everything that happens on it, over the contact's whole life: it begins at the
    millisecond of the first opening, so a page that was forgotten in between never falls back. `texts` were
    shown since the last answer; `ended` is where the flow that it showed has ended, until it is opened anew;
    `incomplete`: it was opened without what its flow needs, and nothing has begun; `resumed`: the visit at
    which a form had been left when its page was opened.
    """

    page: str
    channel: str
    step: int
    at: datetime
    flow: str | None = None
    texts: tuple[str, ...] = field(default=(), repr=False)
    ended: str | None = None
    incomplete: bool = False
    resumed: int = 0
