"""What was given up and what was set aside, without whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.operations.now_among import now_among
from bot.store.events.given_up import GivenUp
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class GivenUpSince:
    """All of it since a moment, oldest first."""

    since: datetime
    found: Sequence[GivenUp]


async def given_up(people: Stores, days: int) -> GivenUpSince:
    """What was lost in these times 24 hours, back from now. May raise `DatabaseUnavailable`."""
    since = await now_among(people) - timedelta(days=days)
    return GivenUpSince(since, await people.given_up.since(since))
