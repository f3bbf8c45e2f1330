"""Reads what turns are decided on: contacts (new ones get a seed), and their inbox entries after a gap."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any, TypeVar

from bot.engine.conditions.people import SEEDS
from bot.model.contact import Contact
from bot.model.erasure import CLOCKS_APART
from bot.model.event import Event, Unfollow, is_of_known_contact
from bot.model.inbox import InboxEntry, Received
from bot.model.journal import RECOVERED, TimelineRow
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.runtime.journal import JournalWriter
from bot.runtime.metrics import Metrics
from bot.runtime.ports import ContactStore, ErasureStore, Fences, InboxStore
from bot.runtime.turn_taking.contact_cache import CachedContact, ContactCache
from bot.runtime.turn_taking.deciding import Calls, PendingTurn
from bot.runtime.turn_taking.lanes import Lane, Lanes
from bot.runtime.turn_taking.transcript import RecoveredTranscripts


def newborn_seed() -> int:
    """A seed from the system's random source: people can neither guess nor choose theirs."""
    return SystemRandom().randrange(SEEDS)


class ErasedContactEvents:
    """Drops events that must not create a contact: of kinds that only a known contact has
    (`is_of_known_contact`), and those from before the person was erased, however late they come."""

    def __init__(self, services: TurnServices) -> None:
        self._inbox, self._contacts = services.inbox, services.contacts
        self._erasures, self._lanes = services.erasures, services.lanes
        self._metrics = services.metrics

    async def drop_from(self, drafts: Sequence[PendingTurn]) -> None:
        """Remove such events from these drafts, whose contacts are not stored, and from the inbox.

        Raises `DatabaseUnavailable`.
        """
        if not drafts:
            return
        gone = await self._erasures.gone([draft.lane.contact for draft in drafts])
        for draft in drafts:
            stays = _for_strangers(draft.items, gone.get(draft.lane.contact))
            if len(stays) < len(draft.items):
                await self._drop(draft, {item.entry.id for item in stays})

    async def _drop(self, draft: PendingTurn, but: Set[str]) -> None:
        over = [item.entry for item in draft.items if item.entry.id not in but]
        ids = [entry.id for entry in over]
        await self._inbox.drop(over)
        await self._contacts.delete_if_empty(draft.lane.contact, ids)
        self._lanes.forget(ids)
        for items in (draft.items, draft.lane.items):
            items[:] = [item for item in items if item.entry.id not in ids]
        self._metrics.erased.inc(by=len(over))


def _for_strangers(items: Sequence[Received], gone: datetime | None) -> Sequence[Received]:
    """Those of a stranger's events that are decided: from the first that makes a contact on, without those of
    the person who was erased at `gone` (`None`: not erased)."""
    left = items if gone is None else [item for item in items if not _is_of_erased(item.event, gone)]
    known = (is_of_known_contact(item.event.what) for item in left)
    return left[next((number for number, is_known in enumerate(known) if not is_known), len(left)) :]


def _is_of_erased(event: Event, gone: datetime) -> bool:
    """Whether an event is from before the erasure at `gone`, by LINE's clock or ours (which may differ by
    `CLOCKS_APART`); or says that the person has blocked us, which creates no contact either."""
    until = gone + CLOCKS_APART
    by_line = 0 < event.sent < until.timestamp() * 1000
    return by_line or event.at < until or isinstance(event.what, Unfollow)


T = TypeVar("T")


async def together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Run coroutines side by side: their results, in this order. Raises the first error, once all have ended.

    Cancelling it cancels all of them, and waits until they have ended.
    """
    ended = await asyncio.gather(*work, return_exceptions=True)
    results = list[T]()
    for one in ended:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a recovered row where the contact has none of its last turn."""

ENTRIES = 100
"""Entries read from the inbox for one contact at a time."""

SUSPECT = 3
"""Processes that began an entry and died, after which it is decided alone: it may have killed them."""

HOPELESS = 10
"""Processes that began an entry and died, after which it is set aside, and never decided."""


@dataclass(frozen=True, slots=True)
class InboxBatch:
    """Open entries of an inbox: the events to decide now, and the ids in `waiting` that are answered with
    them."""

    items: list[Received]
    answered: tuple[str, ...]


@dataclass(eq=False, repr=False)
class Rereader:
    """Rebuilds a lane from the inbox."""

    _inbox: InboxStore
    _lanes: Lanes
    _journal: JournalWriter
    _read_event: Callable[[InboxEntry], Event]

    async def read(self, lane: Lane, stored: Stored | None) -> InboxBatch:
        """Replace what the lane holds by the contact's open inbox entries, oldest first.

        `stored` is the contact as read before (`None`: not stored): entries that are still open now, and were
        not in its `open`, have not been decided. Raises `DatabaseUnavailable`.
        """
        lane.reread = False  # a request from now on is for another reading
        before = {item.entry.id for item in lane.items}
        decided = stored.open if stored is not None else frozenset()
        if stored is not None:
            lying = stored.lying
            missed = [one for one in stored.open if one in before or self._is_strange(one, one in lying)]
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
                event = await self._parsed(entry)
                if event is not None:
                    strange.append(entry)
                    items.append(Received(entry, event))
        begun = await self._begun(items, strange)
        inside = {item.entry.id for item in begun}
        # what came into the lane while we read comes last; what was there and is not open any more is gone
        read = before.union(entry.id for entry in entries)
        late = [item for item in lane.items if item.entry.id not in held or item.entry.id not in read]
        self._lanes.forget((held.keys() & read) - inside - decided)
        self._lanes.remember(inside)
        lane.items.clear()
        lane.items.extend((*begun, *late))
        more = len(entries) >= ENTRIES or len(begun) < len(items)
        lane.reread = lane.reread or more
        waiting = stored.waiting if stored is not None else frozenset()
        answered = {event for event in waiting if not more or event in inside}
        # also what others have stored since the contact was read: else it waits on, though it is decided
        answered |= {entry.id for entry in strange} & inside
        return InboxBatch(begun, tuple(answered))

    def recovered(self, stored: Stored, events: Iterable[str]) -> None:
        """Record decided events that have no row: their process died, or the answer was lost.

        To be called after `RecoveredTranscripts.keep`. A row that is in the timeline already stays as it is.
        """
        contact, part, at = stored.contact.id, part_of(stored.contact.id), stored.contact.turned or EPOCH
        events = tuple(events)
        self._lanes.remember(events)
        self._lanes.decided(stored.lying & set(events))
        for event in events:
            if event in stored.closed:
                continue  # it stays there until a process with the key starts
            counted, carried = stored.counted.get(event), stored.carried.get(event)
            row = TimelineRow(event, contact, part, at, RECOVERED, ("trace lost",), None, counted)
            self._journal.decided(contact, event, row, None, carried)

    def _is_strange(self, event: str, lying: bool) -> bool:
        """Whether another process has decided this event. One whose entry is on the contact (`lying`) may be
        in the middle of being stored here once more."""
        return not self._lanes.knows(event) or (lying and event in self._lanes.expected)

    async def _begun(self, items: list[Received], strange: list[InboxEntry]) -> list[Received]:
        """The entries to decide now: only the first, where one is suspect. Counts a try of each that another
        process left (`strange`), and sets aside the hopeless ones."""
        hopeless = {entry.id for entry in strange if entry.tries >= HOPELESS}
        for entry in strange:
            if entry.id in hopeless:
                why = f"{entry.tries} processes ended while they decided this event"
                await self._inbox.set_aside(entry.id, entry.part, why)
        items = [item for item in items if item.entry.id not in hopeless]
        if any(item.entry.tries >= SUSPECT for item in items):
            return items[:1]  # its try is counted just before it is decided
        left = {item.entry.id for item in items}
        trying = [entry for entry in strange if entry.id in left]
        if trying:
            await self._inbox.begin(trying)
        return items

    async def _parsed(self, entry: InboxEntry) -> Event | None:
        """The event of an entry; `None`: it cannot be parsed, and is set aside."""
        try:
            return self._read_event(entry)
        except ValueError:
            await self._inbox.set_aside(entry.id, entry.part, traceback.format_exc())
            return None


READ_TOGETHER = 16
"""Contacts whose open entries are read side by side: one by one each would wait for all before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnServices:
    """What each step of a turn uses, from the storing of its event on: stores, lanes, leases (`fences`), the
    journal and metrics."""

    contacts: ContactStore
    inbox: InboxStore
    erasures: ErasureStore
    lanes: Lanes
    fences: Fences
    journal: JournalWriter
    metrics: Metrics


class DraftReader:
    """Begins the turns of a batch of lanes: reads their contacts and makes a draft of each. Unsent calls that
    another process left on a contact are given to the sender here, too."""

    def __init__(
        self,
        services: TurnServices,
        calls: Calls,
        rereader: Rereader,
        recovered_transcripts: RecoveredTranscripts,
        *,
        has_due: Callable[[Contact], bool],
        on_passed: Callable[[str], None],
    ) -> None:
        """`has_due(contact)`: whether a timer of the contact is due.

        `on_passed(id)` gets the contact to which events were passed of another that was merged into it.
        """
        self._contacts, self._inbox = services.contacts, services.inbox
        self._lanes = services.lanes
        self._calls = calls
        self._journal = services.journal
        self._fences = services.fences
        self._rereader, self._recovered_transcripts = rereader, recovered_transcripts
        self._erased = ErasedContactEvents(services)
        self._has_due, self._on_passed = has_due, on_passed
        self.recent = ContactCache()

    async def drafts(self, lanes: Sequence[Lane]) -> list[PendingTurn]:
        """A draft for each lane whose contact is not merged away, and whose part is still this process's.

        Raises `DatabaseUnavailable`.
        """
        drafts = await self._drafts(lanes)
        await self._erased.drop_from([draft for draft in drafts if not draft.before.revision])
        return drafts

    async def _drafts(self, lanes: Sequence[Lane]) -> list[PendingTurn]:
        # a request for another reading from now on waits for the next batch
        again = {lane.contact for lane in lanes if self._is_stale(lane)}
        for contact in again:
            self.recent.drop(contact)
        unknown = [lane.contact for lane in lanes if self.recent.get(lane.contact) is None]
        loaded = await self._contacts.load(unknown) if unknown else {}
        ours: list[tuple[Lane, Stored | None]] = []
        strange = [stored for stored in loaded.values() if stored.open]
        for start in range(0, len(strange), READ_TOGETHER):
            await together(
                [self._recovered_transcripts.keep(one) for one in strange[start : start + READ_TOGETHER]]
            )
        for lane in lanes:
            stored = loaded.get(lane.contact)
            if stored is None or stored.to is None:
                ours.append((lane, stored))
            elif self._fences.knows(lane.part):
                await self._pass_on(lane, stored, stored.to)
        to_reread = await self._to_reread(ours, again)
        drafts: list[PendingTurn | None] = []
        for start in range(0, len(ours), READ_TOGETHER):
            some = ours[start : start + READ_TOGETHER]
            work = (self._draft(lane, stored, lane.contact in to_reread) for lane, stored in some)
            if any(lane.contact in to_reread for lane, _ in some):
                drafts += await together([*work])
            else:
                drafts += [await one for one in work]  # in memory
        return [draft for draft in drafts if draft is not None]

    def _is_stale(self, lane: Lane) -> bool:
        """Whether another process may have decided this lane's events since they were put there.

        Also where a due timer is not in our cache: a former owner has written late.
        """
        known = self.recent.get(lane.contact)
        if known is None:
            return lane.reread or lane.waited
        return lane.reread or (lane.tick and not self._has_due(known.contact))

    async def _to_reread(self, read: Sequence[tuple[Lane, Stored | None]], again: Set[str]) -> Set[str]:
        """Contacts whose inbox entries are read: there are more, or events of their lane are decided already.

        An unrecorded turn may have carried such an event, which was in no inbox when we stored it once more:
        it is on the contact; or was, until the journal of another owner marked it as done, just now.
        """
        done: Set[str] = frozenset()
        others = [lane for lane, stored in read if self._is_anothers(lane, stored)]
        held = {item.entry.id for lane in others for item in lane.items}
        if others and (events := held | self._lanes.expected):
            done = await self._inbox.known_done(events)
            self._lanes.doubt(done)
        return again | {
            lane.contact
            for lane, stored in read
            if (stored is not None and (stored.waiting or stored.lying))
            or any(item.entry.id in done for item in lane.items)
        }

    def _is_anothers(self, lane: Lane, stored: Stored | None) -> bool:
        """Whether the contact's last turn was written under another lease than the present one."""
        return stored is not None and stored.fence != self._fences.fence(lane.part)

    async def _pass_on(self, lane: Lane, stored: Stored, to: str) -> None:
        """Pass the events of a contact that was merged away on to the owner of the contact it is part of."""
        self._calls.put(lane.contact, stored.outgoing, recovered=True)
        found = await self._rereader.read(lane, stored)
        events = [item.entry.id for item in found.items]
        if await self._contacts.pass_on(lane.contact, events, found.answered):
            passed = set(events)
            for item in [item for item in lane.items if item.entry.id in passed]:
                lane.items.remove(item)
            self._lanes.forget(passed)
            lane.tick = False
            self._on_passed(to)
        else:
            lane.reread = True  # it is itself again

    async def _draft(self, lane: Lane, stored: Stored | None, reread: bool) -> PendingTurn | None:
        """The draft of a lane; `None`: its part went to another process meanwhile.

        `reread`: the events come from the inbox; else they are those that the lane holds.
        """
        if not self._fences.knows(lane.part):
            return None  # the part went to another process while we read: its contacts are not ours
        if stored is not None:
            self._calls.put(lane.contact, stored.outgoing, recovered=True)
            self._calls.stopped(lane.contact, marketing=stored.contact.marketing)
        known = self.recent.get(lane.contact) or self._read(lane, stored)
        self.recent.put(known)
        if reread:
            found = await self._rereader.read(lane, stored)
            return PendingTurn(lane, known, known.contact, found.items, reread=True, answered=found.answered)
        if stored is not None:  # no entry of this contact was left open: the ids on it are done
            done = [event for event in stored.open if not self._lanes.knows(event)]
            self._journal.stale(lane.contact, [event for event in done if event not in stored.counted])
            self._rereader.recovered(stored, [event for event in done if event in stored.counted])
        return PendingTurn(lane, known, known.contact, list(lane.items))

    def _read(self, lane: Lane, stored: Stored | None) -> CachedContact:
        """The contact as it was read; a new contact is made once, however long the first turn has to wait."""
        if stored is not None and stored.revision:
            return CachedContact(stored.contact, stored.revision)
        return CachedContact(Contact(lane.contact, seed=newborn_seed()), 0)
