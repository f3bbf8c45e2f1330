"""Processes one batch of a sending, from its stored state as far as possible; any process can go on from
there.

    new ── receivers and retry key are stored ──► calling ── LINE ──► called ── marks on contacts ──► over

People whom no call has reached go back to `new`: then the receivers are determined again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.broadcasts.recipient import quiet_tags
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import LeftOut, Recipient, Sending, SendingBatch
from bot.model.clock import PatientClock
from bot.model.event import BroadcastTags, Event, Source
from bot.model.inbox import Received
from bot.model.outgoing import DerivedIds
from bot.runtime.broadcasts.batch_calls import CallEnds, call_all, call_each
from bot.runtime.broadcasts.batch_people import BatchPeople
from bot.runtime.broadcasts.ports import BroadcastLine, CallRate
from bot.runtime.retry import line_knows
from bot.runtime.turn_observer import WatchBroadcast, WatchedBroadcast
from bot.services.own_events import StoreEvents, own_event
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.recipients import SentMark, SentMarks

CLAIM = 60.0
"""Seconds for which a batch is ours by one claim."""
STORE_SECONDS = 10.0
"""Limit for storing the events of a batch."""
CALLING = 30.0
"""Seconds of a claim in which calls are begun: the last call, and the write of its result, must end within
the claim."""


_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4252-8f41-646361737402"))


class ClaimLost(Exception):
    """Another process has claimed the batch, and goes on with it."""


@dataclass(frozen=True, slots=True)
class BatchWork:
    """Processes claimed batches (`see_to`)."""

    batches: SendingBatches
    people: BatchPeople
    marks: SentMarks
    rate: CallRate
    hear: StoreEvents
    """Stores events of ours."""
    clock: PatientClock
    seconds: Callable[[], float]
    """Seconds that go on while the machine sleeps: a process that was frozen begins no call after its
    claim."""
    watch: WatchBroadcast | None = None
    """Gets each batch that has reached people."""

    async def see_to(
        self,
        sending: Sending,
        batch: SendingBatch,
        playbook: Playbook,
        line: BroadcastLine,
        claimed: float,
        *,
        as_begun: bool,
    ) -> CallEnds:
        """Process a batch that was claimed at `claimed` (of `seconds`), to its end or as far as LINE allows.

        `as_begun`: the playbook's messages are those with which the sending began; else personal ones cannot
        be made. Gives the results of the calls made now. Raises `ClaimLost`, and `DatabaseUnavailable`: then
        the next claim goes on.
        """
        ends, again = CallEnds(), batch.state == "calling"
        if batch.state == "new":
            batch = await self._begin(sending, batch, playbook)
        if batch.state == "calling":
            if as_begun or batch.group in sending.bodies:
                batch, ends = await self._call(sending, batch, playbook, line, claimed, again=again)
            else:  # some may have got it: the others must not get a different text
                batch = await self._ended(_without(batch, batch.to_call, "unsure"), self.clock.now())
        if batch.state == "called":
            await self._leave(sending, batch, playbook)
        return ends

    # Before

    async def _begin(self, sending: Sending, batch: SendingBatch, playbook: Playbook) -> SendingBatch:
        """Store who is called, and with which key, before the calls."""
        now = self.clock.now()
        if sending.state == "cancelling":
            return await self._ended(_without(batch, batch.to_call, "cancelled"), now)
        still = await self.people.still(sending, batch, playbook, now)
        moved = still.people != batch.people
        if not still.to_call:
            return await self._ended(still, now, people=moved)
        begun = replace(still, state="calling", key=str(uuid.uuid4()), since=now)
        await self._write(begun, people=moved)
        return begun

    # The calls

    async def _call(
        self,
        sending: Sending,
        batch: SendingBatch,
        playbook: Playbook,
        line: BroadcastLine,
        claimed: float,
        *,
        again: bool,
    ) -> tuple[SendingBatch, CallEnds]:
        now, key = self.clock.now(), batch.key
        if key is None or batch.since is None:
            raise ValueError("a batch that is called has a key")
        if again and not line_knows(batch.since, now):  # LINE may have forgotten it, and would send twice
            return await self._ended(_without(batch, batch.to_call, "unsure"), now), CallEnds()

        def may_go_on() -> bool:
            return self.seconds() - claimed < CALLING

        async def refused(place: str) -> None:
            nonlocal batch
            batch = replace(batch, halved=(*batch.halved, place))
            await self._write(batch)

        broadcast, body = playbook.broadcasts.get(sending.broadcast), sending.bodies.get(batch.group)
        part = broadcast is not None and broadcast.if_quota_short == "send_part"
        if body is not None:
            done = {*batch.got, *batch.left_out}
            ends = await call_all(
                line, self.rate, batch, done, body.encode(), key, may_go_on, refused, part=part
            )
        else:
            batch, bodies = await self.people.bodies(sending, batch, playbook, again=again)
            ends = await call_each(line, self.rate, batch, bodies, key, may_go_on)
        return await self._take_results(sending, batch, ends, again=again, part=part), ends

    async def _take_results(
        self, sending: Sending, batch: SendingBatch, ends: CallEnds, *, again: bool, part: bool
    ) -> SendingBatch:
        """Store the results; people without one go back, or are called again with the same key.

        `part`: where the month's messages are used up, nobody else gets it.
        """
        refused: dict[str, LeftOut] = dict.fromkeys(ends.refused, "refused")
        batch = replace(
            batch,
            got=(*batch.got, *ends.got),
            left_out={**batch.left_out, **refused},
            refusals={**batch.refusals, **ends.refused},
        )
        left, now = batch.to_call, self.clock.now()
        uncertain = ends.uncertain or again
        if left and not uncertain and sending.state == "cancelling":
            batch, left = _without(batch, left, "cancelled"), ()
        used_up = part and ends.hold == "quota" and not uncertain
        if left and used_up:
            batch, left = _without(batch, left, "quota"), ()
        if not left:
            batch = await self._ended(batch, now)
            if used_up:
                await self.batches.drop_new(sending.id, "quota")
            return batch
        if uncertain:
            await self._write(batch, release=True)
        else:
            batch = replace(batch, state="new", key=None, since=None, halved=())
            await self._write(batch, release=True)
        return batch

    async def _ended(self, batch: SendingBatch, now: datetime, *, people: bool = False) -> SendingBatch:
        """Store that everybody has a result, at `now`: that time counts, whenever the marks are written."""
        ended = replace(batch, state="called", at=now)
        if not ended.people_reached:
            ended = replace(ended, state="over")
        await self._write(ended, release=ended.state == "over", people=people)
        return ended

    async def _write(self, batch: SendingBatch, *, release: bool = False, people: bool = False) -> None:
        if not await self.batches.write(batch, release=release, people=people):
            raise ClaimLost

    # After

    async def _leave(self, sending: Sending, batch: SendingBatch, playbook: Playbook) -> None:
        """Write the marks of a called batch on the contacts that it has reached; idempotent."""
        broadcast = playbook.broadcasts.get(sending.broadcast)
        tags = () if broadcast is None else broadcast.add_tags
        quiet = quiet_tags(playbook, tags)
        mark = SentMark(
            sending.id,
            sending.broadcast,
            batch.channel,
            batch.group,
            batch.at or self.clock.now(),
            playbook.pushes_per_person is not None,
            quiet,
            "" if broadcast is None else broadcast.place.path,
        )
        reached = await self.marks.leave(mark, batch.people_reached)
        loud = tuple(tag for tag in tags if tag not in quiet)
        if loud:
            what = BroadcastTags(sending.broadcast, loud, mark.tagged_by)
            await self.hear([_event(batch, one, what) for one in reached], STORE_SECONDS)
        if self.watch is not None:
            await self.watch(WatchedBroadcast(playbook, sending, batch))
        await self._write(replace(batch, state="over"), release=True)


def _event(batch: SendingBatch, to: Recipient, what: BroadcastTags) -> Received:
    """An event for the person; its id is made of the sending and the account, so it is stored once."""
    identity = f"{batch.channel}:{_IDS.hex_of(f'{batch.sending} {to.user}')}"
    at = batch.at or batch.since
    if at is None:
        raise ValueError("a batch that was called has its moment")
    return own_event(to.contact, Event(identity, batch.channel, Source("user", to.user), at, what))


def _without(batch: SendingBatch, people: Collection[Recipient], why: LeftOut) -> SendingBatch:
    """The batch without these, who are not called (any more)."""
    left_out: dict[str, LeftOut] = dict.fromkeys((one.contact for one in people), why)
    return replace(batch, left_out={**batch.left_out, **left_out})
