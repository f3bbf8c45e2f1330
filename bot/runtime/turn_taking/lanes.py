"""The queues of this process: one lane per contact, in which its events wait in order, and which gives no
contact to two batches at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.model.inbox import Received

CROWDED = 20_000
"""Events held in memory; beyond it a lane only remembers that it has events in the inbox."""

TICKS = 32
"""Lanes in one batch that only have timers due, at most: a message that comes meanwhile waits for no more."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)
OVERDUE = 32
"""Lanes in one batch whose first event is too old for its reply token, at most, while others can still be
answered."""
BULK = 8
"""Lanes in one batch of bulk work, at most."""


@dataclass(slots=True)
class Lane:
    """What waits for one contact, of part `part` (`bot.model.processes`)."""

    contact: str
    part: int
    items: list[Received] = field(default_factory=list)  # as most stay empty, a deque's block is dear
    """Stored events that are not decided, oldest first."""
    reread: bool = False
    """Whether its open inbox entries must be read before its next turn."""
    tick: bool = False
    """Whether a timer is due."""
    busy: bool = False
    """Whether it is in a batch, or reserved for events that are being stored."""
    held: bool = False
    """Whether it waits for something outside, such as a profile or room for calls: until `Lanes.release`."""
    waited: bool = False
    """Whether some of `items` were left over at the end of its last batch."""
    resumed: bool = False
    """Whether it was held and goes on now, before others."""
    bulk: bool = False
    """Whether all that waits in the inbox is of bulk work, for which no person expects an answer."""


class Lanes:
    """All lanes of the parts that this process owns."""

    def __init__(self, on_known: Callable[[Collection[str]], None] = lambda events: None) -> None:
        """`on_known` gets the ids of events that are, or will be, in the database, as this process learns
        them."""
        self._on_known = on_known
        self._lanes: dict[str, Lane] = {}
        self._resumed: dict[str, Lane] = {}
        """Lanes that were held and are not any more: their events came before those of `_ready`."""
        self._ready: dict[str, Lane] = {}
        self._overdue: dict[str, Lane] = {}
        """Lanes whose first event is too old to be answered by its reply token."""
        self._bulk: dict[str, Lane] = {}
        self._due: dict[str, Lane] = {}
        self._queues = (self._resumed, self._ready, self._overdue, self._bulk, self._due)
        self._known: set[str] = set()
        self._expected: set[str] = set()
        self._decided: set[str] = set()
        """Those of the `_expected` events whose turn was found on the contact."""
        self._doubtful: set[str] = set()
        """Those of the `_expected` events that may be done already."""
        self._closed: set[int] = set()
        """Parts whose lanes get no turn just now."""
        self._wake = asyncio.Event()
        self._bulk_wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """How many events are held in memory, those that are decided but not marked done included."""
        return len(self._known)

    @property
    def ticks(self) -> int:
        """How many lanes only have a timer due."""
        return len(self._due)

    def is_rushed(self) -> bool:
        """Whether more lanes have only a timer due than one batch takes."""
        return self.ticks > TICKS

    @property
    def is_empty(self) -> bool:
        """Whether no contact waits for a turn, or is in one."""
        return not self._lanes

    def knows(self, event: str) -> bool:
        """Whether this event is in a lane, in a batch, or decided and not yet marked done."""
        return event in self._known

    def is_busy(self, contact: str) -> bool:
        """Whether this contact is in a batch, or its events are being stored together with its turn."""
        lane = self._lanes.get(contact)
        return lane is not None and lane.busy

    def expect(self, events: Iterable[str]) -> None:
        """These events are being stored: a reader of the inbox must leave them to `put`.

        `stored` ends it.
        """
        events = tuple(events)
        self._expected.update(events)
        self.remember(events)

    def stored(self, events: Iterable[str]) -> None:
        """These events are not being stored any more."""
        self._expected.difference_update(events)
        self._decided.intersection_update(self._expected)
        self._doubtful.intersection_update(self._expected)

    @property
    def expected(self) -> Set[str]:
        """The events that are being stored."""
        return self._expected

    def is_decided(self, event: str) -> bool:
        """Whether this event is being stored, and its turn was found on its contact meanwhile."""
        return event in self._decided

    def remember(self, events: Iterable[str]) -> None:
        """Count these events, which were read in the inbox or on a contact, as known, until `forget`."""
        events = tuple(events)
        self._known.update(events)
        self._on_known(events)
        self._count()

    def decided(self, events: Iterable[str]) -> None:
        """Record that these were found decided: those that are being stored need no turn any more."""
        self._decided.update(self._expected.intersection(events))

    def doubt(self, events: Iterable[str]) -> None:
        """Record that these may be done: for those that are being stored `put` has the inbox read."""
        self._doubtful.update(self._expected.intersection(events))

    def reserve(self, contact: str, part: int) -> Lane | None:
        """A busy lane for events that are not stored yet; `None` if the contact has a lane with work already.

        `give_back` ends it.
        """
        if contact in self._lanes or part in self._closed:
            return None
        lane = self._lanes[contact] = Lane(contact, part, busy=True)
        return lane

    def put(self, received: Iterable[Received]) -> None:
        """Add expected events that are now stored, behind what waits; not those that are decided."""
        for item in received:
            if item.entry.id in self._decided:
                continue
            lane = self._urgent(item.entry.contact, item.entry.part)
            if len(self._known) > CROWDED or item.entry.id in self._doubtful:
                self._known.discard(item.entry.id)
                lane.reread = True
            else:
                lane.items.append(item)
            self._stir(lane)

    def reread(self, contact: str, part: int, *, bulk: bool = False) -> None:
        """Have this contact's open entries read from the inbox before its next turn.

        `bulk`: they are of bulk work, so that turn comes after those of others, unless more comes.
        """
        is_new = contact not in self._lanes
        lane = self._lane(contact, part) if bulk else self._urgent(contact, part)
        lane.reread, lane.bulk = True, lane.bulk or (bulk and is_new)
        self._stir(lane)

    def tick(self, contact: str, part: int) -> None:
        """A timer of this contact is due."""
        lane = self._lane(contact, part)
        lane.tick = True
        self._stir(lane)

    def take(self, limit: int, answerable_since: datetime = LONG_AGO) -> list[Lane]:
        """Up to `limit` events' worth of lanes that want a turn; they are busy until `give_back`.

        Oldest first. Lanes whose first event came before `answerable_since` must not delay answers that can
        still be given: only `OVERDUE` of them go along, or more where there is room; and `TICKS` of the lanes
        that only have a timer due.
        """
        taken = [*self._first(self._resumed, limit, answerable_since)]
        taken += self._first(self._ready, limit - _events(taken), answerable_since)
        taken += _first(self._overdue, max(OVERDUE, limit - _events(taken)))
        taken += _first(self._due, TICKS)
        for lane in taken:
            lane.busy, lane.resumed = True, False
        if not (self._resumed or self._ready or self._overdue or self._due):
            self._wake.clear()
        return taken

    def take_bulk(self) -> list[Lane]:
        """Up to `BULK` lanes that only have events of bulk work; they are busy until `give_back`."""
        taken = _first(self._bulk, BULK)
        for lane in taken:
            lane.busy = True
        if not self._bulk:
            self._bulk_wake.clear()
        return taken

    def _first(self, queue: dict[str, Lane], limit: int, answerable_since: datetime) -> Iterator[Lane]:
        """Take up to `limit` events' worth out of a queue; lanes that are too late for an answer go to
        `_overdue`."""
        count = 0
        while queue and count < limit:
            lane = queue.pop(next(iter(queue)))
            if lane.items and lane.items[0].event.at < answerable_since:
                self._overdue[lane.contact] = lane
            else:
                count += max(1, len(lane.items))
                yield lane

    def give_back(self, lanes: Iterable[Lane]) -> None:
        """These lanes are not in a batch any more; what is left in them waits for its next turn."""
        for lane in lanes:
            lane.busy, lane.waited = False, bool(lane.items)
            self._line_up_or_end(lane)
        self._count()

    def hold(self, lane: Lane) -> None:
        """Give this lane no turn until `release`."""
        lane.held = True

    def release(self, contact: str) -> None:
        """End the wait of a held lane."""
        lane = self._lanes.get(contact)
        if lane is not None:
            lane.resumed = lane.resumed or lane.held
            lane.held = False
            self._stir(lane)

    def close(self, parts: Iterable[int]) -> None:
        """No lane of these parts gets a turn until `open`; used while a part changes hands."""
        self._closed.update(parts)
        for ready in self._queues:
            for contact in [c for c, lane in ready.items() if lane.part in self._closed]:
                del ready[contact]

    def open(self, parts: Iterable[int]) -> None:
        """The lanes of these parts get turns again."""
        self._closed.difference_update(parts)
        for lane in list(self._lanes.values()):
            self._stir(lane)

    def drop(self, owned: Callable[[int], bool]) -> list[tuple[str, str]]:
        """Forget what waits for parts that are not ours any more; contact and event id of each."""
        dropped: list[tuple[str, str]] = []
        for lane in [lane for lane in self._lanes.values() if not owned(lane.part)]:
            dropped += [(lane.contact, item.entry.id) for item in lane.items]
            lane.items.clear()
            lane.reread = lane.tick = lane.held = False
            self._stir(lane)
        self._known.difference_update(event for _, event in dropped)
        return dropped

    def forget(self, events: Iterable[str]) -> None:
        """These events are marked done in the inbox, or were not stored after all."""
        self._known.difference_update(events)
        self._count()

    async def wanted(self) -> None:
        """Wait until there may be something to `take`."""
        await self._wake.wait()

    async def bulk_wanted(self) -> None:
        """Wait until there may be something for `take_bulk`."""
        await self._bulk_wake.wait()

    def wake(self) -> None:
        """Wake the tasks that wait for a lane."""
        self._wake.set()
        self._bulk_wake.set()

    async def empty(self) -> None:
        """Wait until nothing is left to do: every event is decided and marked done."""
        await self._idle.wait()

    def _urgent(self, contact: str, part: int) -> Lane:
        """The lane of a contact, for work that must not wait behind bulk work."""
        lane = self._lane(contact, part)
        lane.bulk = False
        self._bulk.pop(contact, None)
        return lane

    def _lane(self, contact: str, part: int) -> Lane:
        lane = self._lanes.get(contact)
        if lane is None:
            lane = self._lanes[contact] = Lane(contact, part)
        return lane

    def _stir(self, lane: Lane) -> None:
        self._line_up_or_end(lane)
        self._count()

    def _line_up_or_end(self, lane: Lane) -> None:
        if lane.busy or lane.held:
            return
        if not (lane.items or lane.reread or lane.tick):
            self._lanes.pop(lane.contact, None)
            for queue in self._queues:
                queue.pop(lane.contact, None)
        elif lane.part not in self._closed:
            self._line_up(lane)

    def _line_up(self, lane: Lane) -> None:
        if lane.items or lane.reread:
            self._due.pop(lane.contact, None)
            if lane.contact in self._overdue:
                pass
            elif lane.bulk and not lane.resumed:
                self._bulk[lane.contact] = lane
                self._bulk_wake.set()
                return
            else:
                queue = self._resumed if lane.resumed else self._ready
                queue[lane.contact] = lane
        else:
            self._due[lane.contact] = lane
        self._wake.set()

    def _count(self) -> None:
        if self._known or self._lanes:
            self._idle.clear()
        else:
            self._idle.set()


def _first(ready: dict[str, Lane], limit: int) -> list[Lane]:
    """Take up to `limit` events' worth of these lanes out."""
    taken: list[Lane] = []
    count = 0
    while ready and count < limit:
        lane = ready.pop(next(iter(ready)))
        taken.append(lane)
        count += max(1, len(lane.items))
    return taken


def _events(lanes: Collection[Lane]) -> int:
    return sum(max(1, len(lane.items)) for lane in lanes)
