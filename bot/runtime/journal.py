"""Writes what turns and calls leave behind, many at once, half a second later: timeline, trace, transcripts,
"done" marks of inbox entries, settled calls, dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

from bot.model.clock import PatientClock
from bot.model.conversation import TranscriptRow, Unsend
from bot.model.inbox import InboxEntry
from bot.model.journal import CallEnd, TimelineRow, TraceRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.stored import Settled
from bot.runtime.pause import pause
from bot.runtime.ports import ContactStore, ConversationStore, InboxStore, JournalStore, UnsendStore
from bot.store.unavailable import DatabaseUnavailable

DELAY = 0.5
"""Seconds that a row waits for others, to be written with them."""

SOON = 0.05
"""Seconds that a row waits where staff watch the conversation."""

ENOUGH = 4_000
"""Number of rows that are written at once, without a wait."""

SETTLED_TOGETHER = 32
"""Calls that are reported as settled in one step: webhooks are answered in between."""


@dataclass(slots=True)
class _Rows:
    """What is to be written next."""

    timeline: list[TimelineRow] = field(default_factory=list)
    trace: list[TraceRow] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    transcripts: list[TranscriptRow] = field(default_factory=list)
    unsent: list[Unsend] = field(default_factory=list)
    """Messages that people have unsent."""
    cut: list[InboxEntry] = field(default_factory=list)
    """Entries in the shortened form that replaces them."""
    carried: dict[str, InboxEntry] = field(default_factory=dict)
    """Entries, by event, that are on the contact and not in the inbox yet."""
    events: dict[str, list[str]] = field(default_factory=dict)
    """Ids of decided events, by contact: marked done, then removed from the contact."""
    calls: dict[str, list[str]] = field(default_factory=dict)
    """Ids of settled calls, by contact: removed from it."""
    count: int = 0
    open: dict[str, TimelineRow] = field(default_factory=dict)
    """Rows, by event, that can still take the end of their calls: they are not in the database yet."""
    ends: list[tuple[str, int, CallEnd]] = field(default_factory=list)
    """For rows that may be in the database: the event, the call's number, its end."""
    results: list[tuple[str, int, TimelineRow]] = field(default_factory=list)
    """Results of journeys' pushes: the event, the call's number, and a timeline row for it."""


@dataclass(eq=False, repr=False)
class JournalWriter:
    """Collects rows and writes them in an order in which a crash at any point loses nothing.

    Rows first, then the inbox entries' "done", and only then are ids removed from the contact: an entry that
    is not done is read again after a crash, and its id on the contact shows that it was decided. The same
    holds for an entry that its turn has carried, and that is on the contact until it is in the inbox.
    """

    _store: JournalStore
    _conversations: ConversationStore
    _unsender: UnsendStore
    _inbox: InboxStore
    _contacts: ContactStore
    _clock: PatientClock
    _rows: _Rows = field(init=False, default_factory=_Rows)
    _written: _Rows = field(init=False, default_factory=_Rows)
    """The rows that are being written just now."""
    is_behind: bool = field(init=False, default=False)
    """Whether the last write has failed: ids and calls on contacts add up meanwhile."""
    _work: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _full: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _is_looked_at: bool = field(init=False, default=False)
    _flushing: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    on_failure: Callable[[], None] = field(init=False, default_factory=lambda: lambda: None)
    """Called when a write has failed."""
    on_done: Callable[[Iterable[str]], None] = field(init=False, default_factory=lambda: lambda events: None)
    """Called with the ids of events that are marked done."""
    on_settled: Callable[[Iterable[str]], None] = field(
        init=False, default_factory=lambda: lambda calls: None
    )
    """Called with the ids of calls that are off their contacts, `SETTLED_TOGETHER` at a time."""
    on_all_settled: Callable[[Iterable[str]], None] = field(
        init=False, default_factory=lambda: lambda calls: None
    )
    """Called once with all settled calls, before `on_settled` gets a few at a time: a part may be lost in
    between."""

    def decided(
        self,
        contact: str,
        event: str,
        timeline: TimelineRow,
        trace: TraceRow | None,
        carried: InboxEntry | None = None,
    ) -> None:
        """Record that an event's turn is written; `carried`: the entry that the turn has put on the contact,
        which goes into the inbox now."""
        self._rows.timeline.append(timeline)
        if carried is not None:
            self._rows.carried[event] = carried
        if timeline.calls:
            self._rows.open[event] = timeline
        if trace is not None:
            self._rows.trace.append(trace)
        self._rows.events.setdefault(contact, []).append(event)
        self._added()

    def cut(self, entries: Iterable[InboxEntry]) -> None:
        """Store these shortened entries in place of what came in; before `decided` of their events."""
        self._rows.cut += entries

    def has(self, contact: str, event: str) -> bool:
        """Whether this event's turn is recorded here, and not marked as done yet."""
        return any(event in rows.events.get(contact, ()) for rows in (self._rows, self._written))

    def record_transcripts(
        self, rows: Sequence[TranscriptRow], unsent: Sequence[Unsend], carried: Iterable[InboxEntry] = ()
    ) -> None:
        """Transcripts of turns, and unsent messages: called before `decided`, or `stale`, of their events.

        With the entries that these turns have `carried`, among which unsent messages are looked for.
        """
        self._rows.transcripts += rows
        self._rows.unsent += unsent
        self._rows.carried |= {entry.id: entry for entry in carried}

    def noted(self, row: TimelineRow) -> None:
        """Add another row to a person's timeline; it is written before the end of any call reported later."""
        self._rows.timeline.append(row)
        self._added()

    def stale(self, contact: str, events: Sequence[str]) -> None:
        """Have these ids, whose inbox entries are done already, removed from the contact."""
        if not events:
            return
        self._rows.events.setdefault(contact, []).extend(events)
        self._added()

    def ended(self, call: Outgoing, end: CallEnd) -> None:
        """The end of this call, for the row of its event; called before `sent` or `dead`, and written before.

        Most calls end before their row is written, and then it costs no write.
        """
        row = self._rows.open.get(call.event)
        if row is not None:
            row.ends[call.number] = end
        else:
            self._rows.ends.append((call.event, call.number, end))

    def result(self, call: Outgoing, result: TimelineRow) -> None:
        """The result of a journey's push, to be counted; called before `sent` or `dead`, and written before.

        Most are put into the row of their event: one row less to write and to count. A process that makes the
        call again after a crash finds it there.
        """
        row = self._rows.open.get(call.event)
        if row is not None and _joined(row, call.number, result):
            return
        self._rows.results.append((call.event, call.number, result))
        self._added()

    def sent(self, contact: str, call: str) -> None:
        """Have a finished call removed from its contact."""
        self._rows.calls.setdefault(contact, []).append(call)
        self._added()

    def dead(self, letter: DeadLetter) -> None:
        """Write the dead letter of a call, and have the call removed from its contact."""
        self.letter(letter)
        self.sent(letter.contact, letter.outgoing.id)

    def letter(self, letter: DeadLetter) -> None:
        """Write the dead letter of a call that the caller itself removes from its contact."""
        self._rows.dead.append(letter)
        self._added()

    def hurry(self) -> None:
        """Write what is collected within `SOON` seconds: staff watch one of these conversations."""
        self._is_looked_at = True
        self._full.set()

    def _added(self) -> None:
        self._rows.count += 1
        self._work.set()
        if self._rows.count >= ENOUGH:
            self._full.set()

    async def run(self) -> None:
        """Write what has been collected, for ever; what could not be written is tried again."""
        while True:
            await self._work.wait()
            await pause(self._clock, DELAY, self._full)
            if self._is_looked_at:
                await self._clock.wait(SOON)
            try:
                await self.flush()
            except DatabaseUnavailable:
                self.on_failure()
                await self._clock.wait(0.5)
                self._full.set()  # the rows have waited long enough

    async def flush(self) -> None:
        """Write all that has been collected. Raises `DatabaseUnavailable`, and then keeps all rows."""
        async with self._flushing:
            await self._flush()

    async def _flush(self) -> None:
        rows, self._rows = self._rows, _Rows()
        self._written = rows
        self._work.clear()
        self._full.clear()
        self._is_looked_at = False
        try:
            events = await self._write(rows)
        except BaseException:
            self.is_behind = True
            self._take_back(rows)
            self._written = _Rows()
            raise
        self.is_behind = False
        await self._on_written(rows, events)

    async def _write(self, rows: _Rows) -> Sequence[str]:
        """Write all rows; returns the events that are done."""
        # one after the other: nobody waits for them, while threads side by side fight for the interpreter
        if rows.timeline:
            await self._store.timeline(rows.timeline)
        if rows.results:  # the rows of their events are in the database now
            await self._store.results(rows.results)
        if rows.trace:
            await self._store.trace(rows.trace)
        if rows.dead:
            await self._store.dead(rows.dead)
        if rows.transcripts:
            await self._conversations.add(rows.transcripts)
        came_done: Set[str] = frozenset()
        if rows.carried:
            came_done = rows.carried.keys() - await self._inbox.keep([*rows.carried.values()])
        if rows.cut:
            await self._inbox.cut(rows.cut)
        for unsend in rows.unsent:  # earlier transcripts are in the database now
            await self._unsender.forget(unsend)
        if rows.ends:
            await self._store.ends(rows.ends)
        events = [event for several in rows.events.values() for event in several]
        if stored := [event for event in events if event not in came_done]:
            await self._inbox.done(stored, {part_of(contact) for contact in rows.events})
        contacts = rows.events.keys() | rows.calls.keys()
        if contacts:
            marked = {row.id for row in rows.timeline if row.counted is not None}
            await self._contacts.settle([_settled(contact, rows, marked) for contact in contacts])
        return events

    async def _on_written(self, rows: _Rows, events: Sequence[str]) -> None:
        """Report what was written. Each settled call may let a turn go on, and there may be thousands."""
        self._written = _Rows()
        self.on_done(events)
        settled = [call for several in rows.calls.values() for call in several]
        self.on_all_settled(settled)
        calls = iter(settled)
        try:
            while some := tuple(islice(calls, SETTLED_TOGETHER)):
                self.on_settled(some)
                await asyncio.sleep(0)
        finally:  # also where it is stopped
            self.on_settled(calls)

    def _take_back(self, rows: _Rows) -> None:
        newer, self._rows = self._rows, rows
        rows.timeline += newer.timeline
        rows.trace += newer.trace
        rows.dead += newer.dead
        rows.transcripts += newer.transcripts
        rows.unsent += newer.unsent
        rows.cut += newer.cut
        rows.carried |= newer.carried
        for ours, theirs in ((rows.events, newer.events), (rows.calls, newer.calls)):
            for contact, several in theirs.items():
                ours.setdefault(contact, []).extend(several)
        rows.ends += newer.ends
        rows.results += newer.results
        rows.open = newer.open  # those before may have been written
        rows.count += newer.count
        self._work.set()


def _joined(row: TimelineRow, call: int, result: TimelineRow) -> bool:
    """Count a result with the row of its event; `False` where that is counted on another day."""
    ours, theirs = row.counted, result.counted
    if ours is None or theirs is None or ours.day != theirs.day:
        return False
    row.counted = ours._replace(marks=ours.marks + theirs.marks)
    row.results.append(call)
    return True


def _settled(contact: str, rows: _Rows, marked: Set[str]) -> Settled:
    events, carried = tuple(rows.events.get(contact, ())), rows.carried
    return Settled(
        contact,
        part_of(contact),
        events,
        tuple(rows.calls.get(contact, ())),
        tuple(event for event in events if event in marked) if marked else (),
        tuple(event for event in events if event in carried) if carried else (),
    )
