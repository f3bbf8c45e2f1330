"""How many messages a channel has sent each day, by the way they went; LINE's days are those of UTC+9.

https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone

LINE_TIME = timezone(timedelta(hours=9))
"""In which LINE counts days and months."""
DAYS_KEPT = 2_000
"""Of days and ways together."""


def line_day(moment: datetime) -> date:
    """The day that it is for LINE."""
    return moment.astimezone(LINE_TIME).date()


class Deliveries:
    """One more for each person or group that a call reached, however many messages it had."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[date, str], int] = OrderedDict()

    def count(self, way: str, reached: int, now: datetime) -> None:
        """Add those that a call reached now."""
        key = line_day(now), way
        self._counts[key] = self._counts.get(key, 0) + reached
        while len(self._counts) > DAYS_KEPT:
            self._counts.popitem(last=False)

    def on(self, way: str, day: date) -> int:
        """How many that were on that day."""
        return self._counts.get((day, way), 0)
