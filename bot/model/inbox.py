"""An event on its way from being received to being decided."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta

from bot.model.event import Event
from bot.model.fast_dataclass import fast_dataclass

KNOWN_FOR = timedelta(days=14)
"""How long an event's id is known after it came and was done: until then a redelivery is ignored."""
MAX_EVENT_AGE = KNOWN_FOR - timedelta(hours=1)
"""How old an event may be when it comes: an older one may have come before, its id forgotten. An hour is for
clocks that differ, and for what was delivered late the first time."""


@fast_dataclass(frozen=True, slots=True)
class InboxEntry:
    """An event as it was received: `raw` is LINE's JSON of this one event, sealed in the database.

    `id` is `channel:webhookEventId`; `contact` names the lane in which it is taken in order; `at` (UTC) is
    when it was first stored; `tries` counts the processes that began it and died.
    """

    id: str
    channel: str
    contact: str
    part: int
    at: datetime
    raw: bytes = field(repr=False)
    tries: int = 0


@fast_dataclass(frozen=True, slots=True)
class Received:
    """An event with the entry that it is stored as."""

    entry: InboxEntry
    event: Event
