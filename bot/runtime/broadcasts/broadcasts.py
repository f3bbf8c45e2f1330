"""Broadcasts of this process: sendings that are open are looked for, begun, sent batch by batch, ended.

The owner of part 0 begins and ends; every process that decides claims batches.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.broadcasts.holding import hold_of
from bot.engine.broadcasts.plan import due_of
from bot.engine.compiled.playbook import Playbook
from bot.model.brake import Brake
from bot.model.broadcast import Sending, SendingHold
from bot.model.clock import PatientClock
from bot.runtime.broadcasts.batch_work import CLAIM, BatchWork, ClaimLost
from bot.runtime.broadcasts.calling import CallEnds
from bot.runtime.broadcasts.cancelling import cancel
from bot.runtime.broadcasts.gathering import Gathering
from bot.runtime.broadcasts.planning import Planning
from bot.runtime.broadcasts.ports import BroadcastLine, MonthsMessages
from bot.runtime.metrics import Tally
from bot.runtime.pause import pause
from bot.runtime.retry import backoff
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.sendings import Sendings
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.broadcasts")

LOOK = 1.0
"""Seconds between two looks whether there is something to send."""
DEAD = timedelta(minutes=1)
"""Between two looks whether somebody holds messages who is over."""
SIDE_BY_SIDE = 4
"""Batches that this process has under way: while one is at LINE others are read and written."""

_BY_LINE: frozenset[SendingHold] = frozenset({"quota", "token", "refused", "rate", "line"})


@dataclass(slots=True)
class _AtLine:
    """How a channel's LINE takes it: refusals in a row, and when it is tried again."""

    failures: int = 0
    hold: SendingHold | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class BroadcastParts:
    """What it is made of."""

    sendings: Sendings
    batches: SendingBatches
    gathering: Gathering
    work: BatchWork
    months: MonthsMessages


@dataclass(frozen=True, slots=True)
class BroadcastWorld:
    """What it asks: the playbook that is served and its number, LINE, the brake, which parts are ours."""

    playbook: Callable[[], Playbook]
    number: Callable[[], int | None]
    account: Callable[[str], BroadcastLine | None]
    brake: Callable[[], Brake]
    owns: Callable[[int], bool]
    parts: Callable[[], int]
    clock: PatientClock


class Broadcasts:
    """`run` does it for ever; `look` and `send` do what there is to be done now."""

    def __init__(self, parts: BroadcastParts, world: BroadcastWorld) -> None:
        self._parts = parts
        self._world = world
        self._planning = Planning(parts.sendings, world.clock)
        self._open: dict[str, Sending] = {}
        self._at_line: dict[str, _AtLine] = {}
        self._woken = asyncio.Event()
        self._working = 0
        self._next_dead = world.clock.now()
        self.people = Tally("oaflow_broadcast_people", "People to whom broadcasts were sent.", "channel")

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            with suppress(DatabaseUnavailable):  # the next look goes on
                await self.look()
            await self._world.clock.wait(LOOK)

    async def run_batches(self) -> None:
        """Send what is open, for ever."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SIDE_BY_SIDE):
                group.create_task(self._work_on())

    async def _work_on(self) -> None:
        while True:
            self._woken.clear()
            with suppress(DatabaseUnavailable):  # the claim ends by itself
                await self.send()
            await pause(self._world.clock, LOOK, self._woken)

    # -- beginning and ending

    async def look(self) -> None:
        """Know what is open; where we own part 0, plan, begin what is due and end what is through."""
        found = await self._parts.sendings.open()
        if self._world.owns(0):
            if await self._planning.plan(found, self._world.playbook()):
                found = await self._parts.sendings.open()
            for sending in found:
                await self._conduct(sending)
            found = await self._parts.sendings.open() if found else found
            await self._look_after_the_dead()
        self._open = {one.id: one for one in found}
        if any(one.state in ("sending", "cancelling") for one in found):
            self._woken.set()

    async def _look_after_the_dead(self) -> None:
        """Messages that are reserved by who is over go back, now and then."""
        now = self._world.clock.now()
        if now >= self._next_dead:
            self._next_dead = now + DEAD
            await self._parts.months.give_back_of_the_dead(self._sent_by)

    async def _sent_by(self, name: str) -> int | None:
        sending = await self._parts.sendings.one(name)
        if sending is not None and not sending.is_over:
            return None
        return (await self._parts.batches.figures(name)).whole.got

    async def _conduct(self, sending: Sending) -> None:
        playbook, now = self._world.playbook(), self._world.clock.now()
        if sending.state != "cancelling" and _is_cancelled(sending, playbook):
            await cancel(self._parts.sendings, self._parts.batches, sending, "file", now)
            return
        if sending.state == "planned" and now >= sending.moment:
            await self._begin(sending, playbook, now)
        elif sending.state == "gathering":
            await self._parts.gathering.go_on(sending, playbook)
        elif sending.state in ("sending", "cancelling"):
            await self._end_or_hold(sending, now)

    async def _begin(self, sending: Sending, playbook: Playbook, now: datetime) -> None:
        """Its moment has come: who gets it is fixed then, also where nobody may be called yet."""
        due, hold = due_of(playbook, sending, now), self._held(sending, now)
        if due == "to come" or (due == "due" and hold in ("file", "gone")):
            hold = "quiet" if due == "to come" else hold
            if hold != sending.held:
                await self._tell_hold(sending, hold, now)
            return
        begun = await self._parts.gathering.begin(sending, playbook, self._world.number())
        if begun is not None:
            await self._parts.gathering.go_on(begun, playbook)

    async def _end_or_hold(self, sending: Sending, now: datetime) -> None:
        sendings = self._parts.sendings
        if not await self._parts.batches.unfinished(sending.id):
            state = "done" if sending.state == "sending" else "cancelled"
            sent = (await self._parts.batches.figures(sending.id)).whole.got
            await self._parts.months.give_back(sending.channel, sending.id, sent)
            if await sendings.change(sending.id, [sending.state], state=state, ended=now, held=None):
                log.info('broadcast "%s" is %s', sending.broadcast, state)
            return
        hold = self._held(sending, now)
        if hold != sending.held and not (hold is None and sending.held in _BY_LINE):
            await self._tell_hold(sending, hold, now)

    async def _tell_hold(self, sending: Sending, hold: SendingHold | None, now: datetime) -> None:
        since = None if hold is None else now
        await self._parts.sendings.change(sending.id, [sending.state], held=hold, held_since=since)

    def _held(self, sending: Sending, now: datetime) -> SendingHold | None:
        return hold_of(sending, self._world.playbook(), self._world.brake(), now)

    # -- sending

    async def send(self) -> None:
        """Send batch after batch, as long as there is one that nobody else has."""
        for sending in list(self._open.values()):
            while self._may(sending.id) and await self._one_batch(self._open[sending.id]):
                pass

    def _may(self, name: str) -> bool:
        """Whether a further batch of it may be claimed now."""
        sending, now = self._open.get(name), self._world.clock.now()
        if sending is None or sending.state not in ("sending", "cancelling") or not self._world.parts():
            return False
        at_line = self._at_line.get(sending.channel)
        if at_line is not None and at_line.not_before is not None and now < at_line.not_before:
            return False
        return self._held(sending, now) is None

    async def _one_batch(self, sending: Sending) -> bool:
        """Whether there was one."""
        work, world = self._parts.work, self._world
        if (line := world.account(sending.channel)) is None:
            return False
        claimed = work.seconds()
        batch = await self._parts.batches.claim(sending.id, CLAIM)
        if batch is None:
            return False
        self._working += 1
        try:
            ends = await work.see_to(sending, batch, world.playbook(), line, claimed)
        except ClaimLost:
            return True
        finally:
            self._working -= 1
        if batch.state == "new":  # else who died may have told it: too much held is better than too little
            self._parts.months.sent(sending.channel, sending.id, len(ends.got))
        self.people.inc(sending.channel, by=len(ends.got))
        await self._heard(sending, ends)
        return True

    async def _heard(self, sending: Sending, ends: CallEnds) -> None:
        """Where LINE does not take it, the channel is left alone for a while; and it is told."""
        state, now = self._at_line.setdefault(sending.channel, _AtLine()), self._world.clock.now()
        if ends.hold is not None:
            state.failures += 1
            wait = max(ends.wait, backoff(state.failures))
            state.not_before = now + timedelta(seconds=wait)
            if ends.hold == "quota":
                self._parts.months.used_up(sending.channel)
            if state.hold != ends.hold:
                state.hold = ends.hold
                log.warning('broadcast "%s" waits: %s %s', sending.broadcast, ends.hold, ends.said)
                await self._tell_hold(sending, ends.hold, now)
        elif ends.got:
            if state.hold is not None:
                log.warning('broadcast "%s" goes on', sending.broadcast)
                await self._tell_hold(sending, None, now)
            state.failures, state.hold, state.not_before = 0, None, None


def _is_cancelled(sending: Sending, playbook: Playbook) -> bool:
    broadcast = playbook.broadcasts.get(sending.broadcast)
    return broadcast is not None and broadcast.status == "cancelled"
