"""Reads a playbook that is about to be live while the live one goes on: once every process has it in memory,
all take it over at once.

A command announces it (`Coming`) with a `call` of its own, and waits for each process to report that call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.app.stored_playbooks import ReadingTurns
from bot.model.published_version import AcceptedPlaybook, Coming
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.valid import ValidPlaybook
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.versions")

ReadKept: TypeAlias = Callable[[AcceptedPlaybook, ValidPlaybook | None], Awaitable[ValidPlaybook]]
"""Reads a playbook as it was accepted. The second argument is a playbook in memory, perhaps of that version.

It may raise `StoredFilesUnreadable` and `DatabaseUnavailable`.
"""


@dataclass(eq=False, repr=False)
class ReadyPlaybook:
    """Holds one playbook at most, as long as it is announced. `Reload` begins to serve it once it is live."""

    _announced: Callable[[Coming], Awaitable[AcceptedPlaybook | None]]
    """Gives the version, accepted or still a candidate, of an announcement; `None`: it is not stored."""
    _read: ReadKept
    _turns: ReadingTurns
    _wanted_at_once: int = field(init=False, default=0)
    """How many calls of `read` are under way: while there is one, no turn is waited for."""
    _coming: Coming | None = field(init=False, default=None)
    _changed: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _making: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _found: ValidPlaybook | None = field(init=False, default=None)
    ready_call: str = field(init=False, default="")
    """The `call` of the announcement whose playbook is in memory; empty: of none."""
    failed_call: str = field(init=False, default="")
    """The `call` of the announcement whose playbook is missing, or cannot be read here; empty: of none."""
    known: Callable[[str], ValidPlaybook | None] = field(
        init=False, default_factory=lambda: lambda version: None
    )
    """Gives the playbook of a version that this process has in memory, else `None`."""
    on_change: Callable[[], None] = field(init=False, default_factory=lambda: lambda: None)
    """Called when `ready_call` and `failed_call` are set."""

    def announce(self, coming: Coming | None) -> None:
        """Take the announcement as the database has it now; `None`: there is none."""
        if coming != self._coming:
            self._coming = coming
            self._changed.set()

    async def run(self) -> None:
        """Make ready what was announced last. Never returns."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                async with self._making:
                    await self._make(self._coming)
            except DatabaseUnavailable:  # then nothing is brought back just now
                self._coming = self._found = None  # the next look at it begins anew

    async def read(self, one: AcceptedPlaybook, known: ValidPlaybook | None) -> ValidPlaybook:
        """The playbook `one`: from memory where it was made ready, else read now. Raises as `ReadKept`."""
        self._wanted_at_once += 1  # it is live: no turn is waited for any more
        try:
            async with self._making:  # what is made ready just now is mostly this one
                if (found := self._at_hand(one)) is not None:
                    return found
            return await self._read(one, known)
        finally:
            self._wanted_at_once -= 1

    def _at_hand(self, one: AcceptedPlaybook) -> ValidPlaybook | None:
        found = self._found
        return found if found is not None and found.playbook.version == one.version else None

    async def _make(self, coming: Coming | None) -> None:
        if coming is None:
            self._found = None
            self._report("", "")
            return
        one = await self._announced(coming)
        if one is None:
            log.warning("number %d is to be made ready, and is not there", coming.number)
            self._report("", coming.call)
            return
        if self._at_hand(one) is None:
            self._found = None
            try:
                found = await self._in_turn(one, coming)
            except StoredFilesUnreadable as error:
                log.warning("%s is about to be live, and cannot be read here: %s", one, error)
                self._report("", coming.call)
                return
            if found is None:
                return  # what is announced now is looked at next
            self._found = found
        self._report(coming.call, "")

    async def _in_turn(self, one: AcceptedPlaybook, coming: Coming) -> ValidPlaybook | None:
        """Read the playbook when it is our turn; `None` where the announcement was withdrawn meanwhile."""
        if (known := self.known(one.version)) is not None:
            return await self._read(one, known)  # which takes no time
        # wait for a turn only while it is still announced, and nobody needs a playbook at once
        async with self._turns.mine(lambda: self._coming == coming and not self._wanted_at_once):
            return await self._read(one, None) if self._coming == coming else None

    def _report(self, ready_call: str, failed_call: str) -> None:
        self.ready_call, self.failed_call = ready_call, failed_call
        self.on_change()
