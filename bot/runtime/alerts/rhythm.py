"""When somebody is told next: at once, gathered where much happens, again after a while where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.alert import AlertWay


@dataclass(frozen=True, slots=True)
class Gathering:
    """So long after one was told the next is; and so many things are told at once."""

    apart: timedelta
    most: int


GATHERED: Mapping[AlertWay, Gathering] = {
    "mail": Gathering(timedelta(minutes=1), 2_000),
    "line": Gathering(timedelta(minutes=1), 20),
    "webhook": Gathering(timedelta(seconds=1), 100),
}
"""What people read comes once a minute at most; a push at LINE is paid, and holds few."""

AGAIN = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds until it is tried again; the last one stays."""
LAPSES = timedelta(days=3)
"""What could not be told for so long is of no use to anybody any more: it is given up."""


def next_telling(to: AlertWay, last: datetime | None, now: datetime) -> datetime:
    """From when on somebody may be told, who was told `last` then."""
    return now if last is None else max(now, last + GATHERED[to].apart)


def next_try(failed: int, now: datetime) -> datetime:
    """When to try again what has failed so often, at least once."""
    return now + timedelta(seconds=AGAIN[min(failed, len(AGAIN)) - 1])
