"""Stores what LINE delivers before LINE gets its 200: concurrent webhooks share one write.

Events that are surely new are not looked up in the database: LINE says when an event was created and whether
it is a redelivery. A process that has owned a part ever since, and remembers the ids it received meanwhile,
would know one that was delivered before: to itself, or to another process, which has put it into the
contact's `waiting` before its 200 (law 6).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.model.clock import Clock
from bot.model.inbox import Received
from bot.model.processes import STALE
from bot.model.translatable import tr
from bot.runtime.ports import ArrivalStore
from bot.runtime.turn_taking.draft_reading import TurnServices
from bot.runtime.turn_taking.durability import DurabilityCheck
from bot.runtime.turn_taking.turns import TurnTaker
from bot.store.contacts.inbox_commit import FEW
from bot.store.unavailable import DatabaseUnavailable

KEPT = 25_000
"""Ids that are remembered at least, and twice as many at most."""

FUTURE = 600_000
"""Milliseconds ahead of our clock beyond which a time stamp of LINE's is ignored as wrong."""

MARGIN = 10_000
"""Milliseconds by which LINE's clock may be ahead of ours, until it is seen to be more."""


class SurelyNew:
    """Decides whether events are surely new, by remembered ids. An event that is not surely new may still be
    new."""

    def __init__(self, clock: Clock, ours_since: Callable[[int], datetime | None]) -> None:
        """`ours_since(part)`: from when on a part has been ours, without a break; `None` where it is not."""
        self._clock = clock
        self._ours_since = ours_since
        self._recent = set[str]()
        self._before = set[str]()
        """The generation of ids before those."""
        self._before_until = 0
        """When that generation ended, in milliseconds since 1970."""
        self._forgotten = 0
        """Ids received up to this moment (milliseconds since 1970) may be forgotten."""
        self._ahead = MARGIN
        """Milliseconds by which LINE's clock may be ahead of ours."""

    def hear(self, ids: Collection[str]) -> None:
        """Remember these ids, which are, or will be, in the database."""
        self._recent.update(ids)
        if len(self._recent) >= KEPT:
            self._forgotten = max(self._forgotten, self._before_until)
            self._before_until = _milliseconds(self._clock.now())
            self._before, self._recent = self._recent, set()

    def are(self, received: Sequence[Received]) -> bool:
        """Whether all of these are surely new; call it before `hear`. It also measures LINE's clock."""
        now = _milliseconds(self._clock.now())
        ahead = [item.event.sent - now for item in received]
        self._ahead = max((self._ahead, *(one for one in ahead if one <= FUTURE)))
        return max(ahead) <= FUTURE and all(map(self._is, received))

    def _is(self, received: Received) -> bool:
        entry, event = received.entry, received.event
        since = self._ours_since(entry.part)
        if since is None or event.redelivered or entry.id in self._recent or entry.id in self._before:
            return False
        return event.sent > max(_milliseconds(since), self._forgotten) + self._ahead


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


log = logging.getLogger("oaflow.receive")

FLUSH = 500
"""Events in one write at most."""

CARRIED = 8_192
"""Bytes of events that turns carry, at most: until the journal is written, they are stored on a contact."""

Storing: TypeAlias = asyncio.Future[Set[str]]
"""Done when the events are durable, with the ids of those that were known; `DatabaseUnavailable` where they
are not, or not surely."""

BeginStoring: TypeAlias = Callable[[Sequence[Received], float], Storing]
"""Begins to make events durable, within so many seconds; see `Receiver.begin`."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """Callers of one write with the same time-out, and their one timer, which runs from the first of them."""

    late: asyncio.TimerHandle
    callers: list[Storing]


@dataclass(slots=True)
class _Waiters:
    """All callers of one write, and their result."""

    alike: dict[float, _Alike] = field(default_factory=dict)
    """By their time-out in seconds (webhooks all have the same)."""
    known: set[str] = field(default_factory=set)
    """Ids of events that were stored before, as they are found."""
    is_answered: bool = False
    """Whether the callers have got the result."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when what follows the write (turns, waking owners) is done, too."""

    def answer(self) -> None:
        """Give the callers the result: all is stored. A second call does nothing."""
        self.is_answered = True
        for done in self._unanswered():
            done.set_result(self.known)
        self.end()

    def fail(self, error: Exception) -> None:
        """Give the callers an error: it is not stored, or not surely."""
        for done in self._unanswered():
            done.set_exception(error)

    def give_up(self, seconds: float) -> None:
        """Fail the callers with this time-out, which is over. A later caller, while the write still hangs,
        gets a timer of its own."""
        late = DatabaseUnavailable(tr("the database took too long"))
        for done in self.alike.pop(seconds).callers:
            if not done.done():
                done.set_exception(late)

    def end(self) -> None:
        """Cancel the timers."""
        for alike in self.alike.values():
            alike.late.cancel()

    def _unanswered(self) -> list[Storing]:
        """Callers without a result; one that was cancelled has timed out, and its events are stored all the
        same."""
        return [done for alike in self.alike.values() for done in alike.callers if not done.done()]


class Receiver:
    """Stores events by group commit: a write begins when the previous one has ended, with all that came
    meanwhile."""

    def __init__(
        self,
        services: TurnServices,
        inbox_commit: ArrivalStore,
        turns: TurnTaker,
        surely_new: SurelyNew,
        durability: DurabilityCheck,
        *,
        on_failure: Callable[[], None],
        on_late: Callable[[], None],
    ) -> None:
        """`on_failure` is called when a write failed, which may have been made all the same; `on_late` when
        a caller has stopped waiting for it."""
        self._inbox_commit = inbox_commit
        self._turns = turns
        self._lanes = services.lanes
        self._fences = services.fences
        self._metrics = services.metrics
        self._surely_new = surely_new
        self._durability = durability
        self._on_failure = on_failure
        self._on_late = on_late
        self._waiting: list[Received] = []
        self._waiters = _Waiters()
        self._flusher: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._taken: set[str] = set()

    async def store(self, received: Sequence[Received], seconds: float) -> None:
        """Return when all of these events are durably stored (or were known already), and handed on.

        Raises `DatabaseUnavailable` when they are not, or not surely, after `seconds` at the latest.
        """
        if received:
            waiters = self._waiters
            await self.begin(received, seconds)
            await waiters.over.wait()

    async def store_new(self, received: Sequence[Received], seconds: float) -> Set[str]:
        """Return when they are stored, with the ids of those that were known; see `begin`."""
        return await self.begin(received, seconds)

    def begin(self, received: Sequence[Received], seconds: float) -> Storing:
        """Begin to store events; gives a future, so that a caller needs no task for each request.

        It is done when they are stored, with the ids of those that were known, perhaps among ids of other
        callers; turns and what else follows may still be under way. It fails with `DatabaseUnavailable`,
        after `seconds` at the latest.
        """
        loop = asyncio.get_running_loop()
        done: Storing = loop.create_future()
        if not received:
            done.set_result(frozenset())
            return done
        waiters = self._waiters
        if (alike := waiters.alike.get(seconds)) is None:
            late = loop.call_later(seconds, self._give_up, waiters, seconds)
            alike = waiters.alike[seconds] = _Alike(late, [])
        alike.callers.append(done)
        self._waiting.extend(received)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="receive")
        return done

    async def _flush(self) -> None:
        while self._waiting:
            batch, waiters = self._waiting, self._waiters
            self._waiting, self._waiters = [], _Waiters()
            try:
                for start in range(0, len(batch), FLUSH):
                    is_last = start + FLUSH >= len(batch)
                    await self._write(batch[start : start + FLUSH], waiters, is_last=is_last)
                waiters.answer()
            except Exception as error:  # any error goes to all who wait for this write
                self._on_failure()
                if waiters.is_answered:
                    log.exception("what follows on events that are stored has failed; they are read again")
                waiters.fail(error)
            finally:
                waiters.end()
                waiters.over.set()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being stored, and what follows on what was stored is done."""
        return self._flusher is None or self._flusher.done()

    async def quiet(self) -> None:
        """Wait until the write that is under way, if there is one, has ended."""
        async with self._writing:
            pass

    async def _write(self, batch: Sequence[Received], waiters: _Waiters, *, is_last: bool) -> None:
        """Make these durable; with the last of them all are."""
        self._taken = set()
        # what a lane knows is stored already: LINE has delivered it again
        fresh = {item.entry.id: item for item in batch if not self._lanes.knows(item.entry.id)}
        again = [item for item in batch if item.entry.id not in fresh]
        waiters.known.update(item.entry.id for item in again)
        may_carry = bool(fresh) and self._may_carry([*fresh.values()])
        self._lanes.expect(fresh)
        try:
            async with self._writing:
                await self._make_sure_of(again)
                if fresh:
                    await self._store(fresh, waiters, is_last=is_last, may_carry=may_carry)
        except BaseException:
            left = {one for one in fresh.keys() - self._taken if not self._lanes.is_decided(one)}
            if waiters.is_answered:  # nobody delivers them again, and later ones must not come before them
                self._read_again(left, fresh)
            else:
                self._lanes.forget(left)
            raise
        finally:
            self._lanes.stored(fresh)
        self._metrics.known.inc(by=len(batch) - len(fresh))

    def _may_carry(self, fresh: Sequence[Received]) -> bool:
        """Whether turns may carry these: they are new, few, and small enough to lie on a contact."""
        are_new = self._surely_new.are(fresh)  # whatever else holds: it looks at LINE's clock
        return are_new and len(fresh) <= FEW and sum(len(item.entry.raw) for item in fresh) <= CARRIED

    async def _make_sure_of(self, again: Sequence[Received]) -> None:
        """Return when these known events are durable: one that a lane has read may be on MongoDB's primary
        alone, which may lose it."""
        known = await self._inbox_commit.known([item.entry.id for item in again]) if again else set()
        for item in again:
            if item.entry.id not in known:
                await self._durability.stored(item.entry.contact, [item.entry.id])

    async def _store(
        self, fresh: dict[str, Received], waiters: _Waiters, *, is_last: bool, may_carry: bool
    ) -> None:
        """Store these events, and the turns that can be taken at once; have the others taken.

        Callers get their answer as soon as all is stored, unless an owner elsewhere has to be woken before.
        """
        items = fresh.values()
        leases = {item.entry.part: self._fences.fence(item.entry.part) for item in items}
        foreign = {item.entry.id for item in items if leases[item.entry.part] is None}
        clock = asyncio.get_running_loop().time
        until = clock() + STALE
        ahead = self._turns.ahead(items, leases, may_carry=may_carry)
        try:
            known, refused = await self._inbox_commit.store(
                [item.entry for item in items],
                foreign,
                [write for _, write in ahead],
                lambda: clock() <= until,
            )
            waiters.known.update(known)
            if is_last and all(self._is_ours(part, lease) for part, lease in leases.items()):
                waiters.answer()
                await _sent()
        except BaseException:
            self._turns.conclude(ahead, None)
            raise
        taken = self._turns.conclude(ahead, refused)
        self._metrics.events.inc(by=len(fresh) - len(known))
        self._metrics.known.inc(by=len(known))
        left = [item for item in items if item.entry.id not in taken]
        ours = {item.entry.id for item in left if self._is_ours(item.entry.part, leases[item.entry.part])}
        self._taken = taken | ours - known
        self._read_again(known, fresh)
        self._put([item for item in left if item.entry.id in self._taken], refused)
        # where a lease has ended another may have decided them: that is not for a lane
        others = [item.entry for item in left if item.entry.id not in ours]
        if others:
            await self._inbox_commit.wake_owners(others)
            self._read_again([entry.id for entry in others], fresh)

    def _put(self, items: Sequence[Received], refused: Set[str]) -> None:
        """Have these taken; `refused` are contacts whose turn was not written, or not surely."""
        self._lanes.put(items)
        for item in items:
            if item.entry.contact in refused:  # it may be written all the same: reading it shows
                self._lanes.reread(item.entry.contact, item.entry.part)

    def _read_again(self, ids: Collection[str], fresh: Mapping[str, Received]) -> None:
        """Have these read in the inbox, if they are ours: perhaps they were never handed on."""
        self._lanes.forget(ids)
        for entry in (fresh[key].entry for key in ids):
            if self._fences.knows(entry.part):
                self._lanes.reread(entry.contact, entry.part)

    def _give_up(self, waiters: _Waiters, seconds: float) -> None:
        waiters.give_up(seconds)
        self._on_late()

    def _is_ours(self, part: int, lease: int | None) -> bool:
        return lease is not None and self._fences.fence(part) == lease


async def _sent() -> None:
    """Return when what was answered is on its way: uvloop sends at the end of a round, and not before."""
    await asyncio.sleep(0)  # the callers wake, and answer
    await asyncio.sleep(0)
