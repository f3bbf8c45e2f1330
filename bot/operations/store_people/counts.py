"""How many people came by the clerks whom somebody sees, by day and by clerk (D6).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.counts import BOUND, JOINED, Count
from bot.model.store_people import SeenPeople
from bot.operations.store_people.codes import ClerkSeen, clerks_of, clerks_seen
from bot.store.stores import Stores

SPANS = (7, 30, 90)
"""Days that can be asked for."""


@dataclass(frozen=True, slots=True)
class StoreDay:
    """A day (the team's): how many were bound, and how many of them had just become friends."""

    day: date
    joined: int
    bound: int


@dataclass(frozen=True, slots=True)
class ClerkCounts:
    """The same of a clerk, and how many people are theirs now, whenever they were bound.

    `clerk` is `None` for one who is not theirs to see any more: they work in another store by now.
    """

    clerk: ClerkSeen | None = field(repr=False)
    number: str
    people: int
    joined: int
    bound: int


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What there is to count, of the last days, today among them: every day, and each clerk."""

    days: Sequence[StoreDay]
    clerks: Sequence[ClerkCounts]

    @property
    def people(self) -> int:
        """How many people there are by now."""
        return sum(one.people for one in self.clerks)

    @property
    def joined(self) -> int:
        return sum(one.joined for one in self.days)

    @property
    def bound(self) -> int:
        return sum(one.bound for one in self.days)


async def store_counts(
    people: Stores, playbook: Playbook, seen: SeenPeople, days: int, now: datetime
) -> StoreCounts:
    """What was counted of those who are seen; a store's counts are of what happened in that store."""
    today = now.astimezone(playbook.zone).date()
    first = today - timedelta(days=days - 1)
    counted = await people.counts.of_clerks(first.isoformat(), seen)
    everybody = await clerks_seen(people, playbook, seen)
    clerks = {clerk.number: clerk for clerk in everybody if clerk.works_in_store}
    by_day = _by(counted, lambda one: one.day)
    by_clerk = _by(counted, lambda one: one.mark.about[0])
    theirs = await people.store_people.by_clerk(seen)
    others = sorted(({number for _, number in by_clerk} | theirs.keys()) - clerks.keys())
    clerks |= await clerks_of(people, playbook, seen, others)
    all_days = [first + timedelta(days=n) for n in range(days)]
    return StoreCounts(
        [StoreDay(day, by_day[JOINED, day.isoformat()], by_day[BOUND, day.isoformat()]) for day in all_days],
        [
            ClerkCounts(
                clerks.get(number),
                number,
                theirs.get(number, 0),
                by_clerk[JOINED, number],
                by_clerk[BOUND, number],
            )
            for number in [*clerks, *(number for number in others if number not in clerks)]
        ],
    )


def _by(counted: Sequence[Count], of: Callable[[Count], str]) -> Counter[tuple[str, str]]:
    """The counts by what was counted, and by this."""
    found: Counter[tuple[str, str]] = Counter()
    for one in counted:
        if len(one.mark.about) == 2:
            found[one.mark.what, of(one)] += one.number
    return found
