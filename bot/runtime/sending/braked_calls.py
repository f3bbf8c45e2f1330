"""Holds journeys' pushes that were decided before the emergency brake stopped their flow or channel: they
wait an hour at most (semantics 35)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from bot.model.brake import OFF, Brake
from bot.model.clock import Clock
from bot.model.outgoing import Outgoing
from bot.runtime.retry import GiveUp
from bot.runtime.sending.person_lines import PersonLine
from bot.store.unavailable import DatabaseUnavailable


class BrakeState(Protocol):
    """The brake as this process has read it: `bot.runtime.cluster.brake_watch`."""

    @property
    def brake(self) -> Brake: ...

    @property
    def is_fresh(self) -> bool: ...

    async def know(self) -> None:
        """Read which pushes are stopped, unless that is fresh. Raises `DatabaseUnavailable`."""


class NoBrake:
    """A brake that never stops anything."""

    brake = OFF
    is_fresh = True

    async def know(self) -> None:
        """Nothing to read."""


AT_MOST = timedelta(hours=1)
"""How long after its decision a held push is given up: later it would come too late."""
PATIENCE = 1.0
"""Seconds that a push waits for the brake to be read; two attempts, for a frozen process loses the first."""
BRAKE, UNSURE = "brake", "unsure"
"""Reasons of dead letters: the push was not sent; it was perhaps sent before."""


class BrakedCalls:
    """Puts held pushes beside the line of their person, so that no other call of that person waits for
    them."""

    def __init__(self, known: BrakeState, clock: Clock) -> None:
        self._known = known
        self._clock = clock
        self._lines: dict[str, PersonLine] = {}
        self._looking: asyncio.Task[None] | None = None

    async def surely_holds(self, call: Outgoing) -> bool:
        """Whether the call waits, by fresh data: a process that was frozen reads first, once for all calls.

        While the database is away the last data counts: without it the lease soon ends anyway.
        """
        if _of_journeys(call) and not self._known.is_fresh:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            await asyncio.shield(self._looking)
        return self._holds(call)

    async def _look(self) -> None:
        with suppress(DatabaseUnavailable):
            for _ in range(2):
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await self._known.know()
                        return

    def _holds(self, call: Outgoing) -> bool:
        """Whether this is a push of nothing but journeys that are stopped."""
        brake = self._known.brake
        return (
            bool(brake)
            and _of_journeys(call)
            and all(
                of is not None and brake.holds(call.channel, (of.flow, *of.within)) for of in call.journeys
            )
        )

    def keep(self, line: PersonLine, call: Outgoing, uncertain: bool) -> GiveUp | None:
        """Hold a call; gives how it ends instead, where it is older than `AT_MOST`."""
        if self._clock.now() - call.created > AT_MOST:
            reason = UNSURE if uncertain else BRAKE
            return GiveUp(reason, "pushes were stopped before it was made", unsent=not uncertain)
        line.braked.append((call, uncertain))
        self._lines[line.contact] = line
        return None

    @property
    def waiting(self) -> int:
        """How many calls are held."""
        return sum(len(line.braked) for line in self._lines.values())

    def give_back(self) -> list[PersonLine]:
        """Put all held calls back, first in their lines; gives these lines, which then are to go on."""
        lines, self._lines = list(self._lines.values()), {}
        for line in lines:
            line.queue.extendleft(reversed(line.braked))
            line.braked.clear()
        return lines


def _of_journeys(call: Outgoing) -> bool:
    return call.kind == "push" and bool(call.journeys)
