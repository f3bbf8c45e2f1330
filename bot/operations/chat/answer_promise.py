"""How near the team's promise to a customer who waits is: `answer_within` of a channel (E3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.answer_promise import answer_due

AnswerUrgency: TypeAlias = Literal["", "soon", "late"]
"""How near the promise is: far, in its last quarter, broken."""
SOON = 0.75
"""The part of the promise after which it is to be broken soon: then an alert may go."""


def answer_urgency(playbook: Playbook, channel: str, since: datetime, now: datetime) -> AnswerUrgency | None:
    """How near the promise is to somebody who waits since then; `None`: there is none."""
    due, soon = answer_due(playbook, channel, since), answer_due(playbook, channel, since, SOON)
    if due is None or soon is None:
        return None
    return "late" if now >= due else "soon" if now >= soon else ""
