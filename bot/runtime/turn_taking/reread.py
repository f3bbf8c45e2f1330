"""Reading a contact's open entries from the inbox, after whatever memory missed: a crash, another process."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model.event import Event
from bot.model.inbox import InboxEntry, Received
from bot.model.journal import TimelineRow
from bot.model.part import part_of
from bot.model.stored import Stored
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import InboxStore
from bot.runtime.turn_taking.lanes import Lane, Lanes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ENTRIES = 100
"""Entries read from the inbox for one contact at a time."""

SUSPECT = 3
"""Tries after which an entry is decided alone, for it may be the one that kills the process."""

HOPELESS = 10
"""Processes that began an entry and died, after which it is set aside."""


@dataclass(frozen=True, slots=True)
class InboxRead:
    """What lay in the inbox: the events to decide now, and which of `waiting` they, or nothing, answer."""

    items: list[Received]
    heard: tuple[str, ...]


class Rereader:
    """Rebuilds a lane from the inbox."""

    def __init__(
        self,
        inbox: InboxStore,
        lanes: Lanes,
        journal: JournalWriter,
        read_event: Callable[[InboxEntry], Event],
    ) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._journal = journal
        self._read_event = read_event

    async def read(self, lane: Lane, stored: Stored | None) -> InboxRead:
        """Put the contact's open entries, oldest first, in place of what the lane holds.

        `stored` is the contact, read before: whatever is still open now, and did not stand in its `open`,
        has not been decided by anybody.
        """
        lane.reread = False  # whoever asks for it from now on asks for another reading
        before = {item.entry.id for item in lane.items}
        decided = stored.open if stored is not None else frozenset()
        if stored is not None:
            lies = stored.lying
            missed = [one for one in stored.open if one in before or self._is_strange(one, one in lies)]
            self.recovered(stored, missed)
        entries = await self._inbox.open_of(lane.contact, lane.part, ENTRIES, decided)
        # also what came meanwhile: it may have been stored before entries of other processes
        held = {item.entry.id: item for item in lane.items}
        items: list[Received] = []
        strange: list[InboxEntry] = []
        for entry in entries:
            if entry.id in held:
                items.append(held[entry.id])
            elif not self._lanes.knows(entry.id):  # else it is being stored, and will be put in the lane
                event = await self._understood(entry)
                if event is not None:
                    strange.append(entry)
                    items.append(Received(entry, event))
        kept = await self._begun(items, strange)
        inside = {item.entry.id for item in kept}
        # what came into the lane while we read comes last; what was there and is not open any more is gone
        read = before.union(entry.id for entry in entries)
        late = [item for item in lane.items if item.entry.id not in held or item.entry.id not in read]
        self._lanes.forget((held.keys() & read) - inside - decided)
        self._lanes.remember(inside)
        lane.items.clear()
        lane.items.extend((*kept, *late))
        more = len(entries) >= ENTRIES or len(kept) < len(items)
        lane.reread = lane.reread or more
        waiting = stored.waiting if stored is not None else frozenset()
        return InboxRead(kept, tuple(event for event in waiting if not more or event in inside))

    def recovered(self, stored: Stored, events: Iterable[str]) -> None:
        """Events that were decided, and nobody has said so: their process died, or the answer was lost.

        To be called after `SaidBefore.keep`. A row of the timeline that is there already stays as it is.
        """
        contact, part, at = stored.contact.id, part_of(stored.contact.id), stored.contact.turned or EPOCH
        events = tuple(events)
        self._lanes.remember(events)
        self._lanes.decided(stored.lying & set(events))
        for event in events:
            if event in stored.closed:
                continue  # it stays there until whoever has the key starts
            counted, carried = stored.counted.get(event), stored.carried.get(event)
            row = TimelineRow(event, contact, part, at, "recovered", ("trace lost",), None, counted)
            self._journal.decided(contact, event, row, None, carried)

    def _is_strange(self, event: str, lies: bool) -> bool:
        """Whether nobody here has decided it. What `lies` on the contact may be being stored once more."""
        return not self._lanes.knows(event) or (lies and event in self._lanes.expected)

    async def _begun(self, items: list[Received], strange: list[InboxEntry]) -> list[Received]:
        """Count a try of the entries that another process left behind; a suspect is decided alone."""
        hopeless = {entry.id for entry in strange if entry.tries >= HOPELESS}
        for entry in strange:
            if entry.id in hopeless:
                why = f"{entry.tries} processes ended while they decided this event"
                await self._inbox.set_aside(entry.id, entry.part, why)
        items = [item for item in items if item.entry.id not in hopeless]
        if any(item.entry.tries >= SUSPECT for item in items):
            return items[:1]  # counted by whoever decides it, just before
        left = {item.entry.id for item in items}
        trying = [entry for entry in strange if entry.id in left]
        if trying:
            await self._inbox.begin(trying)
        return items

    async def _understood(self, entry: InboxEntry) -> Event | None:
        try:
            return self._read_event(entry)
        except ValueError:
            await self._inbox.set_aside(entry.id, entry.part, traceback.format_exc())
            return None
