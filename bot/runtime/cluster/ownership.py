"""Which parts this process may write: its lease is renewed, parts are taken from dead processes and given to
new ones, so that each has a fair share."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from bot.model.clock import PatientClock
from bot.model.processes import ShareMove, Shares, fair_move, taken_from
from bot.runtime.pause import pause
from bot.runtime.ports import LeaseStore
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.leases")


def _clock_since_boot() -> Callable[[], float]:
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic if clock is None else partial(time.clock_gettime, clock)


since_boot = _clock_since_boot()
"""Seconds that go on while the machine sleeps (a monotonic clock would stand still on Linux).

Asked six times for each event, so it is no function of Python.
"""


class PartsHolder(Protocol):
    """What works on the parts: `bot.runtime.process.Runtime`, which explains each method."""

    async def take_over(self, parts: list[int]) -> None: ...
    async def hand_back(self, parts: list[int]) -> None: ...
    async def lost(self) -> None: ...
    def resume(self, parts: list[int]) -> None: ...
    def suspect_store(self) -> None: ...


@dataclass(eq=False, repr=False)
class Ownership:
    """Renews this process's lease. `fence(part)` is checked before any act on a part.

    `gone(process)`: whether this machine's process has ended, although its lease runs.

    `may_decide()` is called before each renewal: while it is false, this process owns nothing and counts
    for nobody's fair share. May raise `DatabaseUnavailable`.
    """

    _leases: LeaseStore
    _me: str
    _holder: PartsHolder
    _clock: PatientClock
    _gone: Callable[[str], bool]
    _boottime: Callable[[], float] = since_boot
    may_decide: Callable[[], Awaitable[bool]] = field(kw_only=True)
    _renews: float = field(init=False)
    _sure: float = field(init=False)
    _fences: dict[int, int] = field(init=False, default_factory=dict)
    _ready: dict[int, int] = field(init=False, default_factory=dict)
    _since: dict[int, tuple[int, datetime]] = field(init=False, default_factory=dict)
    _owners: Sequence[str] = field(init=False, default=())
    _until: float = field(init=False, default=0.0)
    _soon: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _ended: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._renews = self._leases.pace.renew
        self._sure = self._leases.pace.lease - self._leases.pace.margin

    def fence(self, part: int) -> int | None:
        """The number of our lease on this part; `None` where it is not ours, or not surely ours any more."""
        return self._fences.get(part) if self._boottime() < self._until else None

    def holds(self, part: int, fence: int) -> bool:
        """Whether this lease is still the one we know of, be it sure for the moment or not."""
        return self._fences.get(part) == fence

    def owns(self, part: int) -> bool:
        """Whether this process may act on this part now."""
        return part in self._fences and self._boottime() < self._until

    def knows(self, part: int) -> bool:
        """Whether this part was ours at the last renewal."""
        return part in self._fences

    def since(self, part: int) -> datetime | None:
        """From when on this part has been ours, by one lease; `None` where it is not, or not ready yet."""
        fence, since = self._since.get(part, (None, None))
        return since if self._fences.get(part, 0) == fence else None

    def elsewhere(self, part: int) -> str | None:
        """The other process that owned this part at the last renewal; `None`: nobody, or we."""
        owner = self._owners[part] if self._owners and part not in self._fences else ""
        return owner if owner not in ("", self._me) else None

    @property
    def parts(self) -> list[int]:
        """The parts that are ours as far as we know."""
        return sorted(self._fences)

    @property
    def surely(self) -> list[int]:
        """The parts that nobody else acts on just now; none once the lease may have lapsed."""
        return self.parts if self._boottime() < self._until else []

    def check_soon(self) -> None:
        """Renew the lease now: another process seems to write to parts of ours."""
        self._soon.set()

    async def begin(self) -> None:
        """Enter the living and take our share, if we may decide. Raises `DatabaseUnavailable`."""
        if not await self.may_decide():
            return
        begun = self._boottime()
        await self._step(await self._leases.register(), begun)

    async def run(self) -> None:
        """Renew, and move towards a fair share, for ever."""
        while not self._ended:
            await pause(self._clock, self._renews, self._soon)
            self._soon.clear()
            try:
                if await self.may_decide():
                    await self._renew()
                elif self._fences:
                    await self._stand_aside()
            except DatabaseUnavailable:
                self._holder.suspect_store()  # without a renewal the lease ends by itself

    async def _stand_aside(self) -> None:
        """Give everything back and leave the living; `_renew` enters them again."""
        await self._while_renewing(self._holder.hand_back(self.parts), [])
        self._fences, self._ready, self._owners = {}, {}, ()
        await self._holder.lost()
        await self._leases.withdraw()  # where it fails, the lease ends by itself

    async def _renew(self) -> None:
        begun = self._boottime()
        shares = await self._leases.renew()
        if self._is_over():
            return
        if shares is None:  # buried, or not entered since we stood aside: whatever we held belongs to others
            if held := len(self._fences):
                log.warning("others took this process for dead: its %d parts are theirs now", held)
            self._fences, self._ready = {}, {}
            await self._holder.lost()
            shares = await self._leases.register()
            if self._is_over():
                await self._leases.withdraw()
                return
        await self._step(shares, begun)

    def _is_over(self) -> bool:
        return self._ended

    async def _step(self, shares: Shares, begun: float) -> None:
        await self._accept(shares, begun)
        gone = {p for p in shares.until if p != self._me and self._gone(p)}
        move = fair_move(shares, self._me, gone)
        if move.give:
            await self._give(shares, move.give)
        elif (move.take or move.bury) and await self._leases.apply(shares, move):
            _log_takeover(shares, move)
            renewed = await self._leases.renew()
            if renewed is not None:
                await self._accept(renewed, begun)

    async def _give(self, shares: Shares, parts: tuple[int, ...]) -> None:
        try:
            going_on = [part for part in self._ready if part not in parts]
            if not await self._while_renewing(self._holder.hand_back(list(parts)), going_on):
                return
            given = await self._leases.give(shares, parts)
        except DatabaseUnavailable:
            self._holder.resume(list(parts))  # the next renewal shows whether they are still ours
            raise
        if given:
            self._fences = {p: f for p, f in self._fences.items() if p not in parts}
            self._ready = {p: f for p, f in self._ready.items() if p not in parts}
            await self._holder.lost()
        else:
            self._holder.resume(list(parts))

    async def _accept(self, shares: Shares, begun: float) -> None:
        owned = shares.owned(self._me)
        lost = self._fences.keys() - owned.keys()
        self._fences, self._owners = owned, shares.owners
        self._until = begun + self._sure
        self._ready = {p: f for p, f in self._ready.items() if owned.get(p) == f}
        if lost:
            await self._holder.lost()
        self._holder.resume(list(self._ready))  # which need not wait for what is read of new ones
        new = [part for part in owned if part not in self._ready]
        if new:
            # where it fails, the next renewal does it again
            if not await self._while_renewing(self._holder.take_over(new), [*self._ready]):
                return
            self._ready = dict(owned)
            now = self._clock.now()
            self._since |= {part: (owned[part], now) for part in new}
            self._holder.resume(new)

    async def _while_renewing(self, work: Coroutine[Any, Any, None], going_on: list[int]) -> bool:
        """Do what may take longer than a lease lasts; `False` if we were buried meanwhile.

        `going_on`: the parts that the work is not about; they resume after each renewal.
        """
        task = asyncio.ensure_future(work)
        done = asyncio.Event()
        task.add_done_callback(lambda _: done.set())
        try:
            while True:
                await pause(self._clock, self._renews, done)
                if task.done():
                    await task
                    return True
                begun = self._boottime()
                if await self._leases.renew() is None:
                    return False
                self._until = begun + self._sure
                self._holder.resume(going_on)
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def end(self, working: Callable[[], Awaitable[None]]) -> None:
        """Give everything back at once, after `working` has finished what was begun: a graceful stop."""
        self._ended = True
        await working()
        self._until = 0.0
        await self._leases.withdraw()


def _log_takeover(shares: Shares, move: ShareMove) -> None:
    """Say whose parts were taken who has not given them back."""
    for process, (taken, had) in taken_from(shares, move).items():
        log.warning(
            "took over %d of the %d parts of process %s, which has ended without handing over",
            taken,
            had,
            short(process),
        )


def short(process: str) -> str:
    """A process as the log calls it."""
    return process[:8]
