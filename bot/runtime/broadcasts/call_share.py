"""How many calls in a second this process may make for broadcasts: LINE's limit, shared by parts.

https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from bot.model.clock import PatientClock
from bot.model.part import PARTS

PER_SECOND: Mapping[Literal["push", "multicast"], float] = {"push": 1_600.0, "multicast": 180.0}
"""Calls of all processes; LINE takes 2,000 pushes and 200 multicasts: some are left for everything else."""
BURST = 0.1
"""Seconds whose calls may be made at once."""


class CallShare:
    """A process with half of the parts has half of the rate."""

    def __init__(self, parts: Callable[[], int], clock: PatientClock, seconds: Callable[[], float]) -> None:
        """`parts()`: how many are ours; `seconds()` go on steadily."""
        self._parts = parts
        self._clock = clock
        self._seconds = seconds
        self._next: dict[tuple[str, str], float] = {}

    async def admit(self, channel: str, kind: Literal["push", "multicast"]) -> None:
        """Wait until a call may be made."""
        now, key = self._seconds(), (channel, kind)
        share = max(1, self._parts()) / PARTS
        at = max(self._next.get(key, now), now - BURST)
        self._next[key] = at + 1 / (PER_SECOND[kind] * share)
        if at > now:
            await self._clock.wait(at - now)
