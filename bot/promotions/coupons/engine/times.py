"""Until when a coupon or stamp card is good, and when its holder is reminded, by the wall clock (N1, N2)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import (
    INSTANT,
    LAST,
    Duration,
    day_after,
    later,
    start_of_day,
    today,
    utc,
)
from bot.promotions.coupons.engine.declared import Coupon, Reminder
from bot.promotions.coupons.model import Grant


def until_of(coupon: Coupon, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when a coupon is usable that is given `at` this moment (UTC); `None`: it is over already."""
    since = at if coupon.starts is None else max(at, coupon.starts)
    until = first_end(coupon.until, coupon.lasts, since, zone) or LAST
    return until if until > at else None


def first_end(
    until: datetime | None, lasts: Duration | None, since: datetime, zone: ZoneInfo
) -> datetime | None:
    """The earlier of `until` and the end of `lasts` from `since` on; `None`: it never ends.

    A span in days or months ends with that local day, another one exactly.
    """
    ends = [] if until is None else [until]
    if lasts is not None:
        end = later(since, lasts, zone)
        is_exact = not (lasts.days or lasts.months)
        ends.append(end if is_exact else start_of_day(day_after(today(end, zone), 1), zone))
    return min(ends, default=None)


def reminder_of(coupon: Coupon | None, grant: Grant, zone: ZoneInfo) -> datetime | None:
    """When the holder is reminded; `None`: never, for instance because that had passed when it was given."""
    return reminder_before(coupon.remind, grant.at, grant.until, zone) if coupon is not None else None


def reminder_before(
    remind: Reminder | None, since: datetime, until: datetime, zone: ZoneInfo
) -> datetime | None:
    """When the holder of what is good until then is reminded; `None`: never."""
    if remind is None:
        return None
    last_day = today(until - INSTANT, zone)
    moment = utc(day_after(last_day, -remind.days_before), remind.at, zone)
    return moment if since < moment < until else None
