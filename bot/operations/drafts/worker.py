"""Reads drafts in a process beside the server, so that nothing that a person writes takes memory or time of
the server.

That process has imported all that is needed, and forks for each piece of work (`worker_process`). It starts
with the first one, and ends with the server, or after some time without work.

An alarm of the system ends a fork after 30 s (scenarios: 90), `RLIMIT_DATA` bounds it to 512 MB (not on
macOS), its answer to 16 MB. Six work at once, one for an account. Weighed: `ProcessPoolExecutor` (a killed
worker breaks the pool), a fork of the server (it has its sockets, keys and threads), one process that stays
(so does what a draft left in its memory).
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused
from bot.operations.drafts.draft_work import HEAD

T = TypeVar("T")

LONGEST = 30.0
"""Seconds of one piece of work, after which it is ended."""
ANSWER_MOST = 16 * 1024 * 1024
"""Bytes of what one answers."""
AT_ONCE = 6
"""Pieces of work at once, one of an account. Who takes long gives way to the others."""
WAITING_MOST = 8
"""Pieces of work of one account that wait."""
UNUSED = 900.0
"""Seconds without work after which the process ends."""
PASSED_ON = (
    *("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"),
    "PYTHONPYCACHEPREFIX",
)
"""What a process that reads drafts is given of our environment: nothing of that is secret."""
PACKAGE = Path(__file__).parents[3]


def environment() -> dict[str, str]:
    """That of a process that reads drafts."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": str(PACKAGE)}


class DraftTurns:
    """Whose draft is read now: one piece of work of an account, `at_once` in all."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._working: set[str] = set()
        self._waiting: dict[asyncio.Future[None], tuple[str, str]] = {}

    @asynccontextmanager
    async def turn(self, account: str, newest: str = "") -> AsyncIterator[None]:
        """Wait for it, and have it. Of one kind, where it has a name, only the `newest` waits.

        Raises `DraftRefused` where a newer one has come, or too much of this account waits.
        """
        mine = asyncio.get_running_loop().create_future()
        about = (account, newest)
        for before in [one for one, other in self._waiting.items() if newest and other == about]:
            del self._waiting[before]
            before.set_exception(DraftRefused(tr("A newer request of yours has taken the place of this one")))
        if sum(owner == account for owner, _ in self._waiting.values()) >= WAITING_MOST:
            raise DraftRefused(tr("This server is busy: try again in a moment"))
        self._waiting[mine] = about
        self._next()
        try:
            await mine
        except asyncio.CancelledError:
            self._waiting.pop(mine, None)
            if mine.done() and not mine.cancelled() and mine.exception() is None:
                self._over(account)
            raise
        try:
            yield
        finally:
            self._over(account)

    def _over(self, account: str) -> None:
        self._working.discard(account)
        self._next()

    def _next(self) -> None:
        for waiting, (account, _) in list(self._waiting.items()):
            is_free = account not in self._working and len(self._working) < self._at_once
            if is_free and not waiting.done():
                del self._waiting[waiting]
                self._working.add(account)
                waiting.set_result(None)


class DraftWorker:
    """The process, from the first work on. `longest` is for tests."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._beginning = asyncio.Lock()
        self._unused: asyncio.TimerHandle | None = None
        self._working = 0
        self._closed = False

    async def run(
        self,
        work: Callable[..., T],
        hear: Callable[[Any], None] | None = None,
        *,
        seconds: float | None = None,
    ) -> T:
        """What `work` returns there, or raises. With `hear` it is called with a function whose arguments are
        heard here meanwhile. Raises `DraftRefused` where it takes too long, or too much memory."""
        limit = self._longest if seconds is None else seconds
        self._working += 1
        try:
            reader, writer = await asyncio.open_unix_connection(sock=await self._fork())
            began = asyncio.get_running_loop().time()
            try:
                raw = pickle.dumps((work, limit, hear is not None))
                writer.write(HEAD.pack(len(raw)) + raw)
                found: T = await self._heard(reader, hear)
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                took = asyncio.get_running_loop().time() - began
                raise self._why(limit, took_long=took >= limit - 1) from error
            except MemoryError as error:
                raise self._why(limit) from error
            finally:
                writer.close()
        finally:
            self._working -= 1
            self._rest()
        return found

    async def _heard(self, reader: asyncio.StreamReader, hear: Callable[[Any], None] | None) -> Any:
        while True:
            size = HEAD.unpack(await reader.readexactly(HEAD.size))[0]
            if size > ANSWER_MOST:
                raise MemoryError
            kind, part = await asyncio.to_thread(pickle.loads, await reader.readexactly(size))
            if kind == "raised":
                raise part
            if kind == "done" or hear is None:
                return part
            hear(part)

    def _why(self, seconds: float, *, took_long: bool = False) -> DraftRefused:
        if self._closed:
            return DraftRefused(tr("The server is restarting. Your draft is saved: try again in a moment"))
        if took_long:
            return DraftRefused(
                tr(
                    "This was stopped: it took longer than {seconds} seconds. Your draft is saved as it is;"
                    " take out what you wrote last, or make it smaller",
                    seconds=int(seconds),
                )
            )
        return DraftRefused(
            tr(
                "This was stopped: it needs too much memory. Your draft is saved as it is;"
                " take out what you wrote last, or make it smaller"
            )
        )

    async def _fork(self) -> socket.socket:
        """Our end of a socket, the other end of which a new fork has."""
        async with self._beginning:
            if self._unused is not None:
                self._unused.cancel()
            for _ in range(2):
                if self._closed:
                    raise self._why(0)
                control = self._control or await self._begun()
                ours, theirs = socket.socketpair()
                try:
                    socket.send_fds(control, [b"."], [theirs.fileno()])
                    return ours
                except OSError:  # it has ended by itself
                    ours.close()
                    await self._end()
                finally:
                    theirs.close()
            raise DraftRefused(tr("This server is busy: try again in a moment"))

    async def _begun(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot.operations.drafts.worker_process", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # so all of it is ended by one signal
                env=environment(),
            )
        self._control = ours
        return ours

    def _rest(self) -> None:
        """End the process, by its socket, unless there is work meanwhile."""
        if self._control is not None and not self._working:
            self._unused = asyncio.get_running_loop().call_later(UNUSED, self._control.close)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if self._control is not None:
            self._control.close()
            self._control = None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def close(self) -> None:
        """End it, with all that it works at, which is told so."""
        self._closed = True
        if self._unused is not None:
            self._unused.cancel()
        await self._end()
