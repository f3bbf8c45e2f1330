"""One process's runtime: receiving, turns, sending, leases and timers, started and stopped together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Protocol

from bot.engine.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.event import Event
from bot.model.inbox import InboxEntry, Received
from bot.model.part import part_of
from bot.runtime.asking import Asker, NotYet
from bot.runtime.deciding import Decider
from bot.runtime.journal import Journal
from bot.runtime.lanes import Lanes
from bot.runtime.metrics import Metrics
from bot.runtime.own_events import reading
from bot.runtime.ownership import Ownership
from bot.runtime.ports import (
    ArrivalStore,
    ContactStore,
    Effects,
    InboxStore,
    JournalStore,
    LeaseStore,
    LineAccount,
)
from bot.runtime.profiles import Profiles
from bot.runtime.receive import Receiver
from bot.runtime.reread import Rereader
from bot.runtime.send import Sender
from bot.runtime.timers import TimerWatch
from bot.runtime.turns import TurnTaker
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.runtime")

BACKSTOP = 10.0
"""Seconds between two looks for events and calls that lie in the database and that no memory knows of."""

STRANDED = timedelta(seconds=30)
"""Age from which such an event or call counts as stranded."""

AGAIN = 1.0
"""Seconds before work that a bug has ended begins again."""

SPLIT_BUCKETS = 10_007
"""The range of a person's seed (`language.md` 5.1, splits)."""


class Health(Protocol):
    """Whether MongoDB is there, and how it is brought back (the embedded one is started again)."""

    async def ping(self) -> None: ...
    async def repair(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that MongoDB does for the runtime."""

    arrivals: ArrivalStore
    inbox: InboxStore
    contacts: ContactStore
    journal: JournalStore
    leases: LeaseStore
    health: Health


async def always() -> bool:
    """A process that may decide whatever happens."""
    return True


class Runtime:
    """Runs events through the playbook. `start`, then `receiver.store(...)`, then `stop`."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        stores: Stores,
        account: Callable[[str], LineAccount | None],
        read_event: Callable[[InboxEntry], Event],
        clock: PatientClock,
        me: str,
        gone: Callable[[str], bool] = lambda process: False,
        may_decide: Callable[[], Awaitable[bool]] = always,
        effects: Effects | None = None,
    ) -> None:
        """`account(channel)` is LINE; `me` this process's id, never used before; `effects` all the rest.

        `read_event` reads LINE's events; `gone` and `may_decide` see `Ownership`.
        """
        self._stores = stores
        self._clock = clock
        self.metrics = Metrics()
        self.lanes = Lanes()
        self.ownership = Ownership(stores.leases, me, self, clock, gone, may_decide=may_decide)
        self.journal = Journal(stores.journal, stores.inbox, stores.contacts, clock)
        self.sender = Sender(
            account,
            self.journal,
            clock,
            self.metrics,
            self.ownership.owns,
            self.lanes.release,
            Asker(effects or NotYet(), self._hear, clock),
        )
        self.profiles = Profiles(account, self.lanes, clock)
        decider = Decider(playbook, self.sender, self.profiles, clock)
        rereader = Rereader(stores.inbox, self.lanes, self.journal, reading(read_event))
        self.turns = TurnTaker(
            decider,
            rereader,
            stores.inbox,
            stores.contacts,
            self.lanes,
            self.sender,
            self.journal,
            self.ownership,
            _newborn_seed,
            clock,
            self.metrics,
        )
        self.timers = TimerWatch(
            stores.contacts, self.lanes, clock, lambda: self.ownership.parts, self.ownership.knows
        )
        self.receiver = Receiver(
            stores.arrivals,
            stores.contacts,
            self.turns,
            self.lanes,
            self.ownership.owns,
            self.ownership.knows,
            self.metrics,
            self.suspect_store,
        )
        self.turns.on_timers = self.timers.note
        self.journal.on_failure = self.suspect_store
        self.journal.on_done = self.lanes.forget
        self.journal.on_settled = self.sender.settled
        self._tasks: list[asyncio.Task[None]] = []
        self._recovering: asyncio.Task[None] | None = None
        self.metrics.level(
            "oaflow_events_in_memory", "Events not yet decided and marked done.", lambda: len(self.lanes)
        )
        self.metrics.level(
            "oaflow_parts_owned", "Parts that this process owns.", lambda: len(self.ownership.parts)
        )
        self.troubles: dict[str, str] = {}

    # -- life

    async def start(self) -> None:
        """Take our share of the parts and begin to work. Raises `DatabaseUnavailable`."""
        await self.ownership.begin()
        for name, work in (
            ("turns", lambda: self.turns.run(self.recovered)),
            ("journal", self.journal.run),
            ("leases", self.ownership.run),
            ("timers", self.timers.run),
            ("foreign", self._listen),
            ("backstop", self._look_for_stranded),
        ):
            self._tasks.append(asyncio.create_task(self._forever(name, work), name=name))

    async def _forever(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin this work again whenever a bug ends it: nobody else would, and events wait for it."""
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

    async def stop(self) -> None:
        """Finish what was begun, write it down, and give our parts to whoever goes on."""
        try:
            await self.ownership.end(self._finish)
        except DatabaseUnavailable:
            log.warning("stopped while the database was away; the leases end by themselves")
        finally:
            await self._cancel()

    async def _finish(self) -> None:
        await self.turns.stop()
        await self.profiles.stop()
        await self.sender.stop()
        await self.journal.flush()

    async def _cancel(self) -> None:
        tasks = [*self._tasks, *([self._recovering] if self._recovering else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, received: Sequence[Received], seconds: float) -> None:
        await self.receiver.store(received, seconds)

    # -- parts (what `Ownership` asks for)

    async def take_over(self, parts: list[int]) -> None:
        """These parts are ours now: what their last owner left is read before any new event is decided."""
        self.lanes.close(parts)
        for contact in await self._stores.inbox.open_contacts(parts, None):
            self.lanes.reread(contact, part_of(contact))
        async for stored in self._stores.contacts.unsent(parts, None):
            self.sender.put(stored.contact.id, stored.outgoing, recovered=True)
        await self.timers.scan(parts)
        self.lanes.open(parts)

    async def hand_back(self, parts: list[int]) -> None:
        """Begin nothing more on these parts, and write down what was done."""
        self.lanes.close(parts)
        await self.receiver.quiet()
        async with self.turns.between_batches:
            await self.journal.flush()

    async def lost(self) -> None:
        """Forget what belongs to others now; tell them of events that only we knew of."""
        self.turns.recent.keep_only(self.ownership.owns)
        self.sender.drop()
        dropped = self.lanes.drop(self.ownership.owns)
        if dropped:
            await self._stores.contacts.poke(dropped)

    def resume(self, parts: list[int]) -> None:
        """Go on with these parts, which are still ours."""
        self.lanes.open(parts)
        self.sender.resume()

    # -- the database away, and back

    def suspect_store(self) -> None:
        """A write failed, and may have been made all the same."""
        if self._recovering is None or self._recovering.done():
            self._recovering = asyncio.create_task(self._recover(), name="recover")

    async def recovered(self) -> None:
        """Return when the database, found to be away, is back and everything stored is known again."""
        self.suspect_store()
        if self._recovering is not None:
            await asyncio.shield(self._recovering)

    async def _recover(self) -> None:
        self.metrics.store_failures.inc()
        while True:
            try:
                await self._stores.health.ping()
                await self._reread_open(None)
            except DatabaseUnavailable as error:
                if "database" not in self.troubles:
                    log.warning("the database is away: %s", error)
                self.troubles["database"] = "the database is away"
                await self._attempt_repair()
            else:
                if self.troubles.pop("database", None) is not None:
                    log.warning("the database is back")
                self.ownership.check_soon()
                return

    async def _attempt_repair(self) -> None:
        try:
            await self._stores.health.repair()
        except DatabaseUnavailable as error:
            log.warning("%s", error)
        await self._clock.wait(0.2)

    async def _reread_open(self, before: datetime | None) -> None:
        for contact in await self._stores.inbox.open_contacts(self.ownership.parts, before):
            self.lanes.reread(contact, part_of(contact))

    # -- several processes

    async def _listen(self) -> None:
        """Hear of events that other processes store for our parts."""
        while True:
            try:
                async for stored in self._stores.inbox.foreign():
                    if stored is None:  # the stream begins: what was stored before it is found otherwise
                        await self._reread_open(None)
                    elif self.ownership.knows(stored[0]):
                        self.lanes.reread(stored[1], stored[0])
            except DatabaseUnavailable:
                pass  # the backstop finds what is stored meanwhile
            await self._clock.wait(1.0)

    async def _look_for_stranded(self) -> None:
        """Find stored events that were never handed on, whoever failed to."""
        while True:
            await self._clock.wait(BACKSTOP)
            before = self._clock.now() - STRANDED
            parts = self.ownership.parts
            try:
                await self._reread_open(before)
                async for stored in self._stores.contacts.unsent(parts, before):
                    self.sender.put(stored.contact.id, stored.outgoing, recovered=True)
            except DatabaseUnavailable:
                self.suspect_store()


def _newborn_seed() -> int:
    return SystemRandom().randrange(SPLIT_BUCKETS)
