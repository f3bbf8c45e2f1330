"""Draws in a bot: what a try wins hangs on the id of its call (N3)."""

from __future__ import annotations

from bot.promotions.draws.services import WHEEL, wheel_of_chance
from bot.runtime.promotions import RuntimePart

PART = RuntimePart(lambda context: {WHEEL: wheel_of_chance(context.keyed_hash)})
