"""Reading a contact's open entries from the inbox, after whatever memory missed: a crash, another process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model.event import Event
from bot.model.inbox import InboxEntry, Received
from bot.model.journal import TimelineRow
from bot.model.stored import Stored
from bot.runtime.journal import Journal
from bot.runtime.lanes import Lane, Lanes
from bot.runtime.ports import InboxStore

ENTRIES = 100
"""Entries read from the inbox for one contact at a time."""

SUSPECT = 3
"""Tries after which an entry is decided alone, for it may be the one that kills the process."""

HOPELESS = 10
"""Processes that began an entry and died, after which it is set aside."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lay in the inbox: the events to decide now, and which of `waiting` they, or nothing, answer."""

    items: list[Received]
    heard: tuple[str, ...]


class Rereader:
    """Rebuilds a lane from the inbox."""

    def __init__(
        self, inbox: InboxStore, lanes: Lanes, journal: Journal, read_event: Callable[[InboxEntry], Event]
    ) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._journal = journal
        self._read_event = read_event

    async def read(self, lane: Lane, stored: Stored | None) -> Found:
        """Put the contact's open entries, oldest first, in place of what the lane holds.

        `stored` is the contact, read before: whatever is still open now, and did not stand in its `open`,
        has not been decided by anybody.
        """
        lane.reread = False  # whoever asks for it from now on asks for another reading
        before = {item.entry.id for item in lane.items}
        entries = await self._inbox.open_of(lane.contact, lane.part, ENTRIES)
        # also what came meanwhile: it may have been stored before entries of other processes
        held = {item.entry.id: item for item in lane.items}
        decided = stored.open if stored is not None else frozenset()
        items: list[Received] = []
        strange: list[InboxEntry] = []
        for entry in entries:
            if entry.id in decided:
                self._recovered(entry)
            elif entry.id in held:
                items.append(held[entry.id])
            elif not self._lanes.knows(entry.id):  # else it is being stored, and will be put in the lane
                strange.append(entry)
                items.append(Received(entry, self._read_event(entry)))
        done = decided - {entry.id for entry in entries}
        self._journal.stale(lane.contact, [event for event in done if not self._lanes.knows(event)])
        kept = await self._begun(items, strange)
        inside = {item.entry.id for item in kept}
        # what came into the lane while we read comes last; what was there and is not open any more is gone
        read = before.union(entry.id for entry in entries)
        late = [item for item in lane.items if item.entry.id not in held or item.entry.id not in read]
        self._lanes.forget((held.keys() & read) - inside - decided)
        self._lanes.expect(inside)
        lane.items.clear()
        lane.items.extend((*kept, *late))
        more = len(entries) >= ENTRIES or len(kept) < len(items)
        lane.reread = lane.reread or more
        waiting = stored.waiting if stored is not None else frozenset()
        return Found(kept, tuple(event for event in waiting if not more or event in inside))

    def _recovered(self, entry: InboxEntry) -> None:
        """An entry that was decided by a process that died before it could say so."""
        row = TimelineRow(entry.id, entry.contact, entry.part, entry.at, "recovered", ("trace lost",))
        self._lanes.expect([entry.id])
        self._journal.decided(entry.contact, entry.id, row, None)

    async def _begun(self, items: list[Received], strange: list[InboxEntry]) -> list[Received]:
        """Count a try of the entries that another process left behind; a suspect is decided alone."""
        hopeless = {entry.id for entry in strange if entry.tries >= HOPELESS}
        for entry in strange:
            if entry.id in hopeless:
                why = f"{entry.tries} processes ended while they decided this event"
                await self._inbox.set_aside(entry.id, entry.part, why)
        items = [item for item in items if item.entry.id not in hopeless]
        if any(item.entry.tries >= SUSPECT for item in items):
            items = items[:1]
        kept = {item.entry.id for item in items}
        trying = [entry for entry in strange if entry.id in kept]
        if trying:
            await self._inbox.begin(trying)
        return items
