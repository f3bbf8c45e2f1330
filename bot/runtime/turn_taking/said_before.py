"""What was said in turns that others have decided, and nobody has kept: their process died, or may have.

It is all there still: what came in lies in the inbox, or on the contact with what was answered, for neither
goes before the row is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import chain

from bot.model.conversation import SaidRow, Unsend
from bot.model.event import Event
from bot.model.inbox import InboxEntry
from bot.model.part import part_of
from bot.model.stored import Stored
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import InboxStore
from bot.runtime.turn_taking.lasting import Lasting
from bot.runtime.turn_taking.said import recovered_rows, turn_number, unsend_of


class SaidBefore:
    """Has the journal keep what was said; a row that is there already stays as it is."""

    def __init__(
        self,
        inbox: InboxStore,
        lasting: Lasting,
        journal: JournalWriter,
        read_event: Callable[[InboxEntry], Event],
        keeps: Callable[[], bool],
    ) -> None:
        """`keeps()`: whether conversations are kept at all; what was taken back is forgotten in any case."""
        self._inbox = inbox
        self._lasting = lasting
        self._journal = journal
        self._read_event = read_event
        self._keeps = keeps

    async def keep(self, stored: Stored) -> None:
        """Keep what was said in events that are decided and not done, but for those that our journal has.

        To be called before any call that lies on the contact is made, or any of these events counts as done:
        then it may leave it. That a lane knows an event says nothing: LINE may be bringing it once more.
        Raises `DatabaseUnavailable`, also where a failover has taken back what was read.
        """
        contact = stored.contact.id
        events = [event for event in stored.open if not self._journal.has(contact, event)]
        if not events:
            return
        carried = [event for event in events if event in stored.carried]
        if carried:  # else it would be in the inbox as done, and on no contact, when LINE brings it again
            await self._lasting.decided(contact, carried)
        elsewhere = [event for event in events if event not in stored.carried]
        found = await self._inbox.entries(elsewhere, part_of(contact)) if elsewhere else {}
        entries = {**found, **stored.carried}
        rows, unsent = list[SaidRow](), list[Unsend]()
        for number, name in enumerate(stored.open):  # behind all that was kept of the same moment
            if name in events:
                event = self._event(entries.get(name))
                rows += self._rows(stored, name, event, number)
                unsend = None if event is None else unsend_of(event, stored.contact.id)
                unsent += [] if unsend is None else [unsend]
        self._journal.said(rows, unsent, [stored.carried[event] for event in carried])

    def _rows(self, stored: Stored, name: str, event: Event | None, number: int) -> Collection[SaidRow]:
        calls = [call for call in stored.outgoing if call.event == name]
        known = (stored.contact.turned, None if event is None else event.at)
        at = next(chain(filter(None, known), (call.created for call in calls)), None)
        if at is None or not self._keeps():
            return ()
        return recovered_rows(name, event, calls, at, turn_number(stored.revision, number))

    def _event(self, entry: InboxEntry | None) -> Event | None:
        try:
            return None if entry is None else self._read_event(entry)
        except ValueError:  # it was decided by a later version
            return None
