"""Connections to the other processes of this machine that serve the same address, each by a Unix socket named
after it, to hand events over to their owner.

Nothing depends on them: the caller waits for the answer, and stores the events itself where none comes in
time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from errno import EACCES
from pathlib import Path
from typing import Literal, TypeAlias, cast

from bot.model.inbox import InboxEntry
from bot.runtime.intake.sibling_socket import FORMAT, AnswerReader, frame

PATIENCE = 1.0
"""Seconds to wait for an answer: of the 1.7 s that storing may take, enough is left to store them here,
too."""
AGAIN = 1.0
"""Seconds after which a process that could not be reached, or did not store in time, is tried again."""
RAREST = 30.0
"""Seconds that this wait grows to, at most, for a process that fails each time."""
MOST = 4 * 1024 * 1024
"""Unanswered bytes at a process, at most: a process that does not read must not fill our memory."""
BESIDE = 200
"""Bytes that an entry takes besides LINE's JSON, about."""

SiblingAnswer: TypeAlias = Literal["yes", "no", "late"]
"""Whether another process has stored all that it was handed. `late`: not in time; yes or no comes after it,
no at the latest when the connection is lost."""

OnAnswer: TypeAlias = Callable[[SiblingAnswer], None]


def address(folder: Path, process: str) -> Path:
    """The path of a process's socket; the byte format is part of the name.

    Raises `OSError` where other users may enter the folder: a folder that was cleaned away might have been
    made again by another user.
    """
    folder_stat = folder.stat()
    if folder_stat.st_uid != os.geteuid() or folder_stat.st_mode & 0o077:
        raise PermissionError(EACCES, os.strerror(EACCES), str(folder))
    return folder / f"{process}.{FORMAT}"


class Siblings:
    """Connections to the other processes, opened when they are first needed."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where each process has its socket; no other user may enter it."""
        self._folder = folder
        self._reached: dict[str, Sibling] = {}
        self._tried: dict[str, asyncio.Task[None]] = {}
        self._is_closed = False

    def to(self, process: str) -> Sibling | None:
        """The connection to this process; `None` where it can take nothing just now."""
        if (sibling := self._reached.get(process)) is not None:
            return sibling if sibling.is_willing else None
        if process not in self._tried and not self._is_closed:
            self._tried[process] = asyncio.create_task(self._try(process), name="sibling")
        return None

    async def _try(self, process: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, sibling = await loop.create_unix_connection(
                lambda: Sibling(lambda: self._reached.pop(process, None)),
                str(address(self._folder, process)),
            )
        except OSError:  # it has ended, is not there yet, is a process of another machine, or not ours
            await asyncio.sleep(AGAIN)
        else:
            if not sibling.is_lost:
                self._reached[process] = sibling
        finally:
            self._tried.pop(process, None)

    async def close(self) -> None:
        """Hand nothing over any more; callers that wait get the answer that there is none."""
        self._is_closed = True
        tried = list(self._tried.values())
        for task in tried:
            task.cancel()
        await asyncio.gather(*tried, return_exceptions=True)
        for sibling in list(self._reached.values()):
            sibling.close()


class Sibling(asyncio.Protocol):
    """One connection. Entries handed over in one round of the event loop go as one frame."""

    def __init__(self, on_lost: Callable[[], object]) -> None:
        self.is_lost = False
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._answers = AnswerReader()
        self._next: list[InboxEntry] = []
        self._callers: list[OnAnswer] = []
        self._waiting: dict[int, _Handed] = {}
        self._number = 0
        self._bytes = 0
        self._trust = Trust(self._loop.time)

    @property
    def is_willing(self) -> bool:
        """Whether the process stores in time, as far as is known, and reads what it is sent."""
        return not self.is_lost and self._bytes < MOST and self._trust.allows

    def hand(self, entries: Sequence[InboxEntry], answered: OnAnswer) -> None:
        """Hand these over; `answered` is called later with the result."""
        if not self._callers:
            self._loop.call_soon(self._send)
        self._trust.on_request()
        self._callers.append(answered)
        self._next += entries
        self._bytes += sum([len(entry.raw) + BESIDE for entry in entries])

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    # Callbacks of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none, by their class

    def data_received(self, data: bytes) -> None:
        for number, stored in self._answers.read(data):
            if (handed := self._waiting.pop(number, None)) is None:
                self._transport.abort()  # an answer without a request is not from a process of ours
                return
            handed.late.cancel()
            self._bytes -= handed.size
            if not handed.is_late:
                self._trust.answered(well=stored, trial=handed.is_trial)
            handed.resolve_all("yes" if stored else "no")

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        self._on_lost()
        waiting, self._waiting = list(self._waiting.values()), {}
        for handed in waiting:
            handed.late.cancel()
            handed.resolve_all("no")

    # What is done

    def _send(self) -> None:
        entries, callers = self._next, self._callers
        self._next, self._callers = [], []
        self._number = number = (self._number + 1) % 2**32
        size = sum([len(entry.raw) + BESIDE for entry in entries])
        late = self._loop.call_later(PATIENCE, self._too_late, number)
        handed = _Handed(callers, size, late, is_trial=self._trust.is_tried)
        if self.is_lost:
            late.cancel()
            handed.resolve_all("no")
            return
        self._waiting[number] = handed
        self._transport.write(frame(number, entries))

    def _too_late(self, number: int) -> None:
        handed = self._waiting[number]
        handed.is_late = True
        self._trust.answered(well=False, trial=handed.is_trial)
        handed.resolve_all("late")


class Trust:
    """A circuit breaker for one process: after a failure it is handed nothing for a while.

    The pause doubles with each failure; after it one request goes on trial. If that is stored in time, all
    requests go again.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_tried = False
        self._clock = clock
        self._rest = 0.0
        self._until = 0.0

    @property
    def allows(self) -> bool:
        """Whether it may be handed something now."""
        return not self._rest or (not self.is_tried and self._clock() >= self._until)

    def on_request(self) -> None:
        """To be called when a request is handed over: after a pause it is the trial."""
        self.is_tried = self._rest > 0

    def answered(self, *, well: bool, trial: bool) -> None:
        """Record whether a request was stored in time (`well`); `trial`: it was the one on trial."""
        if self._rest and not trial:
            return  # what it was handed before it began to rest
        self.is_tried = False
        if well:
            self._rest = 0.0
        else:
            self._rest = min(max(AGAIN, 2 * self._rest), RAREST)
            self._until = self._clock() + self._rest


class _Handed:
    """A frame without an answer: its callers, and its size in bytes."""

    __slots__ = ("_callers", "is_late", "is_trial", "late", "size")

    def __init__(
        self, callers: list[OnAnswer], size: int, late: asyncio.TimerHandle, *, is_trial: bool
    ) -> None:
        self._callers, self.size, self.late = callers, size, late
        self.is_trial = is_trial
        self.is_late = False

    def resolve_all(self, what: SiblingAnswer) -> None:
        """Give all callers the answer."""
        for answered in self._callers:
            answered(what)
