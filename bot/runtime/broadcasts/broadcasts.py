"""Broadcasts of this process: it reads which sendings are open, and sends batch after batch of them.

The owner of part 0 also begins and ends them; every process that decides claims batches.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.broadcasts.schedule import hold_of, next_coming
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import CallResult
from bot.model.brake import Brake
from bot.model.broadcast import Sending, SendingHold
from bot.model.clock import PatientClock
from bot.runtime.broadcasts.batch_calls import CallEnds
from bot.runtime.broadcasts.batch_work import CLAIM, BatchWork, ClaimLost
from bot.runtime.broadcasts.conductor import BY_LINE, AsBegun, Conductor, Planning
from bot.runtime.broadcasts.gathering import Gatherer
from bot.runtime.broadcasts.ports import BroadcastLine, MonthsMessages
from bot.runtime.bulk import Backoff, keep_looking, look_when_woken
from bot.runtime.metrics import Tally
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.sendings import Sendings

log = logging.getLogger("oaflow.broadcasts")

LOOK = 1.0
"""Seconds between two looks whether there is something to send."""
SIDE_BY_SIDE = 4
"""Batches that this process has under way: while one is at LINE others are read and written."""


@dataclass(slots=True)
class _AtLine:
    """The state of a channel: whether LINE takes calls, and why not, as it was logged."""

    refusals: Backoff = field(default_factory=Backoff)
    hold: SendingHold | None = None


@dataclass(frozen=True, slots=True)
class BroadcastParts:
    """The stores and services of `Broadcasts`."""

    sendings: Sendings
    batches: SendingBatches
    gathering: Gatherer
    work: BatchWork
    months: MonthsMessages


@dataclass(frozen=True, slots=True)
class BroadcastWorld:
    """What `Broadcasts` needs of the process around it."""

    playbook: Callable[[], Playbook]
    """The playbook that is served."""
    number: Callable[[], int | None]
    """Its number among the accepted ones."""
    account: Callable[[str], BroadcastLine | None]
    """LINE's client for a channel."""
    brake: Callable[[], Brake]
    """What staff have stopped."""
    owns: Callable[[int], bool]
    """Whether a part is this process's."""
    parts: Callable[[], int]
    """How many parts are this process's: without any it sends nothing."""
    alive: Callable[[], Awaitable[Collection[str]]]
    """The names of the live processes."""
    me: str
    """The name of this process."""
    clock: PatientClock
    on_call_end: Callable[[str, CallResult, datetime], None] = lambda channel, outcome, began: None
    """Gets the channel, LINE's answer, and when the call began."""


class Broadcasts:
    """The broadcasts of this process. `run`, `run_conducting` and `run_batches` repeat for ever what `look`,
    `conduct` and `send` do once."""

    def __init__(self, parts: BroadcastParts, world: BroadcastWorld) -> None:
        self._parts = parts
        self._world = world
        self._as_begun = AsBegun()
        self._planning = Planning(parts.sendings, world.clock)
        self._conductor = Conductor(
            parts.sendings,
            parts.batches,
            parts.gathering,
            parts.months,
            self._planning,
            self._as_begun,
            world.playbook,
            world.number,
            world.brake,
            world.alive,
            world.clock,
        )
        self._open: dict[str, Sending] = {}
        self._at_line: dict[str, _AtLine] = {}
        self._woken = asyncio.Event()
        self._through = asyncio.Event()
        """No batch is left that could be claimed: perhaps a sending is at its end."""
        self._is_known = False
        """Whether what is open was read by `conduct` since the last look of `run`."""
        self._under_way = 0
        self.people = Tally("oaflow_broadcast_people", "People to whom broadcasts were sent.", "channel")

    async def run(self) -> None:
        """Read which sendings are open, for ever: so a pause has effect while people are gathered, too."""
        await keep_looking(self._look_unless_known, self._world.clock, LOOK)

    async def run_conducting(self) -> None:
        """Begin and end sendings, for ever, while this process owns part 0."""
        await keep_looking(self.conduct, self._world.clock, LOOK, self._through)

    async def run_batches(self) -> None:
        """Send what is open, for ever; woken by each look (`run`) that finds something to send."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SIDE_BY_SIDE):  # where the database goes away, a claim ends by itself
                group.create_task(look_when_woken(self.send, self._woken))

    async def look(self) -> None:
        """Read which sendings are open. Raises `DatabaseUnavailable`."""
        self._know(await self._parts.sendings.open())

    async def _look_unless_known(self) -> None:
        """Read what is open, unless `conduct` has done so since the last time: one read a second is
        enough."""
        is_known, self._is_known = self._is_known, False
        if not is_known:
            await self.look()

    def _know(self, found: Collection[Sending]) -> None:
        self._as_begun.look(found, self._world.playbook())
        self._open = {one.id: one for one in found}
        if any(one.state in ("sending", "cancelling") for one in found):
            self._woken.set()

    async def conduct(self) -> None:
        """Begin what is due and end what is finished, if this process owns part 0."""
        if self._world.owns(0):
            found = await self._conductor.open()
            self._know(found)
            is_idle = all(one.state == "planned" for one in found) and self._conductor.is_at_rest(found)
            self._is_known = is_idle  # with work it may be away for long
            await self._conductor.look(found)
            if not self.is_at_rest:  # what has begun is sent at once
                await self.look()

    async def send(self) -> None:
        """Send batch after batch, as long as there is one to claim. Raises `DatabaseUnavailable`."""
        self._under_way += 1
        try:
            for sending in sorted(self._open.values(), key=self._in_turn):
                if self._may(sending.id) and await self._others_go_first(sending):
                    continue
                while self._may(sending.id) and await self._one_batch(self._open[sending.id]):
                    self._through.set()
        finally:
            self._under_way -= 1

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be begun, sent or ended just now, as far as this process knows.

        What LINE has refused is tried again later.
        """
        found = self._open.values()
        if self._under_way or any(self._may(one.id) for one in found):
            return False
        return not self._world.owns(0) or self._conductor.is_at_rest(found)

    async def next(self, after: datetime, until: datetime) -> datetime | None:
        """Where a clock that is moved from `after` to `until` is to stop next; `after`: it has not come to
        rest there. Raises `DatabaseUnavailable`."""
        await self.look()  # another process may have stored an order
        if not self.is_at_rest:
            self._through.set()
            return after
        coming = self.coming(after)
        return None if coming is None or coming[0] > until else coming[0]

    def coming(self, after: datetime) -> tuple[datetime, Broadcast] | None:
        """What goes out next by itself, and when."""
        open, is_over = self._open.values(), self._planning.is_over
        return next_coming(self._world.playbook(), open, after, is_over)

    async def _others_go_first(self, sending: Sending) -> bool:
        """Whether a sending that goes first still has batches: where pushes per person are limited, those of
        the first must count before the second is sent."""
        if self._world.playbook().pushes_per_person is None:
            return False
        before = [one for one in self._open.values() if self._in_turn(one) < self._in_turn(sending)]
        for one in before:
            if self._may(one.id) and await self._parts.batches.unfinished(one.id):
                return True
        return False

    def _may(self, name: str) -> bool:
        """Whether a further batch of it may be claimed now."""
        sending, now = self._open.get(name), self._world.clock.now()
        if sending is None or sending.state not in ("sending", "cancelling") or not self._world.parts():
            return False
        at_line = self._at_line.get(sending.channel)
        if at_line is not None and not at_line.refusals.may(now):
            return False
        known = self._as_begun.playbook(sending) is not None
        return hold_of(sending, self._world.playbook(), self._world.brake(), now, as_begun=known) is None

    async def _one_batch(self, sending: Sending) -> bool:
        """Claim and process one batch of a sending; whether there was one."""
        work, world = self._parts.work, self._world
        if (line := world.account(sending.channel)) is None:
            return False
        claimed, began = work.seconds(), world.clock.now()
        batch = await self._parts.batches.claim(sending.id, CLAIM, world.me)
        if batch is None:
            return False
        begun = self._as_begun.playbook(sending)
        playbook = begun or world.playbook()
        try:
            ends = await work.see_to(sending, batch, playbook, line, claimed, as_begun=begun is not None)
        except ClaimLost:
            return True
        if (
            batch.state == "new"
        ):  # else a dead process may have released it: too much held is better than too little
            self._parts.months.sent(sending.channel, sending.id, len(ends.got))
        self.people.inc(sending.channel, by=len(ends.got))
        if ends.outcome is not None:
            world.on_call_end(
                sending.channel, ends.outcome, began if ends.hold is None else world.clock.now()
            )
        await self._on_batch_end(sending, ends)
        return True

    def line_is_well(self, channel: str) -> None:
        """An outage of LINE is over: what waits for that alone goes on now."""
        at_line = self._at_line.get(channel)
        if at_line is not None and at_line.hold in ("line", "token"):
            at_line.refusals.went_well()
            self._woken.set()

    async def _on_batch_end(self, sending: Sending, ends: CallEnds) -> None:
        """Where LINE refuses calls, pause the channel for a while, and log it."""
        state, now = self._at_line.setdefault(sending.channel, _AtLine()), self._world.clock.now()
        if ends.hold is not None:
            state.refusals.failed(now, ends.wait)
            if ends.hold == "quota":
                self._parts.months.used_up(sending.channel)
            if state.hold != ends.hold:
                state.hold = ends.hold
                log.warning('broadcast "%s" waits: %s %s', sending.broadcast, ends.hold, ends.message)
            if sending.held != ends.hold:
                await self._hold(sending, ends.hold)
        elif ends.got:
            sending = self._open.get(sending.id, sending)
            if state.hold is not None or sending.held in BY_LINE:  # the process that stored it may have died
                log.warning('broadcast "%s" goes on', sending.broadcast)
                await self._hold(sending, None)
            state.refusals.went_well()
            state.hold = None

    async def _hold(self, sending: Sending, why: SendingHold | None) -> None:
        if sending.id in self._open:  # as it is known until the next look
            self._open[sending.id] = replace(self._open[sending.id], held=why)
        await self._parts.sendings.hold(sending, why, self._world.clock.now())

    def _in_turn(self, sending: Sending) -> tuple[bool, datetime, str]:
        """Which of several is sent first: of a high priority, then whose people were fixed first."""
        broadcast = self._world.playbook().broadcasts.get(sending.broadcast)
        is_normal = broadcast is None or broadcast.priority == "normal"
        return is_normal, sending.fixed or sending.at, sending.id
