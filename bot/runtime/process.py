"""Builds and runs one process's runtime: leases, receiving, turns (also of bulk work), journal, sending,
timers, the emergency brake, and recovery of what other processes left; started and stopped together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from bot.engine.times.local_time import today
from bot.model.inbox import Received
from bot.runtime.cluster.database_away import DatabaseAway
from bot.runtime.cluster.ownership import Ownership
from bot.runtime.cluster.recovery import Recovery
from bot.runtime.dependencies import RuntimeDeps
from bot.runtime.effects.effect_runner import Asker
from bot.runtime.intake.receive import Receiver, SurelyNew
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.line_rates import LineRates
from bot.runtime.limits.personal_limits import ChatBudget
from bot.runtime.limits.places import PlaceWatch
from bot.runtime.limits.spending import Spending
from bot.runtime.metrics import Metrics
from bot.runtime.sending.braked_calls import BrakedCalls, BrakeState
from bot.runtime.sending.line_calls import LineCalls, LineDelivery
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.sending.menu_links import MenuLinks
from bot.runtime.sending.outage_backlog import OutageBacklog
from bot.runtime.sending.send import Sender
from bot.runtime.turn_taking.batches import Batches
from bot.runtime.turn_taking.brake_release import BrakeRelease
from bot.runtime.turn_taking.deciding import Decider
from bot.runtime.turn_taking.draft_reading import DraftReader, Rereader, TurnServices
from bot.runtime.turn_taking.durability import DurabilityCheck
from bot.runtime.turn_taking.lanes import Lanes
from bot.runtime.turn_taking.profiles import Profiles
from bot.runtime.turn_taking.saving import TurnSaver
from bot.runtime.turn_taking.timers import TimerWatch
from bot.runtime.turn_taking.transcript import RecoveredTranscripts
from bot.runtime.turn_taking.turns import TurnTaker
from bot.services.own_events import reading
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.runtime")

TICKS_WAITING = 1_000
"""Lanes in memory that only have a timer due, at most: further ones stay in the database until these are
taken."""

CALLS_WAITING = 20_000
"""Calls that are not settled, above which timers wait: what LINE does not take is not piled up in memory."""

AGAIN = 1.0
"""Seconds before work that a bug has ended begins again."""


class Runtime:
    """Runs events through the playbook. `start`, then `receiver.store(...)`, then `stop`."""

    def __init__(self, given: RuntimeDeps) -> None:
        self._stores = given.stores
        self._clock = given.clock
        self.metrics = Metrics()
        self.surely_new = SurelyNew(given.clock, lambda part: self.ownership.since(part))
        self.lanes = Lanes(self.surely_new.hear)
        self.troubles: dict[str, str] = {}
        self.ownership = Ownership(
            given.stores.leases, given.me, self, given.clock, given.gone, may_decide=given.may_decide
        )
        self.journal = JournalWriter(
            given.stores.journal,
            given.stores.conversations,
            given.stores.unsender,
            given.stores.inbox,
            given.stores.contacts,
            given.clock,
        )
        self.line = LineWatch(lambda: given.playbook().channels, given.clock)
        self.rates = LineRates(lambda: self.ownership.surely, given.clock)
        self.sender = self._new_sender(given)
        self.profiles = Profiles(given.account, self.lanes, given.clock)
        self.places = PlaceWatch()
        read_event = reading(given.read_event)
        self._lasting = DurabilityCheck(given.stores.inbox, given.stores.contacts)
        self._rereader = Rereader(given.stores.inbox, self.lanes, self.journal, read_event)
        self._recovered_transcripts = RecoveredTranscripts(
            given.stores.inbox,
            self._lasting,
            self.journal,
            read_event,
            lambda: given.playbook().keep_conversations is not None,
        )
        self.recovery = Recovery(
            given.stores.inbox,
            given.stores.contacts,
            self.lanes,
            self.sender,
            self._recovered_transcripts,
            self._rereader,
            self.ownership,
            given.clock,
            self.suspect_store,
        )
        self.budget = ChatBudget()
        self.metrics.add(self.budget.over)
        self._services = TurnServices(
            contacts=given.stores.contacts,
            inbox=given.stores.inbox,
            erasures=given.stores.erasures,
            lanes=self.lanes,
            fences=self.ownership,
            journal=self.journal,
            metrics=self.metrics,
        )
        self.timers = self._new_timers()
        self.turns = self._new_turns(given)
        self.batches = Batches(self.turns, self.lanes, self.ownership, given.clock)
        self.bulk_batches = Batches(self.turns, self.lanes, self.ownership, given.clock, bulk=True)
        self.braked = self._new_release(given.brake)
        self.receiver = self._new_receiver()
        self._away = DatabaseAway(
            given.stores.health,
            self.recovery.reread_open,
            self.ownership.check_soon,
            given.clock,
            self.metrics,
            self.troubles,
        )
        self._further: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._join(given.spending)
        self._measure()

    def _new_sender(self, given: RuntimeDeps) -> Sender:
        clock, owns = given.clock, self.ownership.owns
        backlog = OutageBacklog(self.line, partial(self.rates.admit, kind="push"), clock)
        line = LineDelivery(
            calls=LineCalls(given.account, clock, owns, self.line),
            menus=MenuLinks(given.account, given.menus, self.journal, clock, owns, self.line, backlog),
            watch=self.line,
            backlog=backlog,
            braked=BrakedCalls(given.brake, clock),
        )
        return Sender(
            line,
            Asker(given.effects, self._hear, clock),
            given.spending,
            given.stores.contacts,
            journal=self.journal,
            clock=clock,
            metrics=self.metrics,
            owns=owns,
            on_room=self.lanes.release,
            day=lambda moment: today(moment, given.playbook().zone).isoformat(),
            grace=given.stores.leases.pace.grace,
        )

    def _new_turns(self, given: RuntimeDeps) -> TurnTaker:
        inbox, contacts, places = given.stores.inbox, given.stores.contacts, self.places
        decider = Decider(
            given.playbook,
            self.sender,
            self.profiles,
            given.clock,
            given.world,
            given.personal,
            places,
            given.brake,
            self.budget,
        )
        reader = DraftReader(
            self._services,
            self.sender,
            self._rereader,
            self._recovered_transcripts,
            has_due=decider.has_due,
            on_passed=self.recovery.reread,
        )
        return TurnTaker(
            self._services,
            reader,
            decider,
            TurnSaver(contacts, inbox, places, self.ownership.fence, given.clock, self.metrics),
            self.sender,
            on_timers=self.timers.note,
            watch=given.watch,
            decides_ahead=given.decides_ahead,
        )

    def _new_timers(self) -> TimerWatch:
        owner = self.ownership
        return TimerWatch(
            self._stores.contacts, self.lanes, self._clock, lambda: owner.parts, owner.knows, self._has_room
        )

    def _new_release(self, brake: BrakeState) -> BrakeRelease:
        owner, people = self.ownership, self._stores.held
        return BrakeRelease(
            people,
            lambda: brake.brake,
            self.lanes,
            lambda: owner.parts,
            self._has_room,
            self.sender.look_at_braked,
            self.timers.remember,
            self._clock,
        )

    def _new_receiver(self) -> Receiver:
        return Receiver(
            self._services,
            self._stores.inbox_commit,
            self.turns,
            self.surely_new,
            self._lasting,
            on_failure=self.suspect_store,
            on_late=self._look_for_store,
        )

    def _join(self, spending: Spending) -> None:
        """Connect the callbacks."""
        self.journal.on_failure = self.suspect_store
        self.journal.on_done = self.lanes.forget
        self.journal.on_settled = self.sender.settled
        self.journal.on_all_settled = spending.settled

    def _measure(self) -> None:
        self.metrics.level(
            "oaflow_events_in_memory", "Events not yet decided and marked done.", lambda: len(self.lanes)
        )
        self.metrics.level(
            "oaflow_parts_owned", "Parts that this process owns.", lambda: len(self.ownership.parts)
        )
        self.metrics.level(
            "oaflow_timers_behind_seconds",
            "For how long the timer that is woken next has been due.",
            lambda: self.timers.behind,
        )
        self.metrics.add(self.line.levels)

    # -- life

    def also(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a further task, from `start` until `stop`; begun again when a bug ends it. `name` is for the
        log."""
        self._further.append((name, work))

    async def start(self) -> None:
        """Take our share of the parts and begin to work. Raises `DatabaseUnavailable`."""
        await self.ownership.begin()
        for name, work in (
            ("turns", lambda: self.batches.run(self._away.recovered)),
            ("turns of bulk work", lambda: self.bulk_batches.run(self._away.recovered)),
            ("journal", self.journal.run),
            ("leases", self.ownership.run),
            ("timers", self.timers.run),
            ("held by the brake", self.braked.run),
            ("calls held by the brake", self.braked.watch_calls),
            ("foreign", self.recovery.listen),
            ("backstop", self.recovery.look_for_stranded),
            *self._further,
        ):
            self._tasks.append(asyncio.create_task(self._forever(name, work), name=name))

    async def _forever(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a task, and begin it again whenever a bug ends it, for events wait for it."""
        while True:
            try:
                await work()
                return
            except Exception:  # only a bug comes here: what may happen is handled where it happens
                log.exception("the %s task failed and begins again", name)
                self.metrics.task_failures.inc(name)
                self.troubles[name] = f"the {name} task failed"
                await self._clock.wait(AGAIN)
                del self.troubles[name]

    @property
    def trouble(self) -> str | None:
        """Why this process cannot do its work just now; `None` where it can."""
        return "; ".join(self.troubles.values()) or None

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is left to decide or to send just now; what is tried again later does not count."""
        return self.is_at_rest_but_for(0)

    def is_at_rest_but_for(self, waiting: int) -> bool:
        """Whether nothing is left to decide or to send, while so many requests wait for a person's answer
        (trials)."""
        decided = self.receiver.is_at_rest and self.lanes.is_empty
        return decided and not self.sender.is_busy(but_for=waiting) and self.braked.is_at_rest

    async def stop(self) -> None:
        """Finish what was begun, store it, and release our parts for other processes."""
        try:
            await self.ownership.end(self._finish)
        except DatabaseUnavailable:
            log.warning("stopped while the database was away; the leases end by themselves")
        finally:
            await self._cancel()

    async def _finish(self) -> None:
        await self.receiver.quiet()  # LINE gets its 200 before the calls of a turn are given to the sender
        await self.batches.stop()
        await self.bulk_batches.stop()
        await self.profiles.stop()
        await self.sender.stop()
        await self.journal.flush()

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._away.stop()
        await self.line.stop()

    def _has_room(self) -> bool:
        """Whether more timers may be woken: no more than is worked off soon is held in memory."""
        return self.lanes.ticks < TICKS_WAITING and self.sender.unsettled_calls < CALLS_WAITING

    async def _hear(self, received: Sequence[Received], seconds: float) -> None:
        await self.receiver.store(received, seconds)

    # -- parts (what `Ownership` asks for)

    async def take_over(self, parts: list[int]) -> None:
        """Take parts that are ours now: read what their last owner left, before any new event is decided."""
        self.lanes.close(parts)
        left = await self.recovery.read(parts)
        self.timers.read_anew()
        self.braked.look()
        self.lanes.open(parts)
        if any(left):
            log.info(
                "goes on where the last owner of %d parts ended: %d people with events, %d calls to be made",
                len(parts),
                *left,
            )

    async def hand_back(self, parts: list[int]) -> None:
        """Begin nothing more on these parts, end what was begun, and write down what was done."""
        self.lanes.close(parts)
        await self.receiver.quiet()
        async with self.batches.none(), self.bulk_batches.none():
            pass  # what is decided for these parts is with the sender now
        await self.sender.finish(frozenset(parts))
        async with self.batches.none(), self.bulk_batches.none():
            await self.journal.flush()

    async def lost(self) -> None:
        """Forget what belongs to other processes now, and have them read events that only this one knew
        of."""
        self.turns.recent.keep_only(self.ownership.owns)
        self.sender.drop()
        dropped = self.lanes.drop(self.ownership.owns)
        if dropped:
            await self._stores.contacts.poke(dropped)

    def resume(self, parts: list[int]) -> None:
        """Go on with these parts, which are still ours."""
        self.lanes.open(parts)
        self.sender.resume()

    def suspect_store(self) -> None:
        """To be called when a write failed, which may have been made all the same: find out, and read
        again."""
        self._away.suspect()

    def _look_for_store(self) -> None:
        """The database is slow: check it now, for a caller has got a 503 already."""
        self._away.look()
