"""The counts of a flow as they are this moment, for commands that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cli.database import OpenDatabase
from bot.cli.whose_people import now_among, whose_people
from bot.engine.local_time import today
from bot.engine.playbook import Playbook
from bot.model.count import Count, Here


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """What was counted from a day of the team on, and who is in the flow now."""

    since: str
    counts: Sequence[Count]
    here: Sequence[Here]


async def flow_counts(
    opened: OpenDatabase, playbook: Playbook, flow: str, days: int, spoken: str | None = None
) -> FlowCounts:
    """The counts of the last days, today among them. What waits to be counted is counted first."""
    people = await whose_people(opened, spoken)
    counts = people.counts
    await counts.fold_all()
    since = (today(await now_among(people), playbook.zone) - timedelta(days=days - 1)).isoformat()
    return FlowCounts(since, await counts.since(since, flow), await counts.here(flow))
