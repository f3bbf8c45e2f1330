"""All questions that actions ask of the outside world, those of promotions, too, by action and by answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from bot.model.effects import EffectRequest, PromotionRequest
from bot.model.promotions import kinds
from bot.model.value import Type
from bot.model.world_question import WorldQuestion


def _requests() -> Iterator[Any]:
    for kind in get_args(EffectRequest):
        yield from (
            (one for each in kinds() for one in each.requests) if kind is PromotionRequest else (kind,)
        )


REQUESTS: tuple[type[Any], ...] = tuple(_requests())
"""All kinds of `EffectRequest`."""
ASKED: Mapping[str, WorldQuestion] = {kind.question.action: kind.question for kind in REQUESTS}
"""By the action that asks."""

FROM_THE_WORLD = tuple(dict.fromkeys(question.answer for question in ASKED.values()))
"""News that answer what an action has asked the world."""


def outcomes_of(answer: str) -> tuple[str, ...]:
    """All that this news may say, whatever was asked."""
    questions = (question for question in ASKED.values() if question.answer == answer)
    return tuple(dict.fromkeys(outcome for question in questions for outcome in question.outcomes))


def fields_of(answer: str, outcome: str) -> Mapping[str, Type]:
    """What comes with this outcome."""
    found = (question.fields.get(outcome) for question in ASKED.values() if question.answer == answer)
    return next((fields for fields in found if fields), {})
