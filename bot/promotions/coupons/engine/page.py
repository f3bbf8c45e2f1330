"""What the page `my_coupons` shows of a person's coupons (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Store
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import CouponState, CouponView, HeldCoupon


def shown_coupons(
    held: Iterable[HeldCoupon],
    coupons: Mapping[str, Coupon],
    stores: Mapping[str, Store],
    now: datetime,
) -> tuple[CouponView, ...]:
    """A person's coupons, in the order of `Screen.coupons`.

    Title, code and moments are what was promised; terms and image are the playbook's of today.
    """
    views = [_view(one, coupons.get(one.grant.coupon), stores, now) for one in held]
    still_good = [one for one in views if one.state in ("usable", "early")]
    others = [one for one in views if one.state in ("used", "ended")]
    still_good.sort(key=lambda one: (one.state == "early", one.until))
    others.sort(key=lambda one: one.used or one.until, reverse=True)
    return (*still_good, *others)


def state_of(held: HeldCoupon, now: datetime) -> CouponState:
    """What becomes of a coupon at a till at this moment."""
    if held.used is not None:
        return "used"
    if now >= held.grant.until:
        return "ended"
    return "early" if held.grant.starts is not None and now < held.grant.starts else "usable"


def _view(held: HeldCoupon, coupon: Coupon | None, stores: Mapping[str, Store], now: datetime) -> CouponView:
    grant, state, store = held.grant, state_of(held, now), stores.get(held.store)
    return CouponView(
        id=grant.id,
        title=grant.title,
        code=grant.code,
        state=state,
        until=grant.until,
        starts=grant.starts,
        terms=coupon.terms if coupon is not None else "",
        image=coupon.image if coupon is not None else None,
        can_be_used=state == "usable" and coupon is not None and "press" in coupon.redeem,
        online=coupon is not None and coupon.redeem == {"order"},
        used=held.used,
        how=held.how,
        store=store.title if store is not None else held.store,
    )
