"""Finds stored events and calls that are not done and not in memory: of another process, or after a lost
answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.clock import PatientClock
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.runtime.cluster.ownership import Ownership
from bot.runtime.ports import ContactStore, InboxStore
from bot.runtime.sending.send import Sender
from bot.runtime.turn_taking.draft_reading import READ_TOGETHER, Rereader, together
from bot.runtime.turn_taking.lanes import Lanes
from bot.runtime.turn_taking.transcript import RecoveredTranscripts
from bot.store.unavailable import DatabaseUnavailable

BACKSTOP = 10.0
"""Seconds between two looks for events and calls that are in the database and in no memory."""

STRANDED = timedelta(seconds=30)
"""Age from which such an event or call counts as stranded."""

STRANDED_AT_A_TIME = 100
"""Contacts with such calls that are read in one go."""

AGAIN = 1.0
"""Seconds before the change stream is opened again."""


@dataclass(eq=False, repr=False)
class Recovery:
    """Has the lanes read such events, and the sender make such calls.

    `suspect_store()` is called when the database does not answer.
    """

    _inbox: InboxStore
    _contacts: ContactStore
    _lanes: Lanes
    _sender: Sender
    _recovered_transcripts: RecoveredTranscripts
    _rereader: Rereader
    _ownership: Ownership
    _clock: PatientClock
    _suspect_store: Callable[[], None]

    async def read(self, parts: Sequence[int]) -> tuple[int, int]:
        """What the last owner of these parts has left: people with events, and calls to be made.

        Raises `DatabaseUnavailable`.
        """
        undecided = await self._reread(parts, None)
        # first: what becomes of a call that is made again is looked for in the row of its event
        async for stored in self._transcribed(self._contacts.uncounted(parts)):
            self._rereader.recovered(stored, stored.counted)
        unsent = 0
        async for stored in self._transcribed(self._contacts.unsent(parts)):
            self._send(stored)
            unsent += len(stored.outgoing)
        return undecided, unsent

    async def _transcribed(self, found: AsyncIterator[Stored]) -> AsyncIterator[Stored]:
        """These, once their transcripts are stored: some at a time, for each may wait for MongoDB."""
        some = list[Stored]()
        async for stored in found:
            some.append(stored)
            if len(some) == READ_TOGETHER:
                await together([self._recovered_transcripts.keep(one) for one in some])
                for one in some:
                    yield one
                some.clear()
        if some:
            await together([self._recovered_transcripts.keep(one) for one in some])
        for one in some:
            yield one

    def reread(self, contact: str, *, bulk: bool = False) -> None:
        """Events were put into the inbox for this contact, or it was changed: at once, if it is ours.

        `bulk`: they are of bulk work.
        """
        part = part_of(contact)
        if self._ownership.knows(part):
            self._lanes.reread(contact, part, bulk=bulk)

    async def reread_open(self) -> None:
        """Have the lanes read all stored events of our parts that are not done. Raises
        `DatabaseUnavailable`."""
        await self._reread(self._ownership.parts, None)

    async def listen(self) -> None:
        """Follow the change stream of events that other processes store for our parts, for ever."""
        while True:
            try:
                async for stored in self._inbox.foreign():
                    if stored is None:  # the stream begins: what was stored before it is found otherwise
                        await self.reread_open()
                    else:
                        self.reread(stored[0], bulk=stored[1])
            except DatabaseUnavailable:
                pass  # the backstop finds what is stored meanwhile
            await self._clock.wait(AGAIN)

    async def look_for_stranded(self) -> None:
        """Find stored events that were never handed on."""
        while True:
            await self._clock.wait(BACKSTOP)
            before = self._clock.now() - STRANDED
            parts = self._ownership.parts
            try:
                await self._reread(parts, before)
                await self._send_stranded(parts, before)
            except DatabaseUnavailable:
                self._suspect_store()

    async def _reread(self, parts: Sequence[int], before: datetime | None) -> int:
        contacts = await self._inbox.open_contacts(parts, before)
        for contact, events in (await self._contacts.carrying(parts, before)).items():
            if not all(map(self._lanes.knows, events)):
                contacts[contact] = False
        for contact, bulk in contacts.items():
            self._lanes.reread(contact, part_of(contact), bulk=bulk)
        return len(contacts)

    async def _send_stranded(self, parts: Sequence[int], before: datetime) -> None:
        """What is known to wait is not read: there may be thousands of calls to a slow system."""
        found = list[str]()
        async for contact, calls in self._contacts.unsent_before(parts, before):
            if not self._sender.lines.knows(calls):
                found.append(contact)
        for first in range(0, len(found), STRANDED_AT_A_TIME):
            some = await self._contacts.load(found[first : first + STRANDED_AT_A_TIME])
            for contact, stored in some.items():
                if self._lanes.is_busy(contact):
                    continue  # what was read may be of the turn that we are writing: at the next look
                await self._recovered_transcripts.keep(stored)
                if self._ownership.knows(part_of(contact)):  # not gone while we read
                    self._send(stored)

    def _send(self, stored: Stored) -> None:
        contact = stored.contact.id
        self._sender.put(contact, stored.outgoing, recovered=True)
        self._sender.stopped(contact, marketing=stored.contact.marketing)
