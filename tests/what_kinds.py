"""All kinds of what may happen to a contact, those of promotions, too."""

from __future__ import annotations

from typing import Any, get_args

from bot.model.event import PromotionAct, What
from bot.model.promotions import model_parts

WHAT_KINDS: frozenset[type[Any]] = frozenset(
    {*get_args(What), *(act for part in model_parts() for act in part.acts)} - {PromotionAct}
)
