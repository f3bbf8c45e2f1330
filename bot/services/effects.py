"""The interface of services that carry out effects which turns request, and the outcome where one failed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeAlias

from bot.model.effects import EffectRequest
from bot.model.event import Outcome
from bot.services.caller import Caller

EffectHandler: TypeAlias = Callable[[Any, Caller], Awaitable[Outcome]]
"""Carries out one kind of `EffectRequest`."""

EffectHandlers: TypeAlias = Mapping[type[Any], EffectHandler]
"""The functions of a service, by the kind of `EffectRequest` that each carries out."""

NoticeHandlers: TypeAlias = Mapping[type[Any], Callable[[Any, Caller], Coroutine[Any, Any, None]]]
"""The functions of a service, by the kind of `EffectNotice` that each takes."""

CountEnd: TypeAlias = Callable[..., None]
"""Counts one more under these labels (texts), such as `bot.runtime.metrics.Tally.inc`."""


def uncounted(*labels: str) -> None:
    """A `CountEnd` that counts nothing: a scenario has no figures."""


def failing(request: EffectRequest) -> Outcome:
    """The outcome, of those that its type declares, for a request that has failed (language, 4.2)."""
    question = request.question
    subject = getattr(request, question.subject) if question.subject else ""
    return Outcome(question.answer, question.failed, request.origin, subject)


class EffectFailed(Exception):
    """The request failed, and its flow gets that outcome. The text says why, without personal data."""
