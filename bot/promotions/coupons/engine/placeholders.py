"""What `coupon_code` and `coupon_until` stand for (N1)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.rendering.placeholders import PromotionPlaceholder, PromotionSource
from bot.engine.times.local_time import INSTANT
from bot.model.value import Value
from bot.promotions.coupons.model import HELD_COUPONS


def _of_coupon(asked: PromotionPlaceholder) -> Value | None:
    """Of the coupon that the news is about, else of the one that ends first; `None` where none is usable.

    The end is the last moment of use: one that ends with a day is not said to be good on the next.
    """
    usable = [
        held.grant
        for held in HELD_COUPONS.of(asked.contact)
        if held.grant.coupon == asked.placeholder.name and held.is_usable(asked.now)
    ]
    named = next((grant for grant in usable if grant.code == asked.fields.get("code")), None)
    grant = named or min(usable, key=lambda one: one.until, default=None)
    if grant is None:
        return None
    return grant.code if asked.placeholder.group == "coupon_code" else grant.until - INSTANT


PART: Mapping[str, PromotionSource] = {"coupon_code": _of_coupon, "coupon_until": _of_coupon}
