"""For how long which data of people is stored, as the playbook's `privacy.keep` says (requirements, J2, J4).

A row is removed once it is older; who has left is erased once nothing was heard of them for so long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

RowKind: TypeAlias = Literal["conversations", "timeline", "traces", "dead_letters"]
RetainedKind: TypeAlias = Literal[RowKind, "people_who_left"]
ROW_KINDS: tuple[RowKind, ...] = ("conversations", "timeline", "traces", "dead_letters")
"""Those of rows, in the order in which they are removed and shown."""
PEOPLE: Literal["people_who_left"] = "people_who_left"
KINDS: tuple[RetainedKind, ...] = (*ROW_KINDS, PEOPLE)

DEFAULT_DAYS: Mapping[RetainedKind, int] = {"conversations": 180, "timeline": 400, "traces": 7}
"""Where the playbook says nothing. Of timeline and traces also the most: MongoDB itself removes them then."""

BY_RETENTION = "playbook:keep"
"""Who has removed it, in the audit log."""


@dataclass(frozen=True, slots=True)
class DayOfRetention:
    """How much of each kind was removed on a day of the team (`2026-11-27`); `at` when the first was."""

    day: str
    at: datetime
    removed: Mapping[RetainedKind, int] = field(default_factory=dict)


MANY = 1_000
"""More people than these are erased only once staff have seen the number."""
SHARE = 20
"""More than one in so many contacts, too."""
FEW = 10
"""But for so few, whatever part of a small shop's people they are."""


def are_many(people: int, everybody: int) -> bool:
    """Whether so many of everybody are erased only once staff have seen the number."""
    return people > MANY or people > max(FEW, everybody / SHARE)
