"""Batch after batch of turns: one is read and decided while the one before it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.engine.turn.turn import TOKEN_LIFE
from bot.model.clock import PatientClock
from bot.model.processes import STALE
from bot.runtime.ports import Fences
from bot.runtime.turn_taking.lanes import Lane, Lanes
from bot.runtime.turn_taking.turns import DecidedBatch, TurnTaker
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.turns")

BATCH = 500
"""Events in one batch, about."""

SHORTEST_PAUSE = 0.2
"""Seconds before the next batch after the database refused one; it doubles with each failure in a row."""
LONGEST_PAUSE = 5.0
"""Seconds that this pause grows to at most."""

OUT_OF_THE_WAY = 60.0
"""Seconds for which a contact waits whose turn failed by a fault of ours."""


@dataclass(eq=False, repr=False)
class Batches:
    """Takes batches of lanes and has `TurnTaker` decide and write their turns. No contact is in two batches:
    each turn is decided on what is written.

    At most one batch is being decided, and one written: the next waits for it. So bulk work has batches of
    its own (`bulk`), for which no message waits.
    """

    _turns: TurnTaker
    _lanes: Lanes
    _fences: Fences
    _clock: PatientClock
    bulk: bool = field(kw_only=True, default=False)
    _deciding: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _writing: asyncio.Task[None] | None = field(init=False, default=None)
    _failures: int = field(init=False, default=0)
    _tasks: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    async def run(self, recover: Callable[[], Awaitable[None]]) -> None:
        """Take turns for ever. `recover` returns when MongoDB, found to be away, is back."""
        try:
            while True:
                await (self._lanes.bulk_wanted() if self.bulk else self._lanes.wanted())
                try:
                    async with self._deciding:
                        await self._next()
                except DatabaseUnavailable:
                    await recover()
                    # reads may work although writes do not
                    await self._clock.wait(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**self._failures))
                    self._failures = min(self._failures + 1, 10)
        finally:
            if (writing := self._writing) is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
                self._writing = None

    @asynccontextmanager
    async def none(self) -> AsyncIterator[None]:
        """As long as this lasts no batch is under way; what waits goes on waiting."""
        async with self._deciding:
            if self._writing is not None:
                await asyncio.wait([self._writing])  # whether it failed is for `run` to see
            yield

    async def stop(self) -> None:
        """Begin no further batch; return when the one being written has ended.

        Events that are not decided stay in the inbox.
        """
        await self._deciding.acquire()  # never released: `run` begins no batch any more
        if self._writing is not None:
            await asyncio.wait([self._writing])
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _next(self) -> None:
        """Decide a batch, and begin to write it. Raises the error of the previous batch's write."""
        if self._writing is not None and self._writing.done():
            await self._wait_for_previous()
        batch = self._take()
        lost = {lane.part for lane in batch if self._fences.fence(lane.part) is None}
        self._lanes.close(lost)  # until the lease is renewed, or the lanes are dropped
        lanes = [lane for lane in batch if lane.part not in lost]
        decided: DecidedBatch | None = None
        try:
            decided = await self._decided(lanes)
            since = self._clock.now()
            await self._wait_for_previous()
        except BaseException:
            self._decide_anew(batch, decided)
            raise
        if abs((self._clock.now() - since).total_seconds()) > STALE:  # also where a clock was set back
            self._decide_anew(batch, decided)
        elif batch:
            write = self._write(batch, lanes, decided)
            self._writing = asyncio.get_running_loop().create_task(write, name="turns that are written")

    def _take(self) -> list[Lane]:
        if self.bulk:
            return self._lanes.take_bulk()
        return self._lanes.take(BATCH, self._clock.now() - TOKEN_LIFE)

    def _decide_anew(self, batch: Sequence[Lane], decided: DecidedBatch | None) -> None:
        if decided is not None:
            self._turns.forget(decided)
        self._undo(batch)
        self._give_back(batch)

    async def _decided(self, lanes: Sequence[Lane]) -> DecidedBatch | None:
        """The decided turns of these lanes; `None`: deciding raised, so `_write` takes them one by one."""
        try:
            return await self._turns.decide(lanes)
        except DatabaseUnavailable:
            raise
        except Exception:  # one contact's fault must not keep the others
            log.exception("a batch of turns failed; its contacts are taken one by one")
            return None

    async def _wait_for_previous(self) -> None:
        """Return when the batch before is written. Raises what it has failed with, once."""
        if (writing := self._writing) is not None:
            try:
                await writing
            finally:
                if writing.done():
                    self._writing = None

    async def _write(
        self, batch: Sequence[Lane], lanes: Sequence[Lane], decided: DecidedBatch | None
    ) -> None:
        try:
            if decided is None or not await self._is_written(decided):
                for lane in lanes:
                    self._turns.recent.drop(lane.contact)
                    lane.reread = lane.tick = True  # a tick that brought it here is used up
                    await self._take_alone(lane)
            self._failures = 0
        except BaseException:
            self._undo(batch)
            self._lanes.wake()  # for `run` to see it at once
            raise
        finally:
            self._give_back(batch)

    async def _is_written(self, decided: DecidedBatch) -> bool:
        try:
            await self._turns.write(decided)
        except DatabaseUnavailable:
            raise
        except Exception:  # it is unknown which turn is at fault: each is taken by itself
            log.exception("a batch of turns failed; its contacts are taken one by one")
            return False
        return True

    def _undo(self, batch: Sequence[Lane]) -> None:
        for lane in batch:
            self._turns.recent.drop(lane.contact)
            lane.reread = True  # what was written, if anything, is read before the next turn
            lane.tick = True  # perhaps it was: a tick too many does nothing

    def _give_back(self, batch: Sequence[Lane]) -> None:
        self._lanes.give_back(batch)
        if not all(self._fences.knows(lane.part) for lane in batch):
            self._lanes.drop(self._fences.knows)  # events read since `lost` are the new owner's

    async def _take_alone(self, lane: Lane) -> None:
        try:
            await self._turns.take([lane])
        except DatabaseUnavailable:
            raise
        except Exception:  # nor stop the next batch
            log.exception("a contact's turn failed; it is tried again in a minute")
            self._turns.recent.drop(lane.contact)
            lane.reread = True
            self._lanes.hold(lane)
            task = asyncio.create_task(self._release_later(lane.contact), name="out of the way")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _release_later(self, contact: str) -> None:
        await self._clock.wait(OUT_OF_THE_WAY)
        self._lanes.release(contact)
