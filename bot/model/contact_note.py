"""A note of staff about a contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContactNote:
    """What staff have written about a contact, for each other: no message of a conversation."""

    id: str
    contact: str
    """The contact's id, perhaps one that was merged into another since."""
    text: str = field(repr=False)
    by: str
    """An actor of the audit log."""
    at: datetime
    changed: datetime | None = None
    """When it was changed last."""
