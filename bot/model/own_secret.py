"""A token from a sign-in at another system, stored sealed, renewed now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnSecret:
    """Its `value` and its end (`None`: unknown); who has set it, when.

    `revision` is the writing that another one follows on, from 1.
    """

    name: str
    value: str = field(repr=False)
    revision: int
    by: str
    at: datetime
    until: datetime | None = None
