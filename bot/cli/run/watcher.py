"""Watches the processes that serve one address: starts them, again where one dies, and one by one anew.

It serves nothing itself, so that it has nothing to die of; and it holds the listener, so that what waits
there outlives each of them. They are processes like any others of one database: what one leaves, another
takes over.

One listener is inherited by all, not one for each (`SO_REUSEPORT`): what waits in its queue belongs to no
process until it is taken, so it outlives each. They are fresh interpreters, not forks: nonces, threads and
the driver's connections are not copied, and a replaced process runs the program as it is now. On SIGHUP the
new process says that it serves before the old one stops accepting, so a restart refuses no connection.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol, TypeAlias

from bot.cli.exit_codes import RIGHT, WRONG
from bot.model.clock import PatientClock

log = logging.getLogger("oaflow.watcher")

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a process is started again that was not up, or not for `BRIEFLY`, so many times in a row."""
BRIEFLY = timedelta(seconds=10)
GIVES_UP = 6
"""Starts in a row of which none came up, while no process is up: then we end, for our supervisor to act."""


class SupervisedProcess(Protocol):
    """One of the processes (`WorkerProcess`)."""

    @property
    def pid(self) -> int: ...
    @property
    def ended(self) -> asyncio.Future[int]: ...
    async def is_ready(self) -> bool: ...
    async def leave(self) -> int: ...
    async def stop(self, at_once: asyncio.Event | None = None) -> int: ...
    def close(self) -> None: ...


StartWorker: TypeAlias = Callable[[int, bool], Awaitable[SupervisedProcess]]
"""Starts a process for this place; whether it tells what is true of all that begin together."""


class NoProcessStarts(Exception):
    """No process is up, and none can be started."""


class Asked:
    """What a signal asks the watcher for."""

    def __init__(self) -> None:
        self.stopping, self.at_once, self.anew = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def by_signals(self) -> None:
        """SIGTERM and SIGINT stop, a second one at once; SIGHUP: one process after the other anew."""
        loop = asyncio.get_running_loop()
        outlives_it = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # nohup
        had_terminal = _has_terminal() and not outlives_it

        def stop() -> None:
            (self.at_once if self.stopping.is_set() else self.stopping).set()

        def hung_up() -> None:
            if had_terminal and not _has_terminal():  # its window was closed
                self.stopping.set()
            else:
                self.anew.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        loop.add_signal_handler(signal.SIGHUP, hung_up)


def _has_terminal() -> bool:
    """Also where the log goes to a file."""
    return any(os.isatty(file) for file in range(3))


class Watcher:
    """Keeps `places` processes up. `run` until it is asked to stop, or gives up."""

    def __init__(self, places: int, start: StartWorker, asked: Asked, clock: PatientClock) -> None:
        self._start_one = start
        self._asked = asked
        self._clock = clock
        self._places = [_Place(number, self, clock) for number in range(places)]
        self._alive: set[SupervisedProcess] = set()
        self._failed = 0
        self._code = WRONG

    async def run(self) -> int:
        """The exit code: 0 where all have ended in order, that of a process where none comes up."""
        work, stop = asyncio.create_task(self._work()), asyncio.create_task(self._asked.stopping.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        if is_asked := stop.done():
            log.info("stopping")
        stop.cancel()
        work.cancel()
        try:
            with suppress(asyncio.CancelledError):
                await work
        finally:
            ends = await asyncio.gather(*(self._is_stopped(one) for one in self._alive))
        if not is_asked:
            return self._code
        return RIGHT if all(ends) else WRONG

    async def _is_stopped(self, one: SupervisedProcess) -> bool:
        return _ended_in_order(one, await one.stop(self._asked.at_once))

    async def _work(self) -> None:
        """For ever; until no process comes up."""
        first, *others = self._places
        if not await first.fill(tells=True):
            return  # what keeps it from starting keeps all, and it has logged that
        try:
            async with asyncio.TaskGroup() as tasks:
                for one in self._places:  # also while others still begin, who may take long
                    tasks.create_task(one.keep())
                await asyncio.gather(*(one.was_tried.wait() for one in others))
                log.info("processes that serve: %d", sum(one.is_up for one in self._places))
                log.info("ready")
                tasks.create_task(self._renew_on_signal())
        except* NoProcessStarts:
            log.error("%d processes one after the other did not come up, and none serves", self._failed)

    async def _renew_on_signal(self) -> None:
        while True:
            await self._asked.anew.wait()
            self._asked.anew.clear()
            log.info("each process is replaced by a new one, one after the other")
            for number, place in enumerate(self._places):
                if not await place.renew(tells=number == 0):
                    break
            else:
                log.info("all processes are new")

    async def started(self, place: int, *, tells: bool) -> SupervisedProcess | None:
        """A new process, once it serves; `None` where it does not come up."""
        try:
            one = await self._start_one(place, tells)
        except OSError as error:  # no memory, no file or no process left: those that serve go on
            log.error("the system starts no process: %s", error)
            self._count_failed(WRONG)
            return None
        self._alive.add(one)
        one.ended.add_done_callback(lambda _: self._on_exit(one))
        if await one.is_ready():
            one.ended.add_done_callback(self._count_anew)
            self._failed = 0
            return one
        code = await one.ended
        log.error("process %d has ended before it served (%s)", one.pid, _how(code))
        self._count_failed(code if code > 0 else WRONG)
        return None

    def _count_failed(self, code: int) -> None:
        self._failed += 1
        self._code = code

    def _on_exit(self, one: SupervisedProcess) -> None:
        self._alive.discard(one)
        one.close()

    def _count_anew(self, _: object) -> None:
        self._failed = 0  # one that has served is started again, whatever failed beside it

    def lives(self, one: SupervisedProcess | None) -> bool:
        """Whether it has not ended, as far as everybody here knows."""
        return one in self._alive

    @property
    def gives_up(self) -> bool:
        """Whether it is time for that."""
        return self._failed >= GIVES_UP and not any(one.is_up for one in self._places)


class _Place:
    """One of the processes, whichever it is just now."""

    def __init__(self, number: int, watcher: Watcher, clock: PatientClock) -> None:
        self._number = number
        self._watcher = watcher
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._now: SupervisedProcess | None = None
        """The process that has come up here, until its end is reported or another has come up."""
        self._another: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        """Done once another one is here."""
        self._since = clock.now()
        self._in_vain = 0
        self.was_tried = asyncio.Event()
        """Set once a process has come up here, or has not."""

    @property
    def is_up(self) -> bool:
        return self._watcher.lives(self._now)

    async def fill(self, *, tells: bool = False) -> bool:
        """Start a process where none is; whether one has come up then."""
        async with self._one_at_a_time:
            if self._now is None and (one := await self._begun(tells=tells)) is not None:
                self._put(one)
            self.was_tried.set()
            return self._now is not None

    async def renew(self, *, tells: bool) -> bool:
        """Put a new process here, for which who is here leaves once it serves; whether it still does then.

        While the old one leaves the new one is kept up like any other.
        """
        async with self._one_at_a_time:
            one = await self._begun(tells=tells)
            before = None if one is None else self._put(one)
        if one is None:
            log.error("the new process did not come up: those that are there go on")
            return False
        if before is not None:
            _ended_in_order(before, await before.leave())
        if not self._watcher.lives(one):
            log.error("the new process has ended again: no more are replaced")
            return False
        return True

    async def _begun(self, *, tells: bool) -> SupervisedProcess | None:
        one = await self._watcher.started(self._number, tells=tells)
        if one is None:
            self._in_vain += 1
        return one

    def _put(self, one: SupervisedProcess) -> SupervisedProcess | None:
        """Put it here; the one that was here, if its end was not reported."""
        before, self._now, self._since = self._now, one, self._clock.now()
        self._another.set_result(None)
        self._another = asyncio.get_running_loop().create_future()
        return before

    async def keep(self) -> None:
        """Start one again whenever it has ended, for ever. Raises `NoProcessStarts`."""
        while True:
            while self._now is not None:
                await self._until_it_ends(self._now)
            if self._watcher.gives_up:
                raise NoProcessStarts
            await self._clock.wait(PAUSES[min(self._in_vain, len(PAUSES) - 1)])
            await self.fill()

    async def _until_it_ends(self, one: SupervisedProcess) -> None:
        """Or until another one is here: then it leaves, which `renew` sees to."""
        await asyncio.wait((one.ended, self._another), return_when=asyncio.FIRST_COMPLETED)
        if self._now is not one:
            return
        self._now = None
        log.error("process %d has ended (%s): it is started again", one.pid, _how(one.ended.result()))
        was_up_briefly = self._clock.now() - self._since < BRIEFLY
        self._in_vain = self._in_vain + 1 if was_up_briefly else 0


def _ended_in_order(one: SupervisedProcess, code: int) -> bool:
    """Whether it ended as it was asked to; else that is logged. SIGTERM ends one that has not begun yet."""
    if code in (RIGHT, -signal.SIGTERM):
        return True
    log.error("process %d has not ended in order (%s)", one.pid, _how(code))
    return False


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
