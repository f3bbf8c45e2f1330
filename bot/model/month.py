"""In which month does a message count?"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

LINE_TIME = timezone(timedelta(hours=9))
"""The clock of LINE's figures: https://developers.line.biz/en/reference/messaging-api/#get-number-of-delivery"""


def month_of(now: datetime) -> str:
    """LINE's month, such as `2026-09`."""
    return now.astimezone(LINE_TIME).strftime("%Y-%m")


def next_month(now: datetime) -> datetime:
    """When LINE's next month begins."""
    first = now.astimezone(LINE_TIME).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
