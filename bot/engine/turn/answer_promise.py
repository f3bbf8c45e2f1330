"""By when a customer who waits is to be answered: the team's promise, `answer_within` of a channel (E3)."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook


def answer_due(playbook: Playbook, channel: str, since: datetime, part: float = 1.0) -> datetime | None:
    """When the promise (or this part of it) is over for somebody who waits since then, in the hours of
    service where it counts in these alone; `None`: there is no promise, or no such hours within a year."""
    rules = playbook.channels.get(channel)
    if rules is None or rules.answer_within is None:
        return None
    span = rules.answer_within * part
    hours = playbook.hours.get(rules.answer_hours or "")
    return since + span if hours is None else hours.when_open_for(span, since, playbook.zone)
