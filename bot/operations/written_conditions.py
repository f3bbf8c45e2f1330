"""Reads conditions that callers of the API write. To read one, the whole playbook is read: half a second of
CPU and more."""

from __future__ import annotations

import asyncio
from time import monotonic

from bot.engine.conditions.condition import Condition
from bot.model.translatable import TooManyAttempts, tr
from bot.operations.contact_search import ConditionWrong, condition_written
from bot.playbook.read import PlaybookContents

KNOWN_MOST = 64
"""Conditions that are remembered: whoever reads a list page by page sends one again and again."""
WAITING_MOST = 4
"""Calls that wait for theirs; one is read at a time, for the bot answers beside it, and one of a caller."""
PAUSE_MOST = 5.0
"""Seconds that a caller waits with its next one, at most."""
AGAIN = 5
"""Seconds after which a call that was refused may be made again."""
_BUSY = tr("conditions are being read: wait a little, and send it again")


class WrittenConditions:
    """Reads each once, by the files of the playbook as they are then."""

    def __init__(self) -> None:
        self._of: PlaybookContents | None = None
        self._known: dict[str, Condition | ConditionWrong] = {}
        self._one = asyncio.Lock()
        self._waiting = 0
        self._reading: set[str] = set()
        self._free_at: dict[str, float] = {}
        """From when on the next one of each caller is read, where it has had one lately."""

    async def read(self, text: str, contents: PlaybookContents | None, caller: str) -> Condition:
        """What it says. Raises `ConditionWrong`, and `TooManyAttempts` where too many wait, or one of this
        caller.

        After one that was new its caller's next one waits as long as that took: it has half of a thread's
        time at most.
        """
        if contents is None:
            raise ConditionWrong(tr("the files of the playbook are not at hand here: choose an audience"))
        if contents is not self._of:
            self._of, self._known = contents, {}
        found = self._known.get(text) or await self._in_turn(text, contents, caller)
        if isinstance(found, ConditionWrong):
            raise ConditionWrong(found.message)
        return found

    async def _in_turn(
        self, text: str, contents: PlaybookContents, caller: str
    ) -> Condition | ConditionWrong:
        if caller in self._reading:
            raise TooManyAttempts(_BUSY, AGAIN)
        self._reading.add(caller)
        try:
            now = monotonic()
            self._free_at = {one: at for one, at in self._free_at.items() if at > now}
            await asyncio.sleep(self._free_at.get(caller, now) - now)
            began = monotonic()
            found = await self._look(text, contents, self._known)
            over = monotonic()
            self._free_at[caller] = over + min(over - began, PAUSE_MOST)
            return found
        finally:
            self._reading.discard(caller)

    async def _look(
        self, text: str, contents: PlaybookContents, known: dict[str, Condition | ConditionWrong]
    ) -> Condition | ConditionWrong:
        """`known` are those of these contents, whatever is served meanwhile."""
        if self._waiting >= WAITING_MOST:
            raise TooManyAttempts(_BUSY, AGAIN)
        self._waiting += 1
        try:
            async with self._one:
                if text in known:
                    return known[text]
                found: Condition | ConditionWrong
                try:
                    found = await asyncio.to_thread(condition_written, text, contents)
                except ConditionWrong as error:
                    found = error
                if len(known) >= KNOWN_MOST:
                    del known[next(iter(known))]
                known[text] = found
                return found
        finally:
            self._waiting -= 1
