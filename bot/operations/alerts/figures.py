"""Figures that no process counts by itself: what waits, is overdue or was given up. One process reads them
from the database once a minute (K3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client.registry import Collector

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.settings import Settings
from bot.model.shop import ShopSync
from bot.operations.alerts.lost_calls import LostCalls
from bot.operations.alerts.refusals import stop_of
from bot.operations.alerts.work import journeys_look
from bot.runtime.bulk import keep_looking
from bot.runtime.metrics import Level, Levels
from bot.store.stores import Stores

EVERY = 60.0
"""Seconds between two looks: a scrape asks nothing."""
OVERDUE = timedelta(minutes=10)
"""Whose timer has been due for longer is overdue."""
MOST = 10_000
"""More than these are not counted."""


@dataclass(eq=False, repr=False)
class WorkFigures:
    """Looks in every process; the owner of part 0 has figures, the others none."""

    _stores: Stores
    _playbook: Callable[[], Playbook]
    _settings: Callable[[], Settings]
    _lost: LostCalls
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _found: Mapping[str, Mapping[str, float]] = field(init=False, default_factory=dict)
    _overdue: int = field(init=False, default=0)
    levels: Sequence[Collector] = field(init=False)

    def __post_init__(self) -> None:
        meaning = "People whose timer has been due for 10 minutes."
        self.levels = [
            Level("oaflow_people_overdue", meaning, lambda: self._overdue),
            *(self._level(name, meaning, label) for name, meaning, label in _FIGURES),
        ]

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Look now, if we own part 0. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            self._found, self._overdue = {}, 0
            return
        now = self._clock.now()
        lost = Counter[str]()
        for one in await self._lost.groups(now):
            lost[one.reason] += one.number
        self._overdue = await self._stores.held.how_many_due(now - OVERDUE, MOST)
        self._found = {
            "oaflow_dead_letters": lost,
            "oaflow_journey_stopped": await self._stopped(now),
            **await self._of_shops(now),
        }

    async def _stopped(self, now: datetime) -> Mapping[str, float]:
        playbook = self._playbook()
        totals = await self._stores.totals.of(playbook.capped) if playbook.capped else {}
        stopped = {one.subject for one in journeys_look(playbook, totals, (), now, "").standing}
        return {
            name: float(name in stopped) for name, flow in playbook.flows.items() if flow.start is not None
        }

    async def _of_shops(self, now: datetime) -> Mapping[str, Mapping[str, float]]:
        shops = self._settings().shops
        syncs = await self._stores.shop_syncs.all() if shops else {}
        known = {name: syncs.get(name, ShopSync(name)) for name in shops}
        return {
            "oaflow_shop_news_waiting": {
                name: await self._stores.shop_news.how_many_wait(name, MOST) for name in shops
            },
            "oaflow_shop_read_timestamp_seconds": {
                name: one.cursor.timestamp() for name, one in known.items() if one.cursor is not None
            },
            "oaflow_shop_members_refused": {
                name: sum(one.all.figures.refused.values())
                for name, one in known.items()
                if one.all is not None
            },
            "oaflow_shop_failing_seconds": {name: _failing(one, now) for name, one in known.items()},
        }

    def _level(self, name: str, meaning: str, label: str) -> Levels:
        return Levels(name, meaning, label, lambda: self._found.get(name, {}))


_FIGURES = (
    ("oaflow_dead_letters", "Calls of the last 7 days that were given up, and left so.", "reason"),
    ("oaflow_journey_stopped", "1: the journey has stopped by itself, else 0.", "journey"),
    ("oaflow_shop_news_waiting", "Webhooks of a shop that are not processed.", "shop"),
    ("oaflow_shop_read_timestamp_seconds", "Up to which moment a shop's members are read.", "shop"),
    ("oaflow_shop_members_refused", "Members that the last reading of all has not taken.", "shop"),
    ("oaflow_shop_failing_seconds", "For how long a shop has not let its members be read.", "shop"),
)
"""Name, meaning, label."""


def _failing(sync: ShopSync, now: datetime) -> float:
    stop = stop_of(sync)
    return 0.0 if stop is None else max(0.0, (now - stop.since).total_seconds())
