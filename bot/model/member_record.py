"""A member as a shop has it that is a list (`platform: csv`): what other platforms keep with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A line of the list. `phone` is E.164, `fields` by the names of the list's columns, as JSON.

    `contact` is the id of the contact of whom it tells. `id` is empty until it is kept.
    """

    shop: str
    contact: str
    phone: str | None = field(default=None, repr=False)
    member_no: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    id: str = ""
