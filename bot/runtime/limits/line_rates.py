"""Limits the rate of calls to LINE: LINE's limits for a channel, shared by all processes.

No process asks another. Time is cut into slots, as many a second as calls are allowed, and each slot belongs
to a part: the owner of the part may make one call in it. So however many processes there are, and whatever
they own, no slot is used twice; who owns half of the parts has half of the rate, evenly spread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.model.clock import PatientClock
from bot.model.processes import PARTS

Paced: TypeAlias = Literal["multicast", "push"]
"""Kinds of calls that are limited."""

SLOTS: Mapping[Paced, int] = {"multicast": 170, "push": 1_600}
"""Calls per second of all processes. LINE allows 200 and 2,000: the rest is for other calls and late ones.
https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""
LATE = 0.1
"""Seconds for which a slot may be used: a busy process loses nothing, and no second gets more than a tenth
above `SLOTS`."""
STRIDE = 159
"""Slots go from part to part in such steps (odd, and near 256 over the golden ratio): parts beside each other
have slots far from each other, so any range of parts has its slots evenly."""
WITHOUT_PARTS = 0.5
"""Seconds to wait where this process owns no part, and so no slot."""


@dataclass(slots=True)
class Slots:
    """The slots of one kind of calls on one channel, as one process may use them. Without a clock of its own.

    `rate`: slots per second. `last`: the slot that was used, or skipped, last. `parts`: those of this
    process.
    """

    rate: int
    last: int = -1
    parts: frozenset[int] = frozenset()

    def own(self, parts: Collection[int], now: float) -> None:
        """Set this process's parts. After a change slots up to `now` are skipped: the last owner may have
        used them."""
        if self.parts != (mine := frozenset(parts)):
            self.parts = mine
            self.last = max(self.last, self._slot(now))

    def take(self, now: float) -> float | None:
        """Use a slot: `None`. Where there is none: seconds until there may be one.

        `now`: seconds since 1970, by the clock that all processes go by.
        """
        current = self._slot(now)
        if self.last > current + self.rate:  # the clock was set back
            self.last = current
        if not self.parts:
            return WITHOUT_PARTS
        for slot in range(max(self.last + 1, self._slot(now - LATE) + 1), current + PARTS + 1):
            if _part(slot) in self.parts:
                if slot > current:
                    return max(slot / self.rate - now, 0.001)  # a clock of whole milliseconds is never early
                self.last = slot
                return None
        return WITHOUT_PARTS

    def _slot(self, now: float) -> int:
        return int(now * self.rate)


def _part(slot: int) -> int:
    return slot * STRIDE % PARTS


@dataclass(eq=False, repr=False)
class LineRates:
    """Lets calls through as LINE's rates allow, first come first served.

    `parts()` are those of this process just now; `slots` how many calls a second all make together.
    """

    _parts: Callable[[], Collection[int]]
    _clock: PatientClock
    _rates: Mapping[Paced, int] = field(default_factory=lambda: SLOTS)
    _slots: dict[tuple[str, Paced], Slots] = field(init=False, default_factory=dict)
    _gates: dict[tuple[str, Paced], asyncio.Lock] = field(init=False, default_factory=dict)

    async def admit(self, channel: str, kind: Paced) -> None:
        """Return when one call of this kind may be made: to be asked last, right before it."""
        slots = self._of(channel, kind)
        async with self._gates[channel, kind]:
            while True:
                now = self._now()
                slots.own(self._parts(), now)
                wait = slots.take(now)
                if wait is None:
                    return
                await self._clock.wait(wait)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _of(self, channel: str, kind: Paced) -> Slots:
        key = channel, kind
        if key not in self._slots:
            self._slots[key] = Slots(self._rates[kind])
            self._gates[key] = asyncio.Lock()
        return self._slots[key]
