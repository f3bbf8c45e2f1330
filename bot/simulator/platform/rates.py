"""How often a channel may call: LINE's token buckets, one for each call of each channel.

https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model.clock import Clock

SECOND, MINUTE, HOUR = 1, 60, 3_600
USUAL = 2_000, SECOND
RATES: Mapping[str, tuple[int, int]] = {
    "broadcast": (60, HOUR),
    "test-webhook": (60, HOUR),
    "unit-statistics": (60, HOUR),
    "create-menu": (100, HOUR),
    "delete-menu": (100, HOUR),
    "delete-alias": (100, HOUR),
    "menu-batch": (3, HOUR),
    "menu-batch-progress": (100, HOUR),
    "endpoint": (1_000, MINUTE),
    "set-endpoint": (1_000, MINUTE),
    "multicast": (200, SECOND),
    "loading": (100, SECOND),
    "menus": (10, SECOND),
}
"""By the call's name: so many in so many seconds. All others may be called as is usual."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: datetime


class Rates:
    """Whether a call is within its rate; each that is takes a token out of its bucket."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, channel: str, name: str, endpoint: str) -> bool:
        """Take a token for the call of that name; false where none is left at its endpoint."""
        most, seconds = RATES.get(name, USUAL)
        now = self._clock.now()
        bucket = self._buckets.setdefault((channel, endpoint), _Bucket(most, now))
        passed = max(0.0, (now - bucket.filled).total_seconds())
        bucket.tokens = min(float(most), bucket.tokens + passed * most / seconds)
        bucket.filled = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True
