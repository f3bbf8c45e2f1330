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
    "phone_changed_hands",
    "match_refused",
    "revealed",
    "tagged",
    "untagged",
    "set",
    "drawn",
    "handed_back",
    "published",
    "rolled_back",
    "resent",
    "dropped",
    "keys_rotated",
    "keys_retired",
    "clerks_imported",
    "clerk_suspended",
    "clerk_resumed",
    "clerk_codes",
    "clerk_handed_over",
]
"""`parted` undoes `merged`, `phone_moved_back` undoes `phone_moved`; `phone_changed_hands`: `contact`
has proven a phone that `other`, who is another member, had bound; `match_refused`: `contact` and `other` may
have been one person, and are not; `revealed`: a phone was shown; `tagged`,
`untagged`, `set`, `drawn` (another group of a split) and `handed_back` (staff gave the conversation back,
`details` says on which channel) are done by hand; `published` is done to no contact:
a playbook was made live, `rolled_back`: an earlier one again; `resent` and `dropped` are done with what was
given up or set aside; `keys_rotated` and `keys_retired` to no contact, nor what is done to clerks of stores,
but for `clerk_handed_over`.
"""

MEMBER = "member"
"""Who: the person concerned; else `command:NAME`, or a user of the console."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line. `contact` is whom it was done to (`""`: nobody), `other` the second one; neither is a name.

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
