"""How long MongoDB, Inc. mends a version of MongoDB.

https://www.mongodb.com/legal/support-policy/lifecycles (MongoDB Server)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

LAST_DAYS: Mapping[str, date] = MappingProxyType(
    {
        "4.4": date(2024, 2, 29),
        "5.0": date(2024, 10, 31),
        "6.0": date(2025, 7, 31),
        "7.0": date(2027, 8, 31),
        "8.0": date(2029, 10, 31),
    }
)
"""The last day of support, by release."""


def support_ended(version: str, today: date) -> date | None:
    """The last day on which this version (`6.0.5`) was supported, where that is over; `None` where it is
    supported, or we do not know."""
    last = LAST_DAYS.get(".".join(version.split(".")[:2]))
    return last if last is not None and last < today else None
