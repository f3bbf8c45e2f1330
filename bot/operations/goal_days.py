"""How often each goal was reached by day: also that a form was sent, a link opened, a broadcast tapped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.model.counts import OF_GOALS
from bot.store.stores import Stores

DAYS = 30
"""Days that are shown, with today."""
NONE = ""
"""The name under which the days stand with zeros, for what was never reached."""


async def counted_days(stores: Stores, playbook: Playbook, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """Of each goal how often it was reached on each of the last `DAYS` days, by day.

    May raise `DatabaseUnavailable`.
    """
    first = today(now, playbook.zone) - timedelta(days=DAYS - 1)
    days = [f"{first + timedelta(days=number)}" for number in range(DAYS)]
    found: dict[str, dict[str, int]] = {}
    for day, mark, number in await stores.counts.since(days[0], OF_GOALS):
        of_goal = found.setdefault(mark.about[0], dict.fromkeys(days, 0))
        if day in of_goal:
            of_goal[day] += number
    return {NONE: dict.fromkeys(days, 0), **found}
