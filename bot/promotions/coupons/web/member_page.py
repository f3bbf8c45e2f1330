"""The coupons of a page as JSON (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.operations.payload import Payload, pick
from bot.promotions.coupons.model import CouponView
from bot.web.liff.barcode import svg, why_not
from bot.web.liff.member_page import milliseconds, milliseconds_of, without_none


def coupons_json(views: Sequence[CouponView], now: datetime) -> Payload:
    """All of them, and the moment that they are of."""
    return {"coupons": without_none([_coupon_json(one) for one in views]), "at": milliseconds(now)}


def _coupon_json(coupon: CouponView) -> Payload:
    """Its moments as milliseconds; its code in words, and in pictures for tills, while it can be used.

    `bars` is left out of a code that Code 128 cannot hold, or that is too long for a telephone.
    """
    payload = pick(coupon, "id", "title", "state", "terms", "image", "online", "how", "store")
    payload["press"] = coupon.can_be_used
    payload |= milliseconds_of(coupon, "until", "starts", "used")
    if coupon.state == "usable":
        payload["code"] = {"text": coupon.code}
        if not coupon.online:
            payload["code"]["qr"] = svg("qr", coupon.code)
        if not coupon.online and why_not("code128", coupon.code) is None:
            payload["code"]["bars"] = svg("code128", coupon.code)
    return payload
