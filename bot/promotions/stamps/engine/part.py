"""What stamp cards (N2) give the engine."""

from __future__ import annotations

from bot.engine.promotions import EnginePart
from bot.model.screen import MY_STAMPS
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.steps import DO

PART = EnginePart(
    section=STAMP_CARDS,
    page=MY_STAMPS,
    news="stamp_card",
    do=DO,
)
