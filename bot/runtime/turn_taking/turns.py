"""Taking turns: a batch of events, one read of what is not remembered, one write per contact."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.inbox import Received
from bot.model.stored import Stored, TurnWrite
from bot.runtime.journal import JournalWriter
from bot.runtime.metrics import Metrics
from bot.runtime.ports import ContactStore, Fences, InboxStore
from bot.runtime.turn_taking.deciding import Calls, Decider, PendingTurn
from bot.runtime.turn_taking.erased import LeftOfErased
from bot.runtime.turn_taking.lanes import Lane, Lanes
from bot.runtime.turn_taking.recent import CachedContact, ContactCache
from bot.runtime.turn_taking.reread import SUSPECT, Rereader
from bot.runtime.turn_taking.said_before import SaidBefore
from bot.runtime.turn_taking.saving import TurnSaver
from bot.runtime.turn_taking.step_by_step import NOT_AHEAD, step_by_step
from bot.runtime.turn_taking.together import together
from bot.runtime.watching import Watch

log = logging.getLogger("oaflow.turns")

ATTEMPTS = 3
"""Times that an event may raise an exception before it is set aside."""

SLICE = 6
"""Contacts after which other work gets the processor, so that no webhook waits for a long batch."""

READ_TOGETHER = 16
"""Contacts whose open entries are asked for side by side: one after the other each waits for all before."""


@dataclass(frozen=True, slots=True)
class DecidedBatch:
    """Turns that are decided and not written. `suspects`: somebody has died over them, they come alone."""

    drafts: Sequence[PendingTurn]
    suspects: Sequence[PendingTurn] = ()


class TurnTaker:
    """Takes the turns of a batch of lanes; or ahead, while their events are being stored."""

    def __init__(
        self,
        decider: Decider,
        rereader: Rereader,
        said_before: SaidBefore,
        saver: TurnSaver,
        inbox: InboxStore,
        contacts: ContactStore,
        lanes: Lanes,
        calls: Calls,
        journal: JournalWriter,
        fences: Fences,
        newborn: Callable[[], int],
        clock: PatientClock,
        metrics: Metrics,
        watch: Watch | None = None,
    ) -> None:
        """`newborn()` draws the seed of a person's birth; `watch` is told of each turn that is written."""
        self._decider = decider
        self._rereader, self._said_before = rereader, said_before
        self._erased = LeftOfErased(inbox, contacts, lanes)
        self._saver = saver
        self._inbox = inbox
        self._contacts = contacts
        self._lanes = lanes
        self._calls = calls
        self._journal = journal
        self._fences = fences
        self._newborn = newborn
        self._clock = clock
        self._metrics = metrics
        self._watch = watch
        decider.watching = watch is not None
        self.recent = ContactCache()
        self.on_timers: Callable[[Contact], None] = lambda contact: None
        self.on_passed: Callable[[str], None] = lambda contact: None
        self.on_pages: Callable[[Contact, Sequence[str]], None] = lambda contact, decided: None
        self._pushed: Counter[str] = Counter()
        """Pushes by channel that are decided and not told to the sender: nobody else counts them yet."""

    async def take(self, batch: Sequence[Lane]) -> None:
        """Take the turns of these lanes. Raises `DatabaseUnavailable`; then nothing has been forgotten."""
        await self.write(await self.decide(batch))

    async def decide(self, batch: Sequence[Lane]) -> DecidedBatch:
        """Read what is not remembered, and decide; `write` or `forget` is to follow.

        Raises `DatabaseUnavailable`.
        """
        drafts = await self._drafts(batch)
        for draft in drafts:
            if not draft.before.revision:
                await self._erased.end(draft)
        decided = DecidedBatch(
            [draft for draft in drafts if not draft.is_suspect(SUSPECT)],
            [draft for draft in drafts if draft.is_suspect(SUSPECT)],
        )
        try:
            await self._go_on(decided.drafts)
        except BaseException:
            self.forget(decided)
            raise
        return decided

    async def write(self, decided: DecidedBatch) -> None:
        """Make it true. Raises `DatabaseUnavailable`; then nothing has been forgotten."""
        try:
            await self._write(decided.drafts)
        finally:
            self.forget(decided)
        for draft in decided.suspects:  # alone, counted before: if the process dies, it was this one
            if self._decider.would_decide(draft):
                await self._inbox.begin([draft.items[0].entry])
            alone = DecidedBatch([draft])
            try:
                await self._go_on(alone.drafts)
                await self._write(alone.drafts)
            finally:
                self.forget(alone)

    def forget(self, decided: DecidedBatch) -> None:
        """What is decided here is told, or is not to be."""
        for draft in decided.drafts:
            self._count_no_more(draft)

    def _count_no_more(self, draft: PendingTurn) -> None:
        """The pushes of this draft are counted by the sender, or by nobody."""
        if draft.pushed is not self._pushed:
            return  # it is done already, or nothing was decided
        draft.pushed = Counter()
        for call in draft.calls:
            if call.kind == "push":
                self._pushed[call.channel] -= 1
                if not self._pushed[call.channel]:
                    del self._pushed[call.channel]

    async def _go_on(self, drafts: Sequence[PendingTurn]) -> None:
        await self._decider.know_brake()  # last: whoever was frozen while others were asked looks now
        for number, draft in enumerate(drafts):
            draft.pushed = self._pushed
            if number % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            while (failed := self._decider.go_on(draft)) is not None:
                await self._again_or_aside(draft, failed)

    # -- ahead: decided while the events are on their way into the inbox

    def ahead(
        self, received: Iterable[Received], fences: Mapping[int, int | None]
    ) -> list[tuple[PendingTurn, TurnWrite]]:
        """Decide what can be decided from memory alone, of events that are about to be stored.

        `fences` are our leases on their parts, as of this moment. The lanes are busy until `conclude`.
        Whatever is not decided here takes the usual way.
        """
        if not self._decider.knows_brake:
            return []  # whoever takes the usual way asks first
        people: dict[str, list[Received]] = {}
        for item in received:
            people.setdefault(item.entry.contact, []).append(item)
        pushed: Counter[str] = Counter()
        drafts: list[PendingTurn] = []
        for contact, items in people.items():
            try:
                draft = self._reserved(contact, items, pushed, fences)
            except Exception:  # nor the webhooks that are being stored with it
                log.exception(NOT_AHEAD)
                continue
            if draft is not None:
                drafts.append(draft)
        decided = step_by_step(drafts, self._decider.steps, self._give_up)
        return [(draft, draft.write(fences[draft.lane.part] or 0)) for draft in decided]

    def _reserved(
        self,
        contact: str,
        items: list[Received],
        pushed: Counter[str],
        fences: Mapping[int, int | None],
    ) -> PendingTurn | None:
        known, part = self.recent.get(contact), items[0].entry.part
        # a stranger is asked for: an erased person's news end where the usual way reads them
        if known is None or not known.revision or fences[part] is None:
            return None
        if not self._decider.can_go_ahead(known.contact, items):
            return None
        lane = self._lanes.reserve(contact, part)
        return PendingTurn(lane, known, known.contact, items, pushed=pushed) if lane is not None else None

    def _give_up(self, draft: PendingTurn) -> None:
        """It takes the usual way."""
        draft.lane.tick = draft.lane.tick or draft.ticked
        draft.pushed.subtract(call.channel for call in draft.calls if call.kind == "push")
        self._lanes.give_back([draft.lane])

    def conclude(
        self, ahead: Sequence[tuple[PendingTurn, TurnWrite]], refused: Collection[str] | None
    ) -> set[str]:
        """The write has been made, but for the contacts `refused` (`None`: it failed).

        Returns the ids of the events whose turns are taken.
        """
        taken: set[str] = set()
        won: list[tuple[PendingTurn, TurnWrite]] = []
        try:
            for draft, write in ahead:
                if refused is None:
                    self.recent.drop(draft.lane.contact)
                    draft.lane.reread = True
                elif draft.lane.contact in refused:
                    self._lose(draft)
                else:
                    self._tell(draft)
                    won.append((draft, write))
                    taken.update(draft.opened)
            self._metrics.turns.inc(by=len(taken))
            for draft, write in won:
                self._go_on_with(draft, write)
        finally:
            self._lanes.give_back(draft.lane for draft, _ in ahead)
        return taken

    # -- reading

    async def _drafts(self, lanes: Sequence[Lane]) -> list[PendingTurn]:
        # who asks for another reading from now on waits for the next batch
        again = {lane.contact for lane in lanes if self._is_stale(lane)}
        for contact in again:
            self.recent.drop(contact)
        unknown = [lane.contact for lane in lanes if self.recent.get(lane.contact) is None]
        loaded = await self._contacts.load(unknown) if unknown else {}
        ours: list[tuple[Lane, Stored | None]] = []
        for lane in lanes:
            stored = loaded.get(lane.contact)
            if stored is not None and stored.open:
                await self._said_before.keep(stored)
            if stored is None or stored.to is None:
                ours.append((lane, stored))
            elif self._fences.knows(lane.part):
                await self._pass_on(lane, stored, stored.to)
        drafts: list[PendingTurn | None] = []
        for start in range(0, len(ours), READ_TOGETHER):
            some = ours[start : start + READ_TOGETHER]
            work = (self._draft(lane, stored, lane.contact in again) for lane, stored in some)
            if any(lane.contact in again or (stored and stored.waiting) for lane, stored in some):
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
        return lane.reread or (lane.tick and not self._decider.has_due(known.contact))

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
            self.on_passed(to)
        else:
            lane.reread = True  # it is itself again

    async def _draft(self, lane: Lane, stored: Stored | None, again: bool) -> PendingTurn | None:
        if not self._fences.knows(lane.part):
            return None  # the part went to another process while we read: what lies there is not ours
        if stored is not None:
            self._calls.put(lane.contact, stored.outgoing, recovered=True)
            self._calls.stopped(lane.contact, marketing=stored.contact.marketing)
        known = self.recent.get(lane.contact) or self._read(lane, stored)
        self.recent.put(known)
        if again or (stored is not None and stored.waiting):
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

    # -- writing

    async def _write(self, drafts: Sequence[PendingTurn]) -> None:
        writes: list[TurnWrite] = []
        of: dict[str, PendingTurn] = {}
        for draft in drafts:
            fence = self._fences.fence(draft.lane.part)
            if not draft.opened:
                self._pop(draft)
                self._wait_for_room(draft)
            elif fence is None:
                self._lose(draft)
            else:
                writes.append(draft.write(fence))
                of[draft.lane.contact] = draft
        async for saved in self._saver.save(writes):
            for write in saved.writes:
                draft = of[write.after.id]
                self._count_no_more(draft)  # not at the end: the next batch is being decided
                if saved.anew:
                    self._decide_anew(draft)
                elif write.after.id in saved.lost:
                    self._lose(draft)
                else:
                    self._pop(draft)
                    self._metrics.turns.inc(by=len(draft.opened))
                    self._tell(draft)
                    self._go_on_with(draft, write)
                    self._wait_for_room(draft)

    def _wait_for_room(self, draft: PendingTurn) -> None:
        if self._decider.is_full(draft.lane.contact):
            self._lanes.hold(draft.lane)  # the sender releases it when something is settled

    def _tell(self, draft: PendingTurn) -> None:
        """It is written: tell the journal, and who watches."""
        contact = draft.lane.contact
        self._journal.said(draft.said, draft.unsent)
        for row, trace in draft.rows:
            self._journal.decided(contact, row.id, row, trace)
        if self._watch is not None:
            for turn in draft.watched:
                self._watch(turn)
        if draft.contact.pages:
            self.on_pages(draft.contact, draft.opened)

    def _go_on_with(self, draft: PendingTurn, write: TurnWrite) -> None:
        """What follows from it."""
        contact = draft.lane.contact
        if not self._fences.holds(write.part, write.fence):
            return  # the part went to another process meanwhile, which finds everything on the contact
        self.recent.put(CachedContact(draft.contact, write.base + 1))
        if draft.calls:
            self._calls.put(contact, draft.calls)
        self._calls.stopped(contact, marketing=draft.contact.marketing)
        if draft.contact.timers:
            self.on_timers(draft.contact)

    def _lose(self, draft: PendingTurn) -> None:
        """Somebody was faster: the contact and its entries are read anew, and decided on what is there.

        Not before the lease was looked at: what a new owner has decided is told by the new owner.
        """
        self._metrics.lost_races.inc()
        self._lanes.close([draft.lane.part])
        self._fences.check_soon()
        self.recent.drop(draft.lane.contact)
        draft.lane.tick = draft.lane.tick or draft.ticked
        draft.lane.reread = self._fences.knows(draft.lane.part)  # else it was dropped

    def _decide_anew(self, draft: PendingTurn) -> None:
        """It could not have its place: its events are decided on what is there now."""
        self.recent.drop(draft.lane.contact)
        draft.lane.tick = draft.lane.tick or draft.ticked
        draft.lane.reread = self._fences.knows(draft.lane.part)

    def _pop(self, draft: PendingTurn) -> None:
        waiting = draft.lane.items
        for item in draft.items[: draft.taken]:
            if waiting and waiting[0] is item:  # not so if the part went to another process meanwhile
                del waiting[0]

    # -- what cannot be decided

    async def _again_or_aside(self, draft: PendingTurn, failed: Received) -> None:
        """An event that raised is tried again, then set aside; the contact's other events go on."""
        draft.attempts += 1
        if draft.attempts >= ATTEMPTS:
            draft.attempts = 0
            draft.taken += 1
            await self._set_aside(failed, draft.failed)

    async def _set_aside(self, failed: Received, why: str) -> None:
        await self._inbox.set_aside(failed.entry.id, failed.entry.part, why)
        self._lanes.forget([failed.entry.id])
        self._metrics.set_aside.inc()
