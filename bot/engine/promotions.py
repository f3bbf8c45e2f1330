"""What each kind of promotion gives the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.compiled.step import Step
from bot.model.event import Outcome
from bot.model.promotions import parts_of
from bot.model.value import Value


def _never(outcome: Outcome) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class EnginePart:
    """What one kind does in a turn, which its functions are given first.

    Its `section` makes the built-in `page`. `do` carries out its actions. What comes of asking for one is
    heard as `news`, whose fields `outcome` makes, unless it is `only_shown` where it was asked for.
    """

    section: PromotionSection[Any]
    page: str
    news: str = ""
    do: Mapping[type[Step], Callable[..., None]] = field(default_factory=dict)
    outcome: Callable[..., Mapping[str, Value]] | None = None
    only_shown: Callable[[Outcome], bool] = _never


def engine_parts() -> tuple[EnginePart, ...]:
    """Of all kinds."""
    return parts_of("engine")
