"""All kinds of what may happen to a contact, those of promotions, too."""

from __future__ import annotations

from typing import Any, get_args

from bot.model.event import PromotionAct, What
from bot.model.promotions import kinds

WHAT_KINDS: frozenset[type[Any]] = frozenset(
    {*get_args(What), *(act for kind in kinds() for act in kind.acts)} - {PromotionAct}
)
