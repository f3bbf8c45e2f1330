"""What is asked for with a coupon, and what comes back: the same for real coupons and pretended ones (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from bot.model.brought import brought
from bot.model.event import Outcome
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.engine.held import until_of
from bot.promotions.coupons.model import CouponAnswer, CouponRequest, GiveCoupon, Grant

_IDS = UUID("6f61666c-6f77-4365-8f75-706f6e000001")


def grant_id(call: str) -> str:
    """The id of what is given to the call with this id."""
    return uuid5(_IDS, call).hex


def coupon_request(coupon: Coupon, call: str, contact: str, at: datetime, zone: ZoneInfo) -> CouponRequest:
    """The request of the call with this id, made `at` that moment (UTC) for this contact.

    All comes of the call alone, so one that is made again asks for the same grant.
    """
    return CouponRequest(grant_id(call), contact, at, until_of(coupon, at, zone))


def settled(
    coupon: Coupon, request: CouponRequest, had: Sequence[Grant], left: int | None, more: int = 0
) -> CouponAnswer | None:
    """What comes of a request without anything given; `None`: it is to be given.

    `had`: what the person was given of the coupon; `left`: how many there still are, `None`: as many as one
    likes; `more`: so many the person is about to get.
    """
    if len(had) + more >= coupon.per_person:
        last = sorted(had, key=lambda one: one.at)[-1:]
        return CouponAnswer("had", last[0] if last else None, left)
    if request.until is None:
        return CouponAnswer("over", None, left)
    return CouponAnswer("none_left", None, 0) if left == 0 else None


def coupon_outcome(request: GiveCoupon, answer: CouponAnswer) -> Outcome:
    """What the request comes back with."""
    left = {} if answer.left is None else {"left": answer.left}
    return Outcome(
        "coupon",
        answer.result,
        request.origin,
        request.coupon,
        fields=left,
        brought=brought(grant=answer.grant),
    )
