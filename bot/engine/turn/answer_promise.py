"""By when a customer who waits is to be answered: the team's promise, `answer_within` of a channel (E3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook

AnswerUrgency: TypeAlias = Literal["", "soon", "late"]
"""How near the promise is: far, in its last quarter, broken."""
SOON = 0.75
"""The part of the promise after which it is to be broken soon: then an alert may go."""


def answer_due(playbook: Playbook, channel: str, since: datetime, part: float = 1.0) -> datetime | None:
    """When the promise (or this part of it) is over for somebody who waits since then, in the hours of
    service where it counts in these alone; `None`: there is no promise, or no such hours within a year."""
    rules = playbook.channels.get(channel)
    if rules is None or rules.answer_within is None:
        return None
    span = rules.answer_within * part
    hours = playbook.hours.get(rules.answer_hours or "")
    return since + span if hours is None else hours.when_open_for(span, since, playbook.zone)


def answer_urgency(playbook: Playbook, channel: str, since: datetime, now: datetime) -> AnswerUrgency | None:
    """How near the promise is to somebody who waits since then; `None`: there is none."""
    due, soon = answer_due(playbook, channel, since), answer_due(playbook, channel, since, SOON)
    if due is None or soon is None:
        return None
    return "late" if now >= due else "soon" if now >= soon else ""
