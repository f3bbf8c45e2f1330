"""Storing what LINE delivers, before LINE hears 200: concurrent webhooks share one write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from bot.model.inbox import Received
from bot.model.pace import STALE
from bot.model.said import say
from bot.runtime.metrics import Metrics
from bot.runtime.ports import ArrivalStore, ContactStore, Fences
from bot.runtime.turn_taking.lanes import Lanes
from bot.runtime.turn_taking.turns import TurnTaker
from bot.store.unavailable import DatabaseUnavailable

FLUSH = 500
"""Events in one write at most."""

Storing: TypeAlias = asyncio.Future[Set[str]]
"""Done when the events are durable, with the ids of those that were known; `DatabaseUnavailable` where they
are not, or not surely."""

BeginStoring: TypeAlias = Callable[[Sequence[Received], float], Storing]
"""Begins to make events durable, within so many seconds; see `Receiver.begin`."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """Who waits for one write, equally long, with one timer for all: the first is the least patient."""

    late: asyncio.TimerHandle
    callers: list[Storing]


_Callers: TypeAlias = dict[float, _Alike]
"""All who wait for one write, by their seconds: webhooks all have the same."""


class Receiver:
    """Group commit: a write begins when the last one has ended, with all that came meanwhile."""

    def __init__(
        self,
        arrivals: ArrivalStore,
        contacts: ContactStore,
        turns: TurnTaker,
        lanes: Lanes,
        fences: Fences,
        metrics: Metrics,
        on_failure: Callable[[], None],
        on_late: Callable[[], None],
    ) -> None:
        """`on_failure` is told when a write failed, for it may have been made all the same; `on_late` when
        somebody has not waited for it any longer."""
        self._arrivals = arrivals
        self._turns = turns
        self._contacts = contacts
        self._lanes = lanes
        self._fences = fences
        self._metrics = metrics
        self._on_failure = on_failure
        self._on_late = on_late
        self._waiting: list[Received] = []
        self._callers: _Callers = {}
        self._flusher: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._taken: set[str] = set()

    async def store(self, received: Sequence[Received], seconds: float) -> None:
        """Return when all of these events are durably stored (or were known already).

        Raises `DatabaseUnavailable` when they are not, or not surely, after `seconds` at the latest.
        """
        await self.store_new(received, seconds)

    async def store_new(self, received: Sequence[Received], seconds: float) -> Set[str]:
        """The same; returns the ids of those that were known already, perhaps among those of others."""
        return await self.begin(received, seconds)

    def begin(self, received: Sequence[Received], seconds: float) -> Storing:
        """The same, to be waited for: who has many to answer needs no task for each."""
        loop = asyncio.get_running_loop()
        done: Storing = loop.create_future()
        if not received:
            done.set_result(frozenset())
            return done
        if (alike := self._callers.get(seconds)) is None:
            late = loop.call_later(seconds, self._give_up, self._callers, seconds)
            alike = self._callers[seconds] = _Alike(late, [])
        alike.callers.append(done)
        self._waiting.extend(received)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="receive")
        return done

    async def _flush(self) -> None:
        while self._waiting:
            batch, waiting = self._waiting, self._callers
            self._waiting, self._callers = [], {}
            known: set[str] = set()
            try:
                for start in range(0, len(batch), FLUSH):
                    known |= await self._write(batch[start : start + FLUSH])
            except Exception as error:  # whatever it is, it is told to all who wait for this write
                self._on_failure()
                for done in _all(waiting):
                    if not done.done():
                        done.set_exception(error)
            else:
                for done in _all(waiting):
                    if not done.done():  # whoever was cancelled has timed out; it is stored all the same
                        done.set_result(known)
            finally:
                for alike in waiting.values():
                    alike.late.cancel()

    async def quiet(self) -> None:
        """Wait until the write that is under way, if there is one, has ended."""
        async with self._writing:
            pass

    async def _write(self, batch: Sequence[Received]) -> set[str]:
        """Make them durable; the ids of those that were known."""
        # what a lane knows is stored already: LINE has delivered it again
        fresh = {item.entry.id: item for item in batch if not self._lanes.knows(item.entry.id)}
        again = {item.entry.id for item in batch if item.entry.id not in fresh}
        self._lanes.expect(fresh)
        try:
            async with self._writing:
                await self._make_sure_of(again)
                left, known, refused = await self._store(fresh) if fresh else ([], set(), set())
        except BaseException:
            self._lanes.forget(fresh.keys() - self._taken)
            raise
        self._lanes.put(left)
        for item in left:
            if item.entry.contact in refused:  # its turn may be written all the same: whoever reads it sees
                self._lanes.reread(item.entry.contact, item.entry.part)
        self._metrics.known.inc(by=len(batch) - len(fresh))
        return known | again

    async def _make_sure_of(self, known: Set[str]) -> None:
        """Return when these last: what a lane has read, the primary alone may have, and lose again."""
        if known and known - await self._arrivals.known(known):
            raise DatabaseUnavailable(say("the write was not acknowledged"))

    async def _store(self, fresh: dict[str, Received]) -> tuple[list[Received], set[str], set[str]]:
        """Store these events, and the turns that can be taken at once.

        Returns what is left for a turn of ours, the ids of what was known, and those of contacts whose turn
        was not written, or not surely.
        """
        items = fresh.values()
        self._taken = set()
        leases = {item.entry.part: self._fences.fence(item.entry.part) for item in items}
        foreign = {item.entry.id for item in items if leases[item.entry.part] is None}
        clock = asyncio.get_running_loop().time
        until = clock() + STALE
        ahead = self._turns.ahead(items, leases)
        try:
            known, refused = await self._arrivals.store(
                [item.entry for item in items],
                foreign,
                [write for _, write in ahead],
                lambda: clock() <= until,
            )
        except BaseException:
            self._turns.conclude(ahead, None)
            raise
        taken = self._taken = self._turns.conclude(ahead, refused)
        self._metrics.events.inc(by=len(fresh) - len(known))
        self._metrics.known.inc(by=len(known))
        others = await self._tell_others([item for item in items if item.entry.id not in taken], leases)
        self._lanes.forget(others | known)
        for key in others | known:
            entry = fresh[key].entry
            if self._fences.knows(entry.part):  # known, perhaps never handed on; or ours just now
                self._lanes.reread(entry.contact, entry.part)
        settled = taken | others | known
        return [item for item in items if item.entry.id not in settled], known, refused

    async def _tell_others(self, items: Sequence[Received], leases: Mapping[int, int | None]) -> set[str]:
        """Have the owners of these read them whose part has not been ours, by these leases, all the time."""
        others: set[str] = set()
        while True:  # a lease may end while we tell; what another may have decided is not for a lane
            entries = [item.entry for item in items if item.entry.id not in others]
            more = [entry for entry in entries if not self._is_ours(entry.part, leases[entry.part])]
            if not more:
                return others
            await self._contacts.poke([(entry.contact, entry.id) for entry in more])
            others.update(entry.id for entry in more)

    def _give_up(self, waiting: _Callers, seconds: float) -> None:
        # taken out: who comes now, while the last write still hangs, gets a timer of its own
        for done in waiting.pop(seconds).callers:
            if not done.done():
                done.set_exception(DatabaseUnavailable(say("the database took too long")))
        self._on_late()

    def _is_ours(self, part: int, lease: int | None) -> bool:
        return lease is not None and self._fences.fence(part) == lease


def _all(waiting: _Callers) -> list[Storing]:
    return [done for alike in waiting.values() for done in alike.callers]
