"""Random schedules of several processes on one database: by a seed, and told line by line where they fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random
from string import ascii_uppercase
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn import turn
from bot.model.inbox import Received
from bot.runtime import journal, retry
from bot.runtime.cluster import recovery
from bot.runtime.intake import receive
from bot.runtime.turn_taking import deciding, draft_reading, lanes, timers, turns
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.runtime.cast import Delivery, Process, in_memory
from tests.runtime.gated_world import AnyLine, GatedLine, ProcessClock, Streams, note_claims, put_gates
from tests.runtime.gates import Gate, Gates
from tests.runtime.hardships import Hardships
from tests.runtime.harness import Bot, said
from tests.runtime.schedule_words import ANSWERED, FEW_PLACES, NOTHING, PLAYBOOK, PUSHED, WANTED
from tests.runtime.shop import at_rest, parts

TICKS = (0.05, 0.3, 0.9, 2.0, 3.0)
PAUSES = (1.0, 11.0, 14.0, 20.0)
"""Seconds for which a process is frozen; the longer ones are longer than a lease."""

FAILURES = 4
REST = 120.0
"""Seconds of the tests' clock within which all must be at rest, whatever went wrong before."""
PROCESSES = 10
"""So many are started while it is played. At its end there is always one more: somebody starts it again."""
STEPS = 20_000
"""A schedule has some hundred; what goes round and round while no time passes never comes to rest."""


class DoesNotRest(AssertionError):
    """Something is still to be done when nobody does anything."""


class Schedule:
    """One run. `run` plays it; afterwards everything can be looked at."""

    steps = 160
    webhooks = (4, 10)
    """How many come: at least, and fewer than."""

    def __init__(self, database: Database, seal: Seal, seed: int, playbook: Playbook = PLAYBOOK) -> None:
        self.database, self.seal, self.seed, self.playbook = database, seal, seed, playbook
        self.dice = Random(seed)
        self.clock = ManualClock()
        self.gates = Gates(lax=self.dice.random() < 0.7)
        self.line = AnyLine()
        self.log: list[str] = []
        self.hard = Hardships(seed, self.gates, self.clock, self._tell)
        self.processes: list[Process] = []
        self.gone: list[Process] = []
        self.sleepy = self.dice.random() < 0.3
        self.deliveries: list[Delivery] = []
        self.left: list[Delivery] = []
        self.since: Any = None
        self.together: list[int] = []
        """How many turns each transaction has written that took places."""
        self._few = playbook is FEW_PLACES
        self._streams = Streams()
        self._step = 0
        self._failures = self.dice.choice((0, 0, FAILURES))
        self._slow: dict[Gate, bool] = {}
        self._number = 0
        self._died = False

    # -- the play

    async def run(self, patched: pytest.MonkeyPatch) -> None:
        """Play it to its end. Raises `DoesNotRest`."""
        self._bounds(patched)
        try:
            await self._begin()
            self._conversations()
            while self._step < self.steps:
                await self._next()
            await self._come_to_rest()
        finally:
            for one in list(self.processes):
                await self._end(one)

    def _bounds(self, patched: pytest.MonkeyPatch) -> None:
        """Small ones in some runs, so that they are met."""
        patched.setattr(retry, "TOKEN_LIFE", timedelta(days=1))  # so that each answer is due
        patched.setattr(turn, "TOKEN_LIFE", timedelta(days=1))
        if self.dice.random() < 0.3:
            patched.setattr(deciding, "OUTBOX_CALLS", 3)
        if self.dice.random() < 0.2:
            patched.setattr(draft_reading, "ENTRIES", 2)
        if self.dice.random() < 0.2:
            patched.setattr(lanes, "CROWDED", 3)
        if self.dice.random() < 0.3:  # so that there are pauses between so few people
            patched.setattr(turns, "SLICE", 1)
            patched.setattr(timers, "WOKEN_TOGETHER", 1)
            patched.setattr(journal, "SETTLED_TOGETHER", 1)
        patched.setattr(receive, "MARGIN", self.hard.margin)
        if self.hard.forgets:
            patched.setattr(receive, "KEPT", 2)
        if self.dice.random() < 0.3:
            patched.setattr(recovery, "BACKSTOP", 2.0)
            patched.setattr(recovery, "STRANDED", timedelta(seconds=4))

    async def _begin(self) -> None:
        for left in ("leases", "places", "stops", "playbooks"):
            await self.database.collection(left).delete_many({})
        for _ in range(2):
            await self._opens().bot.start()
        await self._until(lambda: all(parts(one.bot) == 128 for one in self.processes))

    async def _until(self, true: Callable[[], bool]) -> None:
        for _ in range(400):
            await self.gates.settled()
            if true():
                return
            self.clock.advance(0.25)
        raise DoesNotRest("the processes do not begin")

    def _conversations(self) -> None:
        crowd, at_once = self.crowd
        people = [f"U{self.seed}-{number}" for number in range(self.dice.choice(crowd))]
        for _ in range(self.dice.randrange(*self.webhooks)):
            several = self.dice.choice(at_once)
            events = tuple(self.says(self.dice.choice(people)) for _ in range(several))
            self.deliveries.append(Delivery(events))
        self.left = self.deliveries[::-1]
        self.gates.shut = True

    def says(self, user: str) -> Received:
        self._number += 1
        event = f"{self.seed}-{self._number}"
        text = self.dice.choice(self.texts)
        token = "" if text == PUSHED else f"T{event}"  # with a token it would ride in a reply
        return said(text, user, self.clock, webhookEventId=f"E{event}", replyToken=token)

    @property
    def haste(self) -> float:
        """How soon the next webhook comes."""
        return 14.0

    @property
    def crowd(self) -> tuple[Sequence[int], Sequence[int]]:
        """How many people there may be, and how many events in a webhook."""
        return ((4, 5, 6), (1, 2, 3, 4, 5)) if self._few else ((1, 2, 3), (1, 1, 1, 2, 3))

    @property
    def texts(self) -> Sequence[str]:
        """What people say."""
        return (*ANSWERED, PUSHED, *((WANTED, WANTED) if self._few else ()), NOTHING)

    def _bot(self, who: str, clock: ProcessClock) -> Bot:
        return Bot(self.database, self.seal, clock, GatedLine(self.gates, who, self.line), self.playbook)

    def _opens(self) -> Process:
        who = ascii_uppercase[len(self.processes) + len(self.gone)]
        clock = ProcessClock(self.clock, sleepy=self.sleepy, ahead=self.hard.ahead())
        bot = self._bot(who, clock)
        note_claims(bot, self.together)
        put_gates(self.gates, who, bot, clock, self._streams)
        one = Process(who, bot, clock)
        self.processes.append(one)
        return one

    async def _next(self) -> None:
        self._step += 1
        await self.gates.settled()
        await self._those_who_ended()
        actions: dict[Callable[[], Any], float] = {
            self._open_one: 60.0 if self._ready() else 0.0,
            self._tick: 10.0 if self._ready() else 40.0,
            self._deliver: self.haste if self.left and self._reachable() else 0.0,
            self._deliver_again: 2.0 if self._reachable() else 0.0,
            self._freeze: 3.0 if len(self._reachable()) > 1 else 0.0,
            self._thaw: 15.0 if any(one.clock.is_frozen for one in self.processes) else 0.0,
            self._forget: 1.5,
            self._crash: 0.6,
            self._stop: self.hard.stops(0.4),
            self._open_another: 4.0 if len(self.processes) < 2 else 0.4,
            **self._staff_acts(),
            **self.hard.acts(self.processes),
        }
        done = self.dice.choices(list(actions), list(actions.values()))[0]()
        if done is not None:
            await done

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        """What else may happen, with its weight."""
        return {}

    def _tell(self, line: str) -> None:
        self.log.append(f"{self._step:4} {(self.clock.now() - NOW).total_seconds():7.2f}  {line}")

    # -- what may happen

    def _ready(self) -> list[Gate]:
        """The gates that may open now, in an order that does not hang on hashes."""
        gates = sorted(
            (g for g in self.gates.waiting if g.who not in self.gates.frozen), key=lambda g: g.name
        )
        for one in gates:
            if one not in self._slow:
                self._slow[one] = self.dice.random() < self.slowness(one)
        return gates

    def slowness(self, gate: Gate) -> float:
        """How often who stands there waits for long."""
        return 0.08

    def _open_one(self) -> None:
        gates = self._ready()
        quick = [gate for gate in gates if not self._slow[gate]]
        leases = [gate for gate in quick if "leases." in gate.call]
        if leases and self.dice.random() < 0.5:
            gates = leases
        elif quick and self.dice.random() < 0.97:
            gates = quick
        self._open(self.dice.choice(gates), may_fail=True)

    def _open(self, gate: Gate, *, may_fail: bool) -> None:
        fails = may_fail and gate.fails and self._failures > 0 and self.dice.random() < 0.05
        self._failures -= fails
        self._slow.pop(gate, None)
        self._tell(f"{gate.name}{'  FAILS' if fails else ''}")
        self.gates.open(gate, "played" if fails else None)

    def _tick(self) -> None:
        seconds = self.dice.choice(TICKS)
        self._tell(f"{seconds} s pass")
        self.clock.advance(seconds)

    def _reachable(self) -> list[Process]:
        return [one for one in self.processes if one.is_open]

    def _deliver(self) -> None:
        self._bring(self.left.pop())

    def _deliver_again(self) -> None:
        brought = [one for one in self.deliveries if one.begun is not None]
        if brought:
            self._bring(self.dice.choice(brought))

    def _bring(self, delivery: Delivery) -> None:
        one = self.dice.choice(self._reachable())
        self._tell(f"{one.who} gets {[(e.entry.id, e.entry.contact) for e in delivery.events]}")
        if delivery.begun is None:
            delivery.begun, delivery.sent = self._step, int(self.clock.now().timestamp() * 1000)
        if delivery.acknowledged is not None:
            delivery.again = self._step
        task = asyncio.create_task(self._hear(one, delivery))
        one.hearing[task] = delivery
        task.add_done_callback(lambda task: one.hearing.pop(task, None))

    async def _hear(self, one: Process, delivery: Delivery) -> None:
        try:
            events = [self.hard.received(event, one, delivery.sent) for event in delivery.events]
            await one.bot.runtime.receiver.store(events, 600.0)
        except DatabaseUnavailable:
            self._tell(f"{one.who} answers 503")
            self.left.append(delivery)
        else:
            self._tell(f"{one.who} answers 200 for {[e.entry.id for e in delivery.events]}")
            if delivery.acknowledged is None:
                delivery.acknowledged = self._step
                under_way = [other for p in self.processes for other in p.hearing.values()]
                if sum(other is delivery for other in under_way) > 1:
                    delivery.again = self._step

    def _freeze(self) -> None:
        one = self.dice.choice(self.processes) if self.processes else None
        if one is not None and not any(other.clock.is_frozen for other in self.processes):
            self._freeze_one(one, self.dice.choice(PAUSES))

    def _freeze_one(self, one: Process, seconds: float) -> None:
        one.clock.freeze()
        self.gates.frozen.add(one.who)
        one.wakes = (self.clock.now() - NOW).total_seconds() + seconds
        self._tell(f"{one.who} freezes")

    def _thaw(self) -> None:
        now = (self.clock.now() - NOW).total_seconds()
        for one in self.processes:
            if one.clock.is_frozen and now >= one.wakes:
                self._wake(one)
                self._tell(f"{one.who} wakes up")

    def _wake(self, one: Process) -> None:
        one.clock.thaw()
        self.gates.frozen.discard(one.who)

    def _forget(self) -> None:
        """Somebody else needs the room in a process's memory."""
        for one in self._reachable()[:1]:
            contact = self.dice.choice(self.dice.choice(self.deliveries).events).entry.contact
            one.bot.runtime.turns.recent.drop(contact)
            self._tell(f"{one.who} has no room to remember {contact}")

    async def _crash(self) -> None:
        if len(self.processes) > 1:
            one = self.dice.choice(self.processes)
            noticed = self.dice.random() < 0.5
            self._died = True
            self._tell(f"{one.who} dies{', which is noticed' if noticed else ''}")
            await self._end(one)
            for other in self.processes if noticed else ():
                other.bot.dead.add(one.bot.id)

    def _stop(self) -> None:
        quiet = [one for one in self._reachable() if not one.hearing]
        if len(self._reachable()) > 1 and quiet:
            one = self.dice.choice(quiet)
            self._tell(f"{one.who} is stopped")
            one.stopping = asyncio.create_task(one.bot.runtime.stop())

    def _open_another(self, most: int = PROCESSES) -> None:
        if len(self.processes) < 3 and len(self.processes) + len(self.gone) < most:
            one = self._opens()
            self._tell(f"{one.who} is started")
            one.starting = asyncio.create_task(one.bot.start())

    async def _those_who_ended(self) -> None:
        for one in list(self.processes):
            if one.starting is not None and one.starting.done() and one.starting.exception() is not None:
                self._tell(f"{one.who} could not start")
                await self._end(one)
            elif one.stopping is not None and one.stopping.done():
                one.stopping.result()
                self._tell(f"{one.who} has stopped")
                await self._end(one)

    async def _end(self, one: Process) -> None:
        self.processes.remove(one)
        self.gone.append(one)
        self.gates.bury(one.who)
        tasks = [*one.hearing, *(task for task in (one.starting, one.stopping) if task is not None)]
        self.left += one.hearing.values()  # LINE hears nothing, and brings it again
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await one.bot.crash()
        await self.gates.settled()

    # -- the end

    async def _come_to_rest(self) -> None:
        """Everybody goes on, nothing fails any more."""
        self._tell("-- all go on")
        self.hard.comes_back()
        for one in self.processes:
            self._wake(one)
        await self._staff_end()
        until, last = self.clock.now() + timedelta(seconds=REST), self._step + STEPS
        while self.clock.now() < until and self._step < last:
            self._step += 1
            await self.gates.settled()
            await self._those_who_ended()
            if gates := self._ready():
                self.dice.shuffle(gates)
                for gate in gates[: self.dice.choice((1, 3, 9))]:
                    self._open(gate, may_fail=False)
            elif not self._reachable():
                self._open_another(len(ascii_uppercase))
            elif self.left:
                self._deliver()
            elif self._is_at_rest() and not await self.what_is_left():
                return
            else:
                self.clock.advance(0.3)
        memory = [line for one in self.processes for line in in_memory(one)]
        raise DoesNotRest(
            f"{await self.what_is_left()} {memory} {[gate.name for gate in self.gates.waiting]}"
        )

    async def _staff_end(self) -> None:
        """What was begun by staff is ended, and nothing is stopped any more."""

    def _is_at_rest(self) -> bool:
        ended = all(one.stopping is None and not one.hearing for one in self.processes)
        return ended and all(at_rest(one.bot) for one in self.processes)

    async def what_is_left(self) -> Sequence[str]:
        """What is not done, and what lies on contacts that should not."""
        people = sorted({event.entry.contact for event in self.events})
        open_entries = {"contact": {"$in": people}, "state": {"$ne": "done"}}
        inbox = self.database.collection("inbox")
        left = [f"{entry['_id']} is {entry['state']}" async for entry in inbox.find(open_entries)]
        told = {event.entry.id for event in self.events}
        left += [f"{event} is in no inbox" for event in told.difference(await inbox.distinct("_id"))]
        async for contact in self.database.collection("contacts").find({"_id": {"$in": people}}):
            # what is done may stay in `waiting`, and in `open` of the dead: the next turn takes it out
            keys = ("out", "due", "braked", "carried", *(() if self._died else ("open",)))
            left += [f"{contact['_id']} has {key}: {contact[key]}" for key in keys if contact.get(key)]
        return left

    @property
    def events(self) -> list[Received]:
        return [event for delivery in self.deliveries for event in delivery.events]

    def told(self) -> str:
        return f"seed {self.seed}{' (sleepy)' if self.sleepy else ''}\n" + "\n".join(self.log)
