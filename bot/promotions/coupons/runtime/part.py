"""Coupons over MongoDB: given in flights, and redeemed by orders of a shop (N1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import CouponAnswer, CouponCounts, CouponRequest, Grant
from bot.promotions.coupons.runtime.flights import CouponFlights, CouponStore
from bot.promotions.coupons.runtime.orders import CouponOrders
from bot.promotions.coupons.services import LEDGER
from bot.promotions.coupons.store.grants import Coupons
from bot.runtime.promotions import PortContext, RuntimePart
from bot.services.promotions import Ports


class SimulatedCoupons:
    """Gives codes made here where imported ones are wanted and there have never been any."""

    def __init__(self, coupons: CouponStore) -> None:
        self._coupons = coupons

    async def give(self, coupon: Coupon, asked: Sequence[CouponRequest]) -> Sequence[CouponAnswer]:
        """See `bot.promotions.coupons.store.grants.Coupons`."""
        if coupon.source == "imported" and (await self.left([coupon.name]))[coupon.name].free is None:
            coupon = replace(coupon, source="made")
        return await self._coupons.give(coupon, asked)

    async def granted(self, request: str) -> Grant | None:
        """See `bot.promotions.coupons.store.grants.Coupons`."""
        return await self._coupons.granted(request)

    async def left(self, names: Sequence[str]) -> Mapping[str, CouponCounts]:
        """See `bot.promotions.coupons.store.grants.Coupons`."""
        return await self._coupons.left(names)


def _ports(context: PortContext) -> Ports:
    stored = context.stores.of(Coupons)
    coupons = SimulatedCoupons(stored) if context.simulates else stored
    return {LEDGER: CouponFlights(coupons, context.alerts, context.language, context.clock)}


PART = RuntimePart(_ports, orders=lambda *source: CouponOrders(*source).redeem)
