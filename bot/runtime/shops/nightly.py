"""When a shop is asked who was changed: once a night, each shop at a moment of its own."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.model.shop_sync import ShopSync

NIGHT = time(3)
SPREAD = 60
"""Minutes over which shops are spread, by their names: a platform meets us in all of them at night."""


def next_poll(sync: ShopSync, zone: ZoneInfo) -> datetime | None:
    """When the next poll begins (`None`: all members were never read, so there is nothing to follow on)."""
    if sync.cursor is None:
        return None
    last = max(run.ordered for run in (sync.all, sync.poll) if run is not None)
    local = last.astimezone(zone)
    at = datetime.combine(local.date(), NIGHT, zone) + timedelta(minutes=crc32(sync.shop.encode()) % SPREAD)
    return at if at > local else at + timedelta(days=1)
