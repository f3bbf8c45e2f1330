"""Moments by the clock of the team, whose they are that people read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)|\d{4}-\d\d-\d\d \d\d:\d\d UTC"
)
"""As ISO 8601 has them, and as traces of earlier versions."""


def to_the_second(zone: ZoneInfo) -> Callable[[datetime], str]:
    """How a moment is shown."""
    return lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def by_the_clock(text: str, zone: ZoneInfo) -> str:
    """A text that may hold moments as they are kept, in UTC."""

    def shown(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0].replace(" UTC", "Z"))
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    return _MOMENT.sub(shown, text)
