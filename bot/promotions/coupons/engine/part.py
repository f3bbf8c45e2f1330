"""What coupons (N1) give the engine."""

from __future__ import annotations

from bot.engine.promotions import EnginePart
from bot.model.screen import MY_COUPONS
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.held import coupon_news
from bot.promotions.coupons.engine.steps import DO

PART = EnginePart(
    section=COUPONS,
    page=MY_COUPONS,
    news="coupon",
    do=DO,
    outcome=coupon_news,
)
