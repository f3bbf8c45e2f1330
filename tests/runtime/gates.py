"""Gates before and after every call of a process to the world: whoever holds them decides what comes when.

A process whose call was made and who stands at the gate behind it does not know of it yet: it is paused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.store.unavailable import DatabaseUnavailable

T = TypeVar("T")

SPINS = 25
"""Turns of the event loop in which nobody comes to a gate: then everybody waits for one."""


@dataclass(eq=False)
class Gate:
    """Somebody stands here. `fails`: the database may be found away at this gate."""

    who: str
    call: str
    fails: bool
    opened: asyncio.Future[None]

    @property
    def name(self) -> str:
        return f"{self.who} {self.call}"


ROUTINE = (
    "contacts.due",
    "contacts.unsent",
    "contacts.unsent_before",
    "contacts.uncounted",
    "inbox.open_contacts",
    "rows.trace",
    "leases.re",
    "playbooks.live",
)
"""What is asked again and again, and seldom matters."""


ALSO_AWAY = ("health.ping", "pulse.read")
"""What no chance lets fail, and a database that is away does."""
EVERYBODY = "everybody"
ELSEWHERE = ("reply ", "push ")
"""Calls that may fail, and are not made to the database."""


@dataclass
class Gates:
    """All who stand at a gate. Not `shut`, nobody does; of `frozen` processes everybody does.

    `lax`: there are no gates around what is routine. Who is `away` (or `EVERYBODY`) does not reach the
    database.
    """

    shut: bool = False
    lax: bool = False
    frozen: set[str] = field(default_factory=set)
    away: frozenset[str] = frozenset()
    waiting: list[Gate] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    _moves: int = 0
    _calls: int = 0
    _calm: asyncio.Event = field(default_factory=asyncio.Event)

    async def stand(self, who: str, call: str, *, fails: bool = True) -> None:
        """Wait here until somebody opens. Raises `DatabaseUnavailable` if that is what is played."""
        self._moves += 1
        if who in self.gone:
            raise asyncio.CancelledError
        if not self._stops(who, call):
            if self._is_away(who, call, fails=fails):
                raise DatabaseUnavailable("away")
            return
        gate = Gate(who, call, fails, asyncio.get_running_loop().create_future())
        self.waiting.append(gate)
        try:
            await gate.opened
        finally:
            if gate in self.waiting:
                self.waiting.remove(gate)

    def _is_away(self, who: str, call: str, *, fails: bool) -> bool:
        made = call.removeprefix("… ")
        asks_it = made.startswith(ALSO_AWAY) or (fails and not made.startswith(ELSEWHERE))
        return asks_it and not self.away.isdisjoint((who, EVERYBODY))

    def _stops(self, who: str, call: str) -> bool:
        routine = self.lax and call.removeprefix("… ").startswith(ROUTINE)
        return who in self.frozen or (self.shut and not routine)

    async def through(self, who: str, call: str, work: Callable[[], Awaitable[T]], fails: bool = True) -> T:
        """Make this call between two gates."""
        await self.stand(who, f"{call} …", fails=fails)
        self._moves += 1
        self._calls += 1
        self._calm.clear()
        try:
            result = await work()
        finally:
            self._calls -= 1
            self._calm.set()
        await self.stand(who, f"… {call}", fails=fails)
        return result

    async def settled(self) -> None:
        """Return when everybody stands at a gate, or waits for somebody who does, or for the clock."""
        calm = 0
        while calm < SPINS:
            seen = self._moves
            while self._calls:
                await self._calm.wait()
                self._calm.clear()
            await asyncio.sleep(0)
            calm = 0 if self._calls or seen != self._moves else calm + 1

    def open(self, gate: Gate, failure: str | None = None) -> None:
        """Let this one go on."""
        self.waiting.remove(gate)
        if failure is None and self._is_away(gate.who, gate.call, fails=gate.fails):
            failure = "away"
        if failure is None:
            gate.opened.set_result(None)
        else:
            gate.opened.set_exception(DatabaseUnavailable(failure))

    def bury(self, who: str) -> None:
        """Nobody of these comes through any gate any more."""
        self.gone.add(who)
        for gate in [gate for gate in self.waiting if gate.who == who]:
            self.waiting.remove(gate)
            gate.opened.cancel()
