"""What draws (N3) give the engine."""

from __future__ import annotations

from bot.engine.promotions import EnginePart
from bot.model.screen import MY_DRAWS
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.held import draw_news
from bot.promotions.draws.engine.steps import DO

PART = EnginePart(
    section=DRAWS,
    page=MY_DRAWS,
    news="draw",
    do=DO,
    outcome=draw_news,
)
