"""Taking turns: a batch of events, one read of what is not remembered, one write per contact."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import orjson

from bot.engine.decide import decide, due_timer
from bot.engine.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.decision import Decision, World
from bot.model.entry import InboxEntry, Outgoing, Received, Stored, TimelineRow, TraceRow, TurnWrite
from bot.model.event import Event, Other, OtherMessage, Source, TimerDue
from bot.runtime.journal import Journal
from bot.runtime.lanes import Lane, Lanes
from bot.runtime.metrics import Metrics
from bot.runtime.outgoing import outgoing
from bot.runtime.ports import ContactStore, InboxStore
from bot.runtime.recent import Known, Recent
from bot.store.unavailable import DatabaseUnavailable

BATCH = 500
"""Events in one batch, about."""

REREAD = 100
"""Entries read from the inbox for one contact at a time."""

OUTBOX_CALLS = 20
"""Calls that may lie on one contact; beyond it its turns wait, its inbox does not."""

SUSPECT = 3
"""Tries after which an entry is decided alone, for it may be the one that kills the process."""

HOPELESS = 10
"""Processes that began an entry and died, after which it is set aside."""

ATTEMPTS = 3
"""Times that an entry may raise an exception before it is set aside."""

SLICE = 64
"""Turns after which other work gets the processor, so that no webhook waits for a long batch."""


class Calls(Protocol):
    """Who makes the calls to LINE: `bot.runtime.send.Sender`."""

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool = False) -> None: ...
    def unsettled(self, contact: str) -> int: ...


class Fences(Protocol):
    """Who knows which parts are ours: `bot.runtime.ownership.Ownership`."""

    def fence(self, part: int) -> int | None: ...
    def check_soon(self) -> None: ...


class Profiles(Protocol):
    """Who knows people's names: `bot.runtime.profiles.Profiles`."""

    def wants(self, contact: Contact, received: Received) -> bool: ...
    def ask(self, lane: Lane, received: Received) -> None: ...
    def with_profile(self, received: Received) -> Event: ...


@dataclass(slots=True)
class _Turns:
    """What one batch does to one contact, while it is being decided."""

    lane: Lane
    before: Known | None
    contact: Contact
    heard: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    calls: list[Outgoing] = field(default_factory=list)
    rows: list[tuple[str, TimelineRow, TraceRow]] = field(default_factory=list)
    taken: int = 0
    reread: bool = False


class TurnTaker:
    """Takes the turns of all lanes, batch after batch."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        inbox: InboxStore,
        contacts: ContactStore,
        lanes: Lanes,
        calls: Calls,
        profiles: Profiles,
        journal: Journal,
        ownership: Fences,
        read_event: Callable[[InboxEntry], Event],
        newborn: Callable[[str], int],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`read_event` reads a stored entry; `newborn(contact id)` draws the seed of a person's birth."""
        self._playbook = playbook
        self._inbox = inbox
        self._contacts = contacts
        self._lanes = lanes
        self._calls = calls
        self._profiles = profiles
        self._journal = journal
        self._fence = ownership.fence
        self._contested = ownership.check_soon
        self._read_event = read_event
        self._newborn = newborn
        self._clock = clock
        self._metrics = metrics
        self._attempts: dict[str, int] = {}
        self.recent = Recent()
        self.on_timers: Callable[[Contact], None] = lambda contact: None
        self.between_batches = asyncio.Lock()
        self.world = World()

    async def run(self, recover: Callable[[], Awaitable[None]]) -> None:
        """Take turns for ever. `recover` returns when MongoDB, found to be away, is back."""
        while True:
            await self._lanes.wanted()
            try:
                async with self.between_batches:
                    await self._batch()
            except DatabaseUnavailable:
                await recover()

    async def _batch(self) -> None:
        batch = self._lanes.take(BATCH)
        lost = {lane.part for lane in batch if self._fence(lane.part) is None}
        self._lanes.close(lost)  # until the lease is renewed, or the lanes are dropped
        try:
            await self.take([lane for lane in batch if lane.part not in lost])
        except BaseException:
            for lane in batch:
                self.recent.drop(lane.contact)
                lane.reread = True  # what was written, if anything, is read before the next turn
            raise
        finally:
            self._lanes.give_back(batch)

    async def take(self, batch: list[Lane]) -> None:
        """Take the turns of these lanes. Raises `DatabaseUnavailable`; then nothing has been forgotten."""
        turns = await self._prepared(batch)
        for number, turn in enumerate(turns):
            if number % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            await self._decide(turn)
        written = [turn for turn in turns if turn.opened]
        if written:
            await self._write(written)
        for turn in turns:
            for _ in range(turn.taken):
                turn.lane.items.popleft()

    # -- reading

    async def _prepared(self, lanes: list[Lane]) -> list[_Turns]:
        for lane in lanes:
            if lane.reread:
                self.recent.drop(lane.contact)
        unknown = [lane.contact for lane in lanes if self.recent.get(lane.contact) is None]
        loaded = await self._contacts.load(unknown) if unknown else {}
        turns: list[_Turns] = []
        for lane in lanes:
            stored = loaded.get(lane.contact)
            if stored is not None:
                self._adopt(stored)
            lane.reread = lane.reread or bool(stored and stored.waiting)
            turn = self._turn(lane)
            if lane.reread:
                await self._read_inbox(turn, stored)
            if turn.lane.items or turn.lane.tick:
                turns.append(turn)
        return turns

    def _adopt(self, stored: Stored) -> None:
        """Take over what is stored: the contact, what it has to send, and ids that are done already."""
        contact = stored.contact
        if stored.revision:
            self.recent.put(Known(contact, stored.revision))
        self._calls.put(contact.id, stored.outgoing, recovered=True)
        stale = [event for event in stored.open if not self._lanes.knows(event)]
        if stale:
            self._journal.stale(contact.id, stale)

    def _turn(self, lane: Lane) -> _Turns:
        known = self.recent.get(lane.contact)
        if known is None:
            return _Turns(lane, None, Contact(lane.contact, seed=self._newborn(lane.contact)))
        return _Turns(lane, known, known.contact)

    async def _read_inbox(self, turn: _Turns, stored: Stored | None) -> None:
        """Put the contact's open entries before what memory holds.

        They are read after the contact: whatever is still open now, and did not stand in the contact's
        `open`, has not been decided by anybody.
        """
        lane = turn.lane
        entries = await self._inbox.open_of(lane.contact, lane.part, REREAD)
        decided = stored.open if stored is not None else frozenset()
        held = {item.entry.id: item for item in lane.items}
        items: list[Received] = []
        found: list[InboxEntry] = []
        for entry in entries:
            if entry.id in held:
                items.append(held.pop(entry.id))
            elif entry.id in decided:
                self._recovered(entry)
            elif not self._lanes.knows(entry.id):
                found.append(entry)
                items.append(Received(entry, self._read_event(entry)))
        items = await self._begun(items, found)
        self._lanes.expect(item.entry.id for item in items)
        self._lanes.forget(held)  # they lie in the inbox, if they are open at all
        lane.items.clear()
        lane.items.extend(items)
        lane.reread = len(entries) >= REREAD or len(items) < len(found)
        turn.reread = True
        waiting = stored.waiting if stored is not None else frozenset()
        inside = {item.entry.id for item in items}
        turn.heard = [event for event in waiting if not lane.reread or event in inside]

    def _recovered(self, entry: InboxEntry) -> None:
        """An entry that was decided by a process that died before it could say so."""
        row = TimelineRow(entry.id, entry.contact, entry.part, entry.at, "recovered", ("trace lost",))
        self._lanes.expect([entry.id])
        self._journal.decided(entry.contact, entry.id, row, None)

    async def _begun(self, items: list[Received], found: list[InboxEntry]) -> list[Received]:
        """Count a try of the entries that another process left behind; a suspect is decided alone."""
        for entry in found:
            if entry.tries >= HOPELESS:
                await self._set_aside(entry, f"{entry.tries} processes ended while they decided this event")
        aside = {entry.id for entry in found if entry.tries >= HOPELESS}
        items = [item for item in items if item.entry.id not in aside]
        if any(entry.tries >= SUSPECT for entry in found):
            items = items[:1]
        trying = [entry for entry in found if any(entry.id == item.entry.id for item in items)]
        if trying:
            await self._inbox.begin(trying)
        return items

    # -- deciding

    async def _decide(self, turn: _Turns) -> None:
        playbook = self._playbook()
        room = OUTBOX_CALLS - self._calls.unsettled(turn.lane.contact)
        now = self._clock.now()
        for received in list(turn.lane.items):
            if len(turn.calls) >= room:
                turn.lane.held = True  # the sender releases it when something is settled
                break
            if self._profiles.wants(turn.contact, received):
                self._profiles.ask(turn.lane, received)
                break
            await self._take_one(playbook, turn, received, now)
            turn.taken += 1
        if turn.lane.tick and not turn.lane.held:
            turn.lane.tick = False
            self._timers(playbook, turn, now)

    async def _take_one(self, playbook: Playbook, turn: _Turns, received: Received, now: datetime) -> None:
        event = self._profiles.with_profile(received)
        try:
            self._timers(playbook, turn, event.at)
            decision = decide(playbook, turn.contact, event, now, self.world)
            calls = outgoing(decision.actions, event, decision.contact, now)
        except Exception:
            await self._failed(turn, received, traceback.format_exc())
            return
        self._keep(playbook, turn, event, decision, calls)

    def _timers(self, playbook: Playbook, turn: _Turns, moment: datetime) -> None:
        while (due := due_timer(turn.contact, moment)) is not None:
            event = _timer_event(turn.contact, due)
            decision = decide(playbook, turn.contact, event, moment, self.world)
            calls = outgoing(decision.actions, event, decision.contact, moment)
            self._keep(playbook, turn, event, decision, calls)

    def _keep(
        self, playbook: Playbook, turn: _Turns, event: Event, decision: Decision, calls: list[Outgoing]
    ) -> None:
        turn.contact = decision.contact
        turn.opened.append(event.id)
        turn.calls += calls
        lane = turn.lane
        row = TimelineRow(event.id, lane.contact, lane.part, event.at, _name(event), _details(decision))
        trace = TraceRow(event.id, lane.contact, lane.part, event.at, playbook.version, _steps(decision))
        turn.rows.append((event.id, row, trace))

    async def _failed(self, turn: _Turns, received: Received, why: str) -> None:
        """An event that raised: tried again with its lane, then set aside; the lane's others go on."""
        key = received.entry.id
        attempts = self._attempts[key] = self._attempts.get(key, 0) + 1
        if attempts < ATTEMPTS:
            await self._take_one(self._playbook(), turn, received, self._clock.now())
            return
        del self._attempts[key]
        await self._set_aside(received.entry, why)
        self._lanes.forget([key])

    async def _set_aside(self, entry: InboxEntry, why: str) -> None:
        await self._inbox.set_aside(entry, why)
        self._metrics.set_aside.inc()

    # -- writing

    async def _write(self, turns: list[_Turns]) -> None:
        writes = [write for turn in turns if (write := self._turn_write(turn)) is not None]
        try:
            losers = await self._contacts.save(writes)
        except DatabaseUnavailable:
            raise
        except Exception:
            losers = await self._write_singly(turns, writes)
        mine = {write.after.id: write for write in writes}
        self._metrics.batches.inc()
        for turn in turns:
            contact = turn.lane.contact
            if contact in losers or contact not in mine:
                self._lose(turn)
            else:
                self._win(turn, mine[contact])

    def _turn_write(self, turn: _Turns) -> TurnWrite | None:
        lane = turn.lane
        fence = self._fence(lane.part)
        if fence is None:
            return None
        before = turn.before.contact if turn.before is not None else Contact(lane.contact)
        return TurnWrite(
            before=before,
            after=turn.contact,
            part=lane.part,
            base=turn.before.revision if turn.before is not None else 0,
            fence=fence,
            opened=tuple(turn.opened),
            outgoing=tuple(turn.calls),
            reread=turn.reread,
            heard=tuple(turn.heard),
            born=turn.before is None,
        )

    async def _write_singly(self, turns: list[_Turns], writes: list[TurnWrite]) -> set[str]:
        """One contact cannot be written, so all are written one by one, and its events set aside."""
        losers: set[str] = set()
        by_contact = {turn.lane.contact: turn for turn in turns}
        for write in writes:
            try:
                losers |= await self._contacts.save([write])
            except DatabaseUnavailable:
                raise
            except Exception:
                turn = by_contact[write.after.id]
                why = traceback.format_exc()
                for received in list(turn.lane.items)[: turn.taken]:
                    await self._set_aside(received.entry, why)
                self._lanes.forget(turn.opened)
                self.recent.drop(write.after.id)
                turn.opened.clear()
                turn.rows.clear()
                turn.calls.clear()
        return losers

    def _win(self, turn: _Turns, write: TurnWrite) -> None:
        lane = turn.lane
        if not turn.opened:
            return
        self.recent.put(Known(turn.contact, write.base + 1))
        self._metrics.turns.inc(len(turn.opened))
        for event, row, trace in turn.rows:
            self._journal.decided(lane.contact, event, row, trace)
        if turn.calls:
            self._calls.put(lane.contact, turn.calls)
        if turn.contact.timers:
            self.on_timers(turn.contact)

    def _lose(self, turn: _Turns) -> None:
        """Somebody was faster: the contact and its entries are read anew, and decided on what is there."""
        self._metrics.lost_races.inc()
        self._contested()
        self.recent.drop(turn.lane.contact)
        self._lanes.forget(set(turn.opened) - {item.entry.id for item in turn.lane.items})
        turn.taken = 0
        turn.lane.reread = True


def _timer_event(contact: Contact, due: TimerDue) -> Event:
    timer = due.timer
    identity = f"{contact.id}:timer:{timer.flow}:{timer.visit}:{timer.timer}:{timer.due.isoformat()}"
    user = contact.identity(timer.channel).user or ""
    return Event(identity, timer.channel, Source("user", user), timer.due, due)


def _name(event: Event) -> str:
    match event.what:
        case Other(type=kind):
            return f"event {kind}"[:60]
        case OtherMessage(type=kind):
            return f"message {kind}"[:60]
        case what:
            return type(what).__name__


def _details(decision: Decision) -> tuple[str, ...]:
    return tuple(f"{step.what}: {step.result}" for step in decision.trace)


def _steps(decision: Decision) -> bytes:
    return orjson.dumps(
        [(str(s.place) if s.place else None, s.what, s.result, s.because) for s in decision.trace]
    )
