"""Random schedules in which staff stop pushes, let them go on, and make other playbooks live (K5, L8)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.line.outcome import CallResult
from bot.model.decision import DecisionInputs, Push
from bot.model.published_version import NowLive
from bot.operations.brake import StopScope, resume_pushes, stop_pushes
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.cluster.versions import Prepared, Versions, accept
from bot.runtime.sending import braked_calls
from bot.runtime.turn_observer import Watched
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import Database
from bot.store.events.pulse import Pulse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.runtime.gated_world import GatedLine, ProcessClock, gate_call
from tests.runtime.gates import Gate
from tests.runtime.harness import Bot, _texts
from tests.runtime.schedule_words import GIFTS, NOTHING, PUSHED, WISH
from tests.runtime.schedules import Schedule
from tests.turns_written import Written

GIVING = compiled("""\
flows:
  gifts:
    when: {tag_added: 禮}
    once_per: person
    if_late: send
    states:
      等: {wait: 2s, next: 送}
      送: {push: 一, wait: 2s, next: 再送}
      再送: {push: 二, end: true}
rules:
  - {when: {text: 回}, reply: 答}
  - {when: {text: 推}, do: [push: 通知]}
  - {when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}, {remove_tags: [禮]}]}
""")
"""Who wishes gets two gifts, each once, however often they say so."""

SCOPES = (StopScope(), StopScope(), StopScope("main"), StopScope(None, "gifts"), StopScope("main", "gifts"))
STAFF = "staff"


@dataclass
class Stopped:
    """A stop that was in force from one moment on to another; `None`: it is still."""

    scope: StopScope
    since: datetime
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether it was in force then, and each process has known for long."""
        known = (moment - self.since).total_seconds() > KNOWN
        return known and (self.until is None or moment < self.until)


KNOWN = 1.0
"""Seconds after which every process goes by it: a figure of the issue, not the one in the code."""


@dataclass
class PlayNotes:
    """What is written down of the play, for its laws: when which push was begun, what turns said unasked."""

    stops: list[Stopped] = field(default_factory=list)
    begun: list[tuple[datetime, str, str]] = field(default_factory=list)
    decided: list[tuple[datetime, str]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    """By event, or timer: the version of the playbook that decided it."""


class BrakedLine(GatedLine):
    """LINE, which notes when a push was begun: what is on its way then nobody can stop."""

    def __init__(self, schedule: BrakedSchedule, who: str) -> None:
        super().__init__(schedule.gates, who, schedule.line)
        self._schedule, self._name = schedule, who

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        (text,) = _texts(body)
        self._schedule.notes.begun.append((self._schedule.clock.now(), self._name, text))
        return await super().push(to, body, retry_key)


class BrakedSchedule(Schedule):
    """One run. `notes` are what its laws are held against."""

    steps = 320

    def __init__(self, database: Database, seal: Seal, seed: int) -> None:
        super().__init__(database, seal, seed, GIVING)
        self.notes = PlayNotes(live=[GIVING.version])
        self._stores = stores_of(database, seal)
        self._working: dict[str, asyncio.Task[None]] = {}
        self._holds: dict[str, set[str]] = {}
        self._slow_to_know = self.dice.random() < 0.7
        self._publishes = self.dice.random() < 0.5

    @property
    def texts(self) -> Sequence[str]:
        """What people say: mostly wishes."""
        return (WISH, WISH, "回", PUSHED, NOTHING)

    @property
    def crowd(self) -> tuple[Sequence[int], Sequence[int]]:
        """Many people, each of whom says little."""
        return (4, 5, 6), (1, 2, 3, 4)

    def slowness(self, gate: Gate) -> float:
        """Some processes are long in knowing what is stopped, and in writing what they have decided."""
        often = self._slow_to_know and ("pulse.read" in gate.call or "contacts.save" in gate.call)
        return 0.4 if often else super().slowness(gate)

    def _bounds(self, patched: pytest.MonkeyPatch) -> None:
        super()._bounds(patched)
        patched.setattr(braked_calls, "PATIENCE", 3600.0)  # by the machine's clock, which plays no part

    def seconds(self, moment: datetime) -> float:
        """A moment as the log of the play has it."""
        return (moment - NOW).total_seconds()

    # -- the processes

    def _bot(self, who: str, clock: ProcessClock) -> Bot:
        pulse, playbooks = Pulse(self.database), Playbooks(self.database, self.seal)
        gate_call(self.gates, who, pulse, "pulse", "read", fails=False)
        gate_call(self.gates, who, playbooks, "playbooks", "live")
        brake = BrakeWatch(pulse, clock, clock.boottime)
        holds = self._holds[who] = {self.notes.live[-1]}

        async def catch_up() -> None:
            for version in holds:
                if versions.is_wanted(version):
                    bot.playbook = replace(GIVING, version=version)

        versions = Versions(playbooks, lambda: bot.playbook.version, catch_up)
        bot = Bot(
            self.database,
            self.seal,
            clock,
            BrakedLine(self, who),
            replace(GIVING, version=self.notes.live[-1]),
            watch=lambda turn: self._watched(turn, clock.ahead),
            world=lambda channel: DecisionInputs(brake=brake.brake),
            brake=brake,
            may_decide=versions.may_decide,
        )
        for call in ("parts_by_brake", "by_brake"):
            gate_call(self.gates, who, bot.stores.held, "held", call)

        def looked() -> None:
            if versions.is_news(pulse.playbook):
                bot.runtime.ownership.check_soon()

        brake.on_change.append(bot.runtime.braked.look)
        brake.on_look.append(looked)
        bot.runtime.also("brake", brake.run)
        return bot

    def _watched(self, turn: Watched, ahead: timedelta) -> None:
        self.notes.versions[turn.event.id] = turn.playbook.version
        if ":timer:" in turn.event.id and any(isinstance(one, Push) for one in turn.decision.actions):
            self.notes.decided.append((turn.now - ahead, turn.event.id))

    # -- staff

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        here = "stop" not in self._working
        return {
            self._stop_pushes: 3.0 if here else 0.0,
            self._resume_pushes: 3.0 if here and self._stopped() else 0.0,
            self._publish: 1.0 if self._publishes and "publish" not in self._working else 0.0,
            self._files_arrive: 4.0 if self._publishes and self._lacking() else 0.0,
        }

    def _stopped(self) -> list[Stopped]:
        return [stop for stop in self.notes.stops if stop.until is None]

    def _stop_pushes(self) -> None:
        scope = self.dice.choice(SCOPES)

        async def stop() -> None:
            _, is_new = await stop_pushes(self._stores, scope, "amy", ["main"], GIVING, self.clock.now())
            if is_new:
                self.notes.stops.append(Stopped(scope, self.clock.now()))

        self._work("stop", f"stops {scope}", stop)

    def _resume_pushes(self) -> None:
        stopped = self.dice.choice(self._stopped())
        self._work("stop", f"resumes {stopped.scope}", lambda: self._resumed(stopped))

    async def _resumed(self, stopped: Stopped) -> None:
        stopped.until = self.clock.now()
        await resume_pushes(self._stores, stopped.scope, "amy", self.clock.now())

    def _publish(self) -> None:
        live = self.notes.live
        back = len(live) > 1 and self.dice.random() < 0.5
        version = self.dice.choice(live[:-1]) if back else f"v{self.seed}-{len(live)}"
        if version == live[-1]:
            return
        for holds in self._holds.values():
            if back or self.dice.random() < 0.5:  # what was live before everybody has
                holds.add(version)

        async def prepare(_: object) -> Prepared:
            return Prepared(NowLive(version, "amy", "publish"))

        async def publish() -> None:
            playbooks = self._stores.playbooks
            await accept(playbooks, version, "publish", self.clock, anew=True, prepare=prepare)
            live.append(version)

        self._work("publish", f"publishes {version}", publish)

    def _lacking(self) -> list[str]:
        return [one.who for one in self.processes if self.notes.live[-1] not in self._holds[one.who]]

    def _files_arrive(self) -> None:
        who = self.dice.choice(self._lacking())
        self._tell(f"the files arrive at {who}")
        self._holds[who].add(self.notes.live[-1])

    def _work(self, name: str, told: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tell(f"{STAFF} {told}")
        task = asyncio.create_task(self.gates.through(STAFF, told, work, fails=False))
        self._working[name] = task
        task.add_done_callback(lambda _: self._working.pop(name, None))

    async def _staff_end(self) -> None:
        while self._working:
            await self.gates.settled()
            for gate in [gate for gate in self.gates.waiting if gate.who == STAFF]:
                self._open(gate, may_fail=False)
        for stopped in self._stopped():
            self._tell(f"{STAFF} resumes {stopped.scope}")
            await self._resumed(stopped)
        for who in self._holds:
            self._holds[who].add(self.notes.live[-1])


def by_other_playbooks(
    live: Sequence[str], decided: Mapping[str, str], turns: Mapping[str, Written]
) -> Iterator[str]:
    """Who was decided by a playbook after one that was made live later. `decided`: by which, by event."""
    for contact, written in turns.items():
        versions, number = [decided[event] for event in written.events if event in decided], 0
        for version in versions:
            if version not in live[number:]:
                yield f"{contact} was decided by {versions}, which were live as {live}"
                break
            number = live.index(version, number)


def _of_one_name(turns: Mapping[str, Written]) -> Iterator[str]:
    """Rows, calls and traces are known by the id: two turns of one id would have one of each."""
    for contact, written in turns.items():
        for event, times in Counter(written.events).items():
            if times > 1:
                yield f"{contact} has {times} turns of the id {event}"


def broken_by_staff(schedule: BrakedSchedule, turns: Mapping[str, Written]) -> list[str]:
    """What was said by itself although it was stopped, by those who could know; who decided by what."""
    if schedule.sleepy:
        return []
    notes = schedule.notes
    return [
        *_of_one_name(turns),
        *(
            f"{who} began to push {text} at {schedule.seconds(at)}, although {stop}"
            for at, who, text in notes.begun
            for stop in notes.stops
            if text in GIFTS and stop.holds(at)
        ),
        *(
            f"{event} was decided at {schedule.seconds(at)}, although {stop}"
            for at, event in notes.decided
            for stop in notes.stops
            if stop.holds(at)
        ),
        *by_other_playbooks(notes.live, notes.versions, turns),
    ]
