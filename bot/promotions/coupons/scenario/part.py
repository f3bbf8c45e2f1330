"""Coupons of scenarios (N1)."""

from __future__ import annotations

from bot.promotions.coupons.scenario.memory import CouponsInMemory
from bot.promotions.coupons.services import LEDGER
from bot.scenario.promotions import ScenarioPart

PART = ScenarioPart(lambda context: {LEDGER: CouponsInMemory(context.given.coupons, context.contacts)})
