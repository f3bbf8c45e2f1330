"""Calls that wait until LINE answers again: released oldest first, within LINE's rate.

Each call also has a backoff of its own, so none waits for ever where only single calls fail.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.clock import PatientClock
from bot.model.outgoing import Outgoing
from bot.runtime.pause import pause
from bot.runtime.retry import FIRST_DELAY, LONGEST_DELAY
from bot.runtime.sending.line_watch import LineWatch

SIDE_BY_SIDE = 48
"""Attempts under way after an outage, at most: should LINE fail again, only so many were made in vain."""

SHORT = timedelta(seconds=5)
"""A shorter outage releases no call that has failed: its backoff is no longer than that, and a call that LINE
never takes is not repeated at each success of another."""


@dataclass(slots=True, order=True)
class _Waiting:
    """A call in the backlog. Replies come first, for their tokens end; then what was decided first."""

    is_no_reply: bool
    created: datetime
    id: str
    attempted: bool = field(compare=False)
    released: asyncio.Event = field(compare=False)
    has_slot: bool = field(compare=False, default=False)


@dataclass(slots=True)
class _Channel:
    """The backlog of one channel."""

    waiting: dict[str, _Waiting] = field(default_factory=dict)
    """By the call's id."""
    ready: list[_Waiting] = field(default_factory=list)
    """A heap of those that are released one after the other, within LINE's rate."""
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))
    releasing: asyncio.Task[None] | None = None


class OutageBacklog:
    """The calls of each channel that wait."""

    def __init__(
        self, watch: LineWatch, admit: Callable[[str], Awaitable[None]], clock: PatientClock
    ) -> None:
        """`admit(channel)` returns when one more call is within LINE's rate."""
        self._watch = watch
        self._admit = admit
        self._clock = clock
        self._channels: dict[str, _Channel] = {}
        watch.on_well.append(self._well)

    def holds(self, channel: str) -> bool:
        """Whether a new push goes behind others: LINE does not answer, or older ones are being released."""
        known = self._channels.get(channel)
        return self._is_failing(channel) or (known is not None and known.releasing is not None)

    @asynccontextmanager
    async def turn(
        self, call: Outgoing, seconds: float, released: asyncio.Event | None = None, *, attempted: bool = True
    ) -> AsyncIterator[None]:
        """A context that is entered after `seconds`, or as soon as the call is released; the caller attempts
        the call inside.

        `attempted`: it was tried before, and LINE did not take it. `released`: an event that releases it,
        too, where the caller has one.
        """
        channel = self._channels.setdefault(call.channel, _Channel())
        seconds = self._seconds(call, seconds, attempted)
        is_no_reply = call.kind != "reply"
        one = _Waiting(is_no_reply, call.created, call.id, attempted, released or asyncio.Event())
        channel.waiting[call.id] = one
        if channel.releasing is not None and not attempted:
            heapq.heappush(channel.ready, one)
        try:
            try:
                await pause(self._clock, seconds, one.released)
            finally:
                if channel.waiting.get(call.id) is one:
                    del channel.waiting[call.id]
            yield
        finally:
            if one.has_slot:
                channel.slots.release()

    def _seconds(self, call: Outgoing, seconds: float, attempted: bool) -> float:
        """Seconds until a call goes by its own backoff. In an outage a push waits for as long as the outage
        has lasted: a reply or a read finds out sooner that it is over, and then pushes are released in
        order."""
        outage = self._watch.outage(call.channel)
        if outage is None:
            return seconds if attempted else LONGEST_DELAY
        if call.kind != "push":
            return seconds
        return min(LONGEST_DELAY, max(FIRST_DELAY, seconds, outage.total_seconds()))

    async def stop(self) -> None:
        """Release no call any more."""
        tasks = [one.releasing for one in self._channels.values() if one.releasing is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is_failing(self, channel: str) -> bool:
        return self._watch.outage(channel) is not None

    def _well(self, name: str, lasted: timedelta) -> None:
        """LINE answers again on this channel, after an outage of this length: release its calls."""
        channel = self._channels.get(name)
        if channel is None:
            return
        ready = [one for one in channel.waiting.values() if lasted >= SHORT or not one.attempted]
        known = {one.id: one for one in (*channel.ready, *ready)}
        channel.ready = sorted(known.values())
        if ready and channel.releasing is None:
            channel.releasing = asyncio.create_task(self._release(name, channel), name="outage backlog")

    async def _release(self, name: str, channel: _Channel) -> None:
        """One after the other, until none is left or LINE fails again."""
        try:
            while channel.ready and not self._is_failing(name):
                await channel.slots.acquire()
                await self._admit(name)
                one = heapq.heappop(channel.ready)
                if channel.waiting.get(one.id) is not one or self._is_failing(name):
                    channel.slots.release()  # its own backoff was over, or LINE fails again
                    continue
                del channel.waiting[one.id]
                one.has_slot = True
                one.released.set()
        finally:
            channel.ready, channel.releasing = [], None
