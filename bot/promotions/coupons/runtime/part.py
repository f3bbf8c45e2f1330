"""Coupons over MongoDB: given in flights, and redeemed by orders of a shop (N1)."""

from __future__ import annotations

from bot.promotions.coupons.runtime.flights import CouponFlights
from bot.promotions.coupons.runtime.orders import CouponOrders
from bot.promotions.coupons.runtime.simulated import SimulatedCoupons
from bot.promotions.coupons.services import LEDGER
from bot.promotions.coupons.store.grants import Coupons
from bot.runtime.promotions import PortContext, RuntimePart
from bot.services.promotions import Ports


def _ports(context: PortContext) -> Ports:
    stored = context.stores.of(Coupons)
    coupons = SimulatedCoupons(stored) if context.simulates else stored
    return {LEDGER: CouponFlights(coupons, context.alerts, context.language, context.clock)}


PART = RuntimePart(_ports, orders=lambda *source: CouponOrders(*source).redeem)
