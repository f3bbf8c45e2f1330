"""What becomes of coupons where two contacts become one, and two again (N1)."""

from __future__ import annotations

from bot.engine.members.laws import each_held, goes_along
from bot.promotions.coupons.model import HELD_COUPONS, HeldCoupon


def _join(ours: HeldCoupon, theirs: HeldCoupon) -> HeldCoupon:
    """Used, where it is used in either."""
    return theirs if ours.used is None and theirs.used is not None else ours


PART = (each_held(HELD_COUPONS, _join, goes_along, order=lambda held: held.grant.at),)
