"""Takes the turns of a batch of contacts: one read of those that are not cached, the decisions, one write per
contact, then what follows (calls, timers, journal)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.model.contact import Contact
from bot.model.inbox import InboxEntry, Received
from bot.model.stored import TurnWrite
from bot.runtime.turn_observer import Watch
from bot.runtime.turn_taking.contact_cache import CachedContact
from bot.runtime.turn_taking.deciding import Calls, Decider, PendingTurn
from bot.runtime.turn_taking.draft_reading import SUSPECT, DraftReader, TurnServices
from bot.runtime.turn_taking.lanes import Lane
from bot.runtime.turn_taking.saving import TurnSaver
from bot.runtime.turn_taking.step_by_step import NOT_AHEAD, step_by_step
from bot.store.codec.transcript_codec import cut_entry

log = logging.getLogger("oaflow.turns")

ATTEMPTS = 3
"""Times that an event may raise an exception before it is set aside."""

SLICE = 6
"""Contacts after which other work gets the processor, so that no webhook waits for a long batch."""


@dataclass(frozen=True, slots=True)
class DecidedBatch:
    """Turns that are decided and not written. `suspects` are not decided yet: processes have died over them,
    so each is decided and written alone."""

    drafts: Sequence[PendingTurn]
    suspects: Sequence[PendingTurn] = ()


class TurnTaker:
    """Takes the turns of a batch of lanes; or ahead, while their events are being stored."""

    def __init__(
        self,
        services: TurnServices,
        reader: DraftReader,
        decider: Decider,
        saver: TurnSaver,
        calls: Calls,
        *,
        on_timers: Callable[[Contact], None],
        watch: Watch | None,
        decides_ahead: bool,
    ) -> None:
        """`on_timers` gets contacts with timers after a turn, `watch` each turn that is written.

        Without `decides_ahead` no turn is decided before its events are stored.
        """
        self._reader = reader
        self._decider = decider
        self._saver = saver
        self._calls = calls
        self._inbox = services.inbox
        self._lanes = services.lanes
        self._journal = services.journal
        self._fences = services.fences
        self._metrics = services.metrics
        self._on_timers = on_timers
        self._watch = watch
        self._decides_ahead = decides_ahead
        decider.watching = watch is not None
        self.recent = reader.recent
        self.on_pages: Callable[[Contact, Sequence[str]], None] = lambda contact, decided: None
        self._pushed: Counter[str] = Counter()
        """Pushes by channel that are decided and not yet given to the sender, which counts them then."""

    async def take(self, batch: Sequence[Lane]) -> None:
        """Take the turns of these lanes. Raises `DatabaseUnavailable`; then nothing has been forgotten."""
        await self.write(await self.decide(batch))

    async def decide(self, batch: Sequence[Lane]) -> DecidedBatch:
        """Read what is not remembered, and decide; `write` or `forget` is to follow.

        Raises `DatabaseUnavailable`.
        """
        drafts = await self._reader.drafts(batch)
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
        """Write these turns. Raises `DatabaseUnavailable`; then nothing has been forgotten."""
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
        """Count no pushes of these turns here any more: they are written, or given up."""
        for draft in decided.drafts:
            self._count_no_more(draft)

    def _count_no_more(self, draft: PendingTurn) -> None:
        """Stop counting this draft's pushes here: the sender counts them, or they are not made."""
        if draft.pushed is not self._pushed:
            return  # it is done already, or nothing was decided
        draft.pushed = Counter()
        for call in draft.calls:
            if call.kind == "push":
                self._pushed[call.channel] -= 1
                if not self._pushed[call.channel]:
                    del self._pushed[call.channel]

    async def _go_on(self, drafts: Sequence[PendingTurn]) -> None:
        await self._decider.know_brake()  # last: the process may have been frozen meanwhile
        for number, draft in enumerate(drafts):
            draft.pushed = self._pushed
            if number % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            while (failed := self._decider.go_on(draft)) is not None:
                await self._again_or_aside(draft, failed)

    # -- ahead: decided while the events are on their way into the inbox

    def ahead(
        self,
        received: Collection[Received],
        fences: Mapping[int, int | None],
        *,
        may_carry: bool = False,
    ) -> list[tuple[PendingTurn, TurnWrite]]:
        """Decide what can be decided from memory alone, of events that are about to be stored.

        `fences` are our leases on their parts, as of this moment. The lanes are busy until `conclude`.
        What is not decided here is decided by `decide` after it is stored. Where all is decided here, and
        `may_carry`, the writes carry the inbox entries of their events, which then need no write of their
        own.
        """
        if not self._decides_ahead or not self._decider.knows_brake:
            return []  # the usual way reads the brake first
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
        are_all = may_carry and sum(len(draft.items) for draft in decided) == len(received)
        carries = are_all and not self._journal.is_behind
        return [(draft, draft.write(fences[draft.lane.part] or 0, carries=carries)) for draft in decided]

    def _reserved(
        self,
        contact: str,
        items: list[Received],
        pushed: Counter[str],
        fences: Mapping[int, int | None],
    ) -> PendingTurn | None:
        known, part = self.recent.get(contact), items[0].entry.part
        # new contacts are read: an erased person's news end where the usual way reads them
        if known is None or not known.revision or fences[part] is None:
            return None
        if not self._decider.can_go_ahead(known.contact, items):
            return None
        lane = self._lanes.reserve(contact, part)
        return PendingTurn(lane, known, known.contact, items, pushed=pushed) if lane is not None else None

    def _give_up(self, draft: PendingTurn) -> None:
        """Undo a draft that could not be decided ahead: `decide` decides its events after they are stored."""
        draft.lane.tick = draft.lane.tick or draft.ticked
        draft.pushed.subtract(call.channel for call in draft.calls if call.kind == "push")
        self._lanes.give_back([draft.lane])

    def conclude(
        self, ahead: Sequence[tuple[PendingTurn, TurnWrite]], refused: Collection[str] | None
    ) -> set[str]:
        """To be called when the write of turns taken `ahead` has ended, but for contacts `refused` (`None`:
        all).

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
                    self._publish(draft, write)
                    won.append((draft, write))
                    if write.carried:
                        self._metrics.carried.inc(by=len(write.carried))
                    taken.update(draft.opened)
            self._metrics.turns.inc(by=len(taken))
            for draft, write in won:
                self._go_on_with(draft, write)
        finally:
            self._lanes.give_back(draft.lane for draft, _ in ahead)
        return taken

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
            for number, write in enumerate(saved.writes):
                if number % SLICE == SLICE - 1:
                    await asyncio.sleep(0)
                draft = of[write.after.id]
                self._count_no_more(draft)  # not at the end: the next batch is being decided
                if saved.anew:
                    self._decide_anew(draft)
                elif write.after.id in saved.lost:
                    self._lose(draft)
                else:
                    self._pop(draft)
                    self._metrics.turns.inc(by=len(draft.opened))
                    self._publish(draft, write)
                    self._go_on_with(draft, write)
                    self._wait_for_room(draft)

    def _wait_for_room(self, draft: PendingTurn) -> None:
        if self._decider.is_full(draft.lane.contact):
            self._lanes.hold(draft.lane)  # the sender releases it when something is settled

    def _publish(self, draft: PendingTurn, write: TurnWrite) -> None:
        """It is written: pass it to the journal and to observers."""
        contact = draft.lane.contact
        self._journal.record_transcripts(draft.transcripts, draft.unsent)
        carried = {entry.id: entry for entry in write.carried} if write.carried else {}
        if any(trace is None for _, trace in draft.rows):
            carried = self._cut(draft, carried)
        for row, trace in draft.rows:
            self._journal.decided(contact, row.id, row, trace, carried.get(row.id))
        if self._watch is not None:
            for turn in draft.watched:
                self._watch(turn)
        if _is_with_staff(draft.contact) or _is_with_staff(write.before):  # who hands back waits for its row
            self._journal.hurry()
        if draft.contact.pages:
            self.on_pages(draft.contact, draft.opened)

    def _cut(self, draft: PendingTurn, carried: Mapping[str, InboxEntry]) -> dict[str, InboxEntry]:
        """Have the journal shorten entries beyond the chat budget; gives the carried entries, shortened
        so."""
        over = {row.id for row, trace in draft.rows if trace is None}
        entries = [item.entry for item in draft.items if item.entry.id in over]
        shorter = {entry.id: cut for entry in entries if (cut := cut_entry(entry)) is not entry}
        self._journal.cut([entry for entry in shorter.values() if entry.id not in carried])
        return {id: shorter.get(id, entry) for id, entry in carried.items()}

    def _go_on_with(self, draft: PendingTurn, write: TurnWrite) -> None:
        """After a turn is written: cache the contact, send its calls, watch its timers."""
        contact = draft.lane.contact
        if not self._fences.holds(write.part, write.fence):
            return  # the part went to another process meanwhile, which finds everything on the contact
        self.recent.put(CachedContact(draft.contact, write.base + 1))
        if draft.calls:
            self._calls.put(contact, draft.calls)
        self._calls.stopped(contact, marketing=draft.contact.marketing)
        if draft.contact.timers:
            self._on_timers(draft.contact)

    def _lose(self, draft: PendingTurn) -> None:
        """Another write was faster: the contact and its entries are read anew, and decided on what is there.

        Not before the lease was checked: the new owner reports what it has decided.
        """
        self._metrics.lost_races.inc()
        self._lanes.close([draft.lane.part])
        self._fences.check_soon()
        self.recent.drop(draft.lane.contact)
        draft.lane.tick = draft.lane.tick or draft.ticked
        draft.lane.reread = self._fences.knows(draft.lane.part)  # else it was dropped

    def _decide_anew(self, draft: PendingTurn) -> None:
        """A place of a rule was not to be had: the contact is read anew, and its events are decided again."""
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


def _is_with_staff(contact: Contact) -> bool:
    """Whether staff answer one of the contact's conversations, or are expected to."""
    return bool(contact.chats) and any(one.state != "done" for one in contact.chats)
