"""Until when a coupon is good, and when its holder is reminded (N1)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.times.expiry import first_end, reminder_before
from bot.engine.times.local_time import LAST
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import Grant


def until_of(coupon: Coupon, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when a coupon is usable that is given `at` this moment (UTC); `None`: it is over already."""
    since = at if coupon.starts is None else max(at, coupon.starts)
    until = first_end(coupon.until, coupon.lasts, since, zone) or LAST
    return until if until > at else None


def reminder_of(coupon: Coupon | None, grant: Grant, zone: ZoneInfo) -> datetime | None:
    """When the holder is reminded; `None`: never, for instance because that had passed when it was given."""
    return reminder_before(coupon.remind, grant.at, grant.until, zone) if coupon is not None else None
