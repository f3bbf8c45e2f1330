"""Under which name does LINE count the messages of a sending's group?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from bot.line.month import month_of
from bot.line.outcome import LineError
from bot.model.broadcast import Sending, own_unit, shared_unit
from bot.model.clock import Clock
from bot.store.counters.quotas import UnitNames

log = logging.getLogger("oaflow.broadcasts")


class TellsUnits(Protocol):
    """What LINE counts: `bot.line.insight.Insight`."""

    async def units_used(self) -> int: ...


class SendingUnits:
    """Takes names of the month's thousand, for all processes."""

    def __init__(self, names: UnitNames, insight: Callable[[str], TellsUnits | None], clock: Clock) -> None:
        """`insight(channel)` is LINE for one channel; where it does not tell, ours alone are counted."""
        self._names = names
        self._insight = insight
        self._clock = clock

    async def unit_of(self, sending: Sending, group: str) -> str | None:
        """The name for this group of a sending that begins; `None`: LINE counts nothing for it.

        Asked again it answers the same. Raises `DatabaseUnavailable`.
        """
        began = sending.began or self._clock.now()
        own, shared = own_unit(sending.id, group, began), shared_unit(sending.broadcast, group)
        used = await self._used(sending.channel)
        unit = await self._names.take(sending.channel, month_of(began), own, shared, used)
        if unit is None:
            log.warning("LINE counts no opens of %s: this month's 1,000 names are used", sending.broadcast)
        return unit

    async def _used(self, channel: str) -> int:
        try:
            insight = self._insight(channel)
            return 0 if insight is None else await insight.units_used()
        except LineError:
            return 0
