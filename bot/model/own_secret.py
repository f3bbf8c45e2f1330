"""A secret that a sign-in at another system has given us: a token, kept sealed, renewed now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnSecret:
    """Its `value` and until when that is good (`None`: nobody has said); who has set it, when.

    `revision` is the writing that another one follows on, from 1.
    """

    name: str
    value: str = field(repr=False)
    revision: int
    by: str
    at: datetime
    until: datetime | None = None
