"""Reading what turns are decided on: who is not remembered, and what waits for whom nobody here knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from bot.model.contact import Contact
from bot.model.stored import Stored
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import ContactStore, Fences, InboxStore
from bot.runtime.turn_taking.deciding import Calls, PendingTurn
from bot.runtime.turn_taking.erased import LeftOfErased
from bot.runtime.turn_taking.lanes import Lane, Lanes
from bot.runtime.turn_taking.recent import CachedContact, ContactCache
from bot.runtime.turn_taking.reread import Rereader
from bot.runtime.turn_taking.said_before import SaidBefore
from bot.runtime.turn_taking.together import together

READ_TOGETHER = 16
"""Contacts whose open entries are asked for side by side: one after the other each waits for all before."""


class DraftReader:
    """Begins the turns of a batch of lanes. What others have left on a contact goes on from here, too."""

    def __init__(
        self,
        contacts: ContactStore,
        inbox: InboxStore,
        lanes: Lanes,
        calls: Calls,
        journal: JournalWriter,
        fences: Fences,
        rereader: Rereader,
        said_before: SaidBefore,
        has_due: Callable[[Contact], bool],
        newborn: Callable[[], int],
        on_passed: Callable[[str], None],
    ) -> None:
        """`has_due(contact)`: whether a timer of theirs is due; `newborn()` draws the seed of a birth.

        `on_passed(contact)` is told who has got the events of somebody who was merged into them.
        """
        self._contacts, self._inbox = contacts, inbox
        self._lanes = lanes
        self._calls = calls
        self._journal = journal
        self._fences = fences
        self._rereader, self._said_before = rereader, said_before
        self._erased = LeftOfErased(inbox, contacts, lanes)
        self._has_due, self._newborn, self._on_passed = has_due, newborn, on_passed
        self.recent = ContactCache()

    async def drafts(self, lanes: Sequence[Lane]) -> list[PendingTurn]:
        """One for each lane whose contact is ours, not merged away, and not of a part that went meanwhile.

        Raises `DatabaseUnavailable`.
        """
        drafts = await self._drafts(lanes)
        for draft in drafts:
            if not draft.before.revision:
                await self._erased.end(draft)
        return drafts

    async def _drafts(self, lanes: Sequence[Lane]) -> list[PendingTurn]:
        # who asks for another reading from now on waits for the next batch
        again = {lane.contact for lane in lanes if self._is_stale(lane)}
        for contact in again:
            self.recent.drop(contact)
        unknown = [lane.contact for lane in lanes if self.recent.get(lane.contact) is None]
        loaded = await self._contacts.load(unknown) if unknown else {}
        ours: list[tuple[Lane, Stored | None]] = []
        strange = [stored for stored in loaded.values() if stored.open]
        for start in range(0, len(strange), READ_TOGETHER):
            await together([self._said_before.keep(one) for one in strange[start : start + READ_TOGETHER]])
        for lane in lanes:
            stored = loaded.get(lane.contact)
            if stored is None or stored.to is None:
                ours.append((lane, stored))
            elif self._fences.knows(lane.part):
                await self._pass_on(lane, stored, stored.to)
        met = await self._met(ours, again)
        drafts: list[PendingTurn | None] = []
        for start in range(0, len(ours), READ_TOGETHER):
            some = ours[start : start + READ_TOGETHER]
            work = (self._draft(lane, stored, lane.contact in met) for lane, stored in some)
            if any(lane.contact in met for lane, _ in some):
                drafts += await together([*work])
            else:
                drafts += [await one for one in work]  # in memory
        return [draft for draft in drafts if draft is not None]

    def _is_stale(self, lane: Lane) -> bool:
        """Whether somebody else may have decided what this lane holds since it was put there.

        Also where a timer of theirs is due of which we know nothing: a former owner has written late.
        """
        known = self.recent.get(lane.contact)
        if known is None:
            return lane.reread or lane.waited
        return lane.reread or (lane.tick and not self._has_due(known.contact))

    async def _met(self, read: Sequence[tuple[Lane, Stored | None]], again: Set[str]) -> Set[str]:
        """Those of whom the inbox is asked, for more lies there, or what their lane holds is decided already.

        A turn may have carried it, of which nobody was told, and which was in no inbox when we stored it once
        more: it lies on the contact; or did, until the journal of another owner had it done, just now.
        """
        done: Set[str] = frozenset()
        others = [lane for lane, stored in read if self._is_anothers(lane, stored)]
        held = {item.entry.id for lane in others for item in lane.items}
        if others and (asked := held | self._lanes.expected):
            done = await self._inbox.known_done(asked)
            self._lanes.doubt(done)
        return again | {
            lane.contact
            for lane, stored in read
            if (stored is not None and (stored.waiting or stored.lying))
            or any(item.entry.id in done for item in lane.items)
        }

    def _is_anothers(self, lane: Lane, stored: Stored | None) -> bool:
        """Whether the last turn was taken under another lease."""
        return stored is not None and stored.fence != self._fences.fence(lane.part)

    async def _pass_on(self, lane: Lane, stored: Stored, to: str) -> None:
        """What comes for a contact that was merged away is decided by the owner of whom it is part of."""
        self._calls.put(lane.contact, stored.outgoing, recovered=True)
        found = await self._rereader.read(lane, stored)
        events = [item.entry.id for item in found.items]
        if await self._contacts.pass_on(lane.contact, events, found.heard):
            passed = set(events)
            for item in [item for item in lane.items if item.entry.id in passed]:
                lane.items.remove(item)
            self._lanes.forget(passed)
            lane.tick = False
            self._on_passed(to)
        else:
            lane.reread = True  # it is itself again

    async def _draft(self, lane: Lane, stored: Stored | None, is_met: bool) -> PendingTurn | None:
        """`is_met`: whether the inbox is asked what of the lane's is open still."""
        if not self._fences.knows(lane.part):
            return None  # the part went to another process while we read: what lies there is not ours
        if stored is not None:
            self._calls.put(lane.contact, stored.outgoing, recovered=True)
            self._calls.stopped(lane.contact, marketing=stored.contact.marketing)
        known = self.recent.get(lane.contact) or self._read(lane, stored)
        self.recent.put(known)
        if is_met:
            found = await self._rereader.read(lane, stored)
            return PendingTurn(lane, known, known.contact, found.items, reread=True, heard=found.heard)
        if stored is not None:  # no entry of this contact was left open: what it remembers is done
            done = [event for event in stored.open if not self._lanes.knows(event)]
            self._journal.stale(lane.contact, [event for event in done if event not in stored.counted])
            self._rereader.recovered(stored, [event for event in done if event in stored.counted])
        return PendingTurn(lane, known, known.contact, list(lane.items))

    def _read(self, lane: Lane, stored: Stored | None) -> CachedContact:
        """The contact as it was read; a stranger is born once, however long the first turn has to wait."""
        if stored is not None and stored.revision:
            return CachedContact(stored.contact, stored.revision)
        return CachedContact(Contact(lane.contact, seed=self._newborn()), 0)
