"""The audiences of a playbook by how large they are: counted once a day, and what uses each of them (I1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnNews
from bot.engine.conditions.condition import Condition
from bot.engine.times.local_time import today
from bot.model.audience import AudienceDay
from bot.model.clock import PatientClock
from bot.operations.audiences import EVERYONE, counts_of, target_audience
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

EVERY = 600.0
"""Seconds between two looks at whether the day is counted."""
MOST = 200
"""Audiences that are counted, the first of the playbook."""
DAYS = 90
"""Days of which sizes are shown."""


@dataclass(frozen=True, slots=True)
class AudienceUse:
    """A broadcast or flow that an audience is named in."""

    kind: str
    name: str
    title: str


@dataclass(eq=False, repr=False)
class DailySizes:
    """Counts for all processes: the owner of the first part does, once a day.

    `is_rushed()`: whether the database has more to do than what can wait.
    """

    _stores: Stores
    _playbook: Callable[[], Playbook]
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _is_rushed: Callable[[], bool] = lambda: False

    async def run(self) -> None:
        """Count for ever; a day that could not be counted is missing, if it is over meanwhile."""
        while True:
            await self._clock.wait(EVERY)
            if self._owns(0) and not self._is_rushed():
                try:
                    await count_day(self._stores, self._playbook(), self._clock.now())
                except DatabaseUnavailable:
                    continue


async def count_day(stores: Stores, playbook: Playbook, now: datetime) -> None:
    """Count all audiences, unless the day is counted: estimated where many are looked through."""
    day = f"{today(now, playbook.zone)}"
    if await stores.audience_sizes.has(day):
        return
    people: dict[tuple[str, str], int] = {}
    for name in [EVERYONE, *playbook.audiences][:MOST]:
        counted = await counts_of(stores, playbook, target_audience(playbook, name))
        people.update({(name, channel): one.people for channel, one in counted.items()})
    await stores.audience_sizes.add(AudienceDay(day, people), now)


async def sizes_by_day(stores: Stores, playbook: Playbook, now: datetime) -> Sequence[AudienceDay]:
    """The days that are counted, the oldest first."""
    return await stores.audience_sizes.since(f"{today(now, playbook.zone) - timedelta(days=DAYS - 1)}")


def uses_of(playbook: Playbook, name: str) -> list[AudienceUse]:
    """The broadcasts that go to it and the flows that begin with it."""
    condition = playbook.audiences[name].condition if name in playbook.audiences else None
    found = [
        AudienceUse("broadcast", one.name, one.title or one.name)
        for one in playbook.broadcasts.values()
        if (one.to is None and name == EVERYONE)
        or (one.to is not None and condition is not None and any(part is condition for part in _all(one.to)))
    ]
    for flow in playbook.flows.values():
        whens = flow.start.when if flow.start is not None else ()
        subjects = [one.subjects or () for one in whens if isinstance(one, OnNews) and one.kind == "enters"]
        if any(name in some for some in subjects):
            found.append(AudienceUse("flow", flow.name, flow.title or flow.name))
    return found


def _all(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in condition.children():
        yield from _all(part)
