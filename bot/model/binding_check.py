"""A setting of the shop's back office that somebody has found right (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BindingCheck:
    """Who has found it right, and when; `item` names the thing, and is another once its sentence is."""

    channel: str
    item: str
    by: str
    at: datetime
