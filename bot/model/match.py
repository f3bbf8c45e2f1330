"""A possible match: what somebody wrote in a form, and nobody has proven, another contact has (E2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

MatchedBy: TypeAlias = Literal["phone", "email"]


@dataclass(frozen=True, slots=True)
class Match:
    """Two contacts that may be one person: `contact` wrote what `other` has. `id` names the two.

    `refused`: staff have decided that they are two; it is not offered again.
    """

    id: str
    contact: str
    other: str
    at: datetime
    refused: bool = False


def match_id(one: str, other: str) -> str:
    """The same for both orders, and short enough to be typed."""
    both = "\0".join(sorted((one, other)))
    return hashlib.sha256(both.encode()).hexdigest()[:12]
