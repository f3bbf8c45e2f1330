"""Attempts a call until it ends; for a while the person's later pushes wait for a push that is retried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from bot.model.clock import PatientClock
from bot.model.outgoing import Outgoing
from bot.runtime.retry import LEFT_OUT, Again, Done, GiveUp
from bot.runtime.sending.journey_pushes import GoingOut
from bot.runtime.sending.line_calls import LineDelivery
from bot.runtime.sending.person_lines import PersonLine, Waiting

HELD_BACK = 60.0
"""Seconds for which a push that is being retried holds the person's later pushes back; in an outage as long
as it lasts."""


@dataclass(eq=False, repr=False)
class CallRetries:
    """Attempts after the first. `start` runs a task until the sender stops, `go_on` makes the next calls of a
    line, `end` ends a call."""

    _delivery: LineDelivery
    _going_out: GoingOut
    _clock: PatientClock
    _owns: Callable[[int], bool]
    _start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
    _go_on: Callable[[PersonLine], None]
    _end: Callable[[PersonLine, Outgoing, Done | GiveUp], None]

    async def see_through(
        self,
        line: PersonLine,
        call: Outgoing,
        uncertain: bool,
        again: Again | None = None,
        attempts: int = 0,
    ) -> Waiting | None:
        """Attempt a call until it ends; gives it back where the part is not surely ours any more, or the
        brake holds it.

        `again` is the verdict on the `attempts` before.
        """
        while True:
            async with self._turn(call, again, attempts):
                if call.id not in line.unsettled:
                    return None  # the person is erased
                if not self._owns(line.part) or (
                    call.kind == "push" and await self._delivery.braked.surely_holds(call)
                ):
                    return call, uncertain
                wanted = self._going_out.wanted(call, line.contact, stopped=line.stopped)
                if wanted is None:
                    self._end(line, replace(call, journeys=()), LEFT_OUT)
                    return None
                call, attempts = wanted, attempts + 1
                result = await self._delivery.calls.attempt(call, line.part, attempts, uncertain)
            if not isinstance(result, Again):
                self._end(line, call, result)
                return None
            again, uncertain = result, result.uncertain

    def retry(self, line: PersonLine, call: Outgoing, again: Again, attempts: int = 1) -> None:
        """Attempt a call again, after so many `attempts`, in a task of its own: no reply waits for it."""
        self.hold_back(line, call)
        _ = self._start(self._retry_aside(line, call, again, attempts))

    def hold_back(self, line: PersonLine, push: Outgoing) -> None:
        """Later pushes wait for this one, for a while."""
        if line.hold_back_behind(push):
            _ = self._start(self._release_later(line, push))

    def release(self, line: PersonLine, call: str) -> None:
        """Have the pushes that wait behind this call go on."""
        if line.release(call):
            self._go_on(line)

    async def _retry_aside(self, line: PersonLine, call: Outgoing, again: Again, attempts: int) -> None:
        left = await self.see_through(line, call, again.uncertain, again, attempts)
        self.release(line, call.id)
        if left is not None:
            line.queue.appendleft(left)
            self._go_on(line)

    async def _release_later(self, line: PersonLine, push: Outgoing) -> None:
        await self._clock.wait(HELD_BACK)
        while line.retrying == push.id and self._delivery.backlog.holds(push.channel):
            await self._clock.wait(HELD_BACK)
        self.release(line, push.id)

    def _turn(self, call: Outgoing, again: Again | None, attempts: int) -> AbstractAsyncContextManager[None]:
        """A context that is entered when the next attempt may be made."""
        if again is None:
            return nullcontext()
        return self._delivery.backlog.turn(call, again.delay, attempted=attempts > 0)
