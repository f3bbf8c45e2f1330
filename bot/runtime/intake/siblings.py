"""The other processes that serve this address, each reached by a socket that is named after it.

Nothing is told here that must not be lost: whoever hands over waits for the answer, and does it himself where
none comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, cast

from bot.model.inbox import InboxEntry
from bot.runtime.intake.handed_events import FORMAT, AnswerReader, frame

PATIENCE = 1.0
"""Seconds for an answer: of the 1.7 s that storing may take, enough is left to store them here."""
AGAIN = 1.0
"""Seconds after which a process that could not be reached is tried again."""
MOST = 4 * 1024 * 1024
"""Bytes that lie with a process unanswered: what it does not read must not fill us."""
BESIDE = 200
"""Bytes that an entry takes beside LINE's JSON, about."""

ToldWhether: TypeAlias = Callable[[bool], None]
"""Is told whether the other process has stored all of it."""


def address(folder: Path, process: str) -> Path:
    """Where this process listens; another name for each program that writes other bytes."""
    return folder / f"{process}.{FORMAT}"


class Siblings:
    """Connections to them, opened when they are first needed."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where each has its socket; nobody else may enter it."""
        self._folder = folder
        self._reached: dict[str, Sibling] = {}
        self._tried: dict[str, asyncio.Task[None]] = {}

    def to(self, process: str) -> Sibling | None:
        """The connection to this process; `None` where it can take nothing just now."""
        if (sibling := self._reached.get(process)) is not None:
            return sibling if sibling.is_willing else None
        if process not in self._tried:
            self._tried[process] = asyncio.create_task(self._try(process), name="sibling")
        return None

    async def _try(self, process: str) -> None:
        loop = asyncio.get_running_loop()
        path = str(address(self._folder, process))
        try:
            _, sibling = await loop.create_unix_connection(
                lambda: Sibling(lambda: self._reached.pop(process, None)), path
            )
        except OSError:  # it has ended, is not there yet, or is a process of another machine
            await asyncio.sleep(AGAIN)
        else:
            if not sibling.is_lost:
                self._reached[process] = sibling
        finally:
            self._tried.pop(process, None)

    async def close(self) -> None:
        """Hand nothing over any more; who waits for an answer is told that there is none."""
        tried = list(self._tried.values())
        for task in tried:
            task.cancel()
        await asyncio.gather(*tried, return_exceptions=True)
        for sibling in list(self._reached.values()):
            sibling.close()


class Sibling(asyncio.Protocol):
    """One connection. What is handed over in one round of the loop goes as one frame."""

    def __init__(self, on_lost: Callable[[], object]) -> None:
        self.is_lost = False
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._answers = AnswerReader()
        self._next: list[InboxEntry] = []
        self._callers: list[ToldWhether] = []
        self._waiting: dict[int, _Handed] = {}
        self._number = 0
        self._bytes = 0
        self._is_silent = False

    @property
    def is_willing(self) -> bool:
        """Whether it answers in time, as far as we know, and has read what it was handed."""
        return not (self._is_silent or self.is_lost) and self._bytes < MOST

    def hand(self, entries: Sequence[InboxEntry], answered: ToldWhether) -> None:
        """Hand these over; `answered` is told once, later, what came of it."""
        if not self._callers:
            self._loop.call_soon(self._send)
        self._callers.append(answered)
        self._next += entries
        self._bytes += sum([len(entry.raw) + BESIDE for entry in entries])

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none, by their class

    def data_received(self, data: bytes) -> None:
        self._is_silent = False
        for number, stored in self._answers.read(data):
            if (handed := self._waiting.pop(number, None)) is None:
                self._transport.abort()  # nobody of ours answers what was not asked
                return
            handed.late.cancel()
            self._bytes -= handed.size
            handed.tell(stored=stored)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        self._on_lost()
        waiting, self._waiting = list(self._waiting.values()), {}
        for handed in waiting:
            handed.late.cancel()
            handed.tell(stored=False)

    # What is done

    def _send(self) -> None:
        entries, callers = self._next, self._callers
        self._next, self._callers = [], []
        self._number = number = (self._number + 1) % 2**32
        size = sum([len(entry.raw) + BESIDE for entry in entries])
        late = self._loop.call_later(PATIENCE, self._too_late, number)
        handed = _Handed(callers, size, late)
        if self.is_lost:
            late.cancel()
            handed.tell(stored=False)
            return
        self._waiting[number] = handed
        self._transport.write(frame(number, entries))

    def _too_late(self, number: int) -> None:
        self._is_silent = True  # until it answers anything: nobody else waits for it
        self._waiting[number].tell(stored=False)


class _Handed:
    """Whoever waits for the answer to one frame, and how much it holds."""

    __slots__ = ("_callers", "late", "size")

    def __init__(self, callers: list[ToldWhether], size: int, late: asyncio.TimerHandle) -> None:
        self._callers, self.size, self.late = callers, size, late

    def tell(self, *, stored: bool) -> None:
        """Tell them, once."""
        callers, self._callers = self._callers, []
        for answered in callers:
            answered(stored)
