"""Whether a contact has a coupon, or has used one (N1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.condition import Alternatives, ConditionContext, Leaf, any_known
from bot.engine.times.value_words import listed
from bot.model.trace import TraceNote
from bot.promotions.coupons.engine.held import COUPON_UNUSED, COUPON_USABLE, COUPON_USED, NO_COUPON
from bot.promotions.coupons.model import HELD_COUPONS


@dataclass(frozen=True, slots=True)
class HasCoupon(Leaf):
    """Holds any of these coupons, usable now or some day (`HeldCoupon.is_usable`), or has `used` one."""

    coupons: tuple[str, ...]
    used: bool = False

    def holds(self, context: ConditionContext) -> bool:
        now = context.when.now
        return any(
            held.grant.coupon in self.coupons
            and (held.used is not None if self.used else held.is_usable(now))
            for held in HELD_COUPONS.of(context.contact)
        )

    def reason(self, context: ConditionContext) -> TraceNote:
        yes, no = (COUPON_USED, COUPON_UNUSED) if self.used else (COUPON_USABLE, NO_COUPON)
        return TraceNote(yes if self.holds(context) else no, (self.coupons,))

    @property
    def in_short(self) -> str:
        return f"coupon {listed(self.coupons)}{' used' if self.used else ''}"

    @property
    def alternatives(self) -> Alternatives:
        kind = "used coupon" if self.used else "coupon"
        return any_known(f"{kind} {coupon}" for coupon in self.coupons)
