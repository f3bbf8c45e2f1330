"""The clock of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlayedClock:
    """Says what time it is in the scenario (UTC)."""

    moment: Callable[[], datetime]

    def now(self) -> datetime:
        return self.moment()
