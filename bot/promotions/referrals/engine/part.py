"""What campaigns with friends (N4) give the engine."""

from __future__ import annotations

from bot.engine.promotions import EnginePart
from bot.model.screen import MY_INVITES
from bot.promotions.referrals.engine.declared import REFERRALS

PART = EnginePart(
    section=REFERRALS,
    page=MY_INVITES,
    news="referral",
)
