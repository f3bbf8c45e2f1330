"""The audit log: who did what to whom (requirements, B11 and K1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

AuditKind: TypeAlias = Literal[
    "bound",
    "unbound",
    "merged",
    "parted",
    "phone_moved",
    "phone_moved_back",
    "revealed",
    "tagged",
    "untagged",
    "set",
]
"""`parted` undoes `merged`, `phone_moved_back` undoes `phone_moved`; `revealed`: a phone was shown; the last
three are done by hand: a tag put on or taken off, an attribute set or cleared.
"""

MEMBER = "member"
"""Who: the person concerned; else `command:NAME`, or a user of the console."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line. `contact` is whom it was done to, `other` the second one concerned; neither is a name.

    `details` may hold what is private: it is sealed in the database. `undone_by` is the line that undid it.
    """

    id: str
    at: datetime
    who: str
    what: AuditKind
    contact: str
    other: str | None = None
    details: tuple[str, ...] = field(default=(), repr=False)
    undone_by: str | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether it is of a kind that can be undone, and has not been."""
        return self.what in ("merged", "phone_moved") and self.undone_by is None
