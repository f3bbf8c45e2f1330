"""What a sending or a journey is for: what people are to do, and within which time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.compiled.rule import OnNews
from bot.engine.times.local_time import Duration


@dataclass(frozen=True, slots=True)
class Goal:
    """Any of these news, at most `within` after a person was sent it (of a journey: after it began)."""

    when: tuple[OnNews, ...]
    within: Duration
