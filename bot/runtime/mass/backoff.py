"""Leaving somebody alone who has refused: longer and longer, until something goes well again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime.retry import backoff


@dataclass(slots=True)
class Backoff:
    """`failures` in a row, the last one at `failed_at`; until `not_before` nothing is tried."""

    failures: int = 0
    not_before: datetime | None = None
    failed_at: datetime | None = None

    def may(self, now: datetime) -> bool:
        """Whether the pause after the last failure is over."""
        if self.not_before is None or self.failed_at is None:
            return True
        return not self.failed_at <= now < self.not_before  # earlier: the clock was set back

    def failed(self, now: datetime, least: float = 0.0) -> bool:
        """It has failed, for `least` seconds at least; whether it was the first time in a row."""
        self.failures += 1
        self.failed_at = now
        self.not_before = now + timedelta(seconds=max(least, backoff(self.failures)))
        return self.failures == 1

    def went_well(self) -> int:
        """It has not; how often it had before."""
        failures, self.failures, self.not_before = self.failures, 0, None
        return failures
