"""What a sending or a journey is for: what people are to do, and within which time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.compiled.rule import OnNews
from bot.engine.times.local_time import Duration


@dataclass(frozen=True, slots=True)
class Goal:
    """This news, at most `within` after a person was sent the broadcast, or began the flow."""

    news: OnNews
    within: Duration
