"""The scenarios of drafts, played once for each state of a draft: ahead, while its author writes on, so that
its review has them at once (L8). All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bot.model.translatable import Refusal
from bot.operations.drafts.asset_cache import AssetCache
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_scenarios import with_scenarios
from bot.operations.drafts.live_files import NewFolder
from bot.operations.drafts.working_copy import ReadDraft, working_copy
from bot.playbook.load import Loaded
from bot.playbook.syntax.folder import SCENARIOS
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import ALL_LONGEST, LONGEST, Result, not_played, played
from bot.store.unavailable import DatabaseUnavailable

QUIET = 3.0
"""Seconds for which an author writes nothing before the scenarios are played ahead."""
FRESH = 600.0
"""Seconds for which what was played is shown again: scenarios may know what day it is."""
MOST = 8
"""States of drafts that are remembered."""
SLICE = 1.0
"""Seconds of playing after which the drafts of others are read."""


@dataclass(slots=True)
class Rehearsal:
    """What came of scenarios so far, of their `number` (0 until it is known)."""

    results: list[Result] = field(default_factory=list)
    number: int = 0
    spent: float = 0.0
    until: float | None = None
    """By `monotonic`: it is over, and good until then."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether all are played."""
        return self.until is not None

    @property
    def unplayed(self) -> tuple[int, int] | None:
        """How many are played so far, of how many; `None` where it is over."""
        return None if self.is_over else (len(self.results), self.number)

    @property
    def is_sure(self) -> bool:
        """Whether none failed because this machine had much to do."""
        return self.spent < LONGEST or all(one.holds for one in self.results)


@dataclass(slots=True)
class Rehearsals:
    """Those of this process. `checked` reads a draft with stand-ins, `folder` has the scenarios of drafts
    without any, `reading` is held while a processor is used."""

    beside: AssetCache
    new_folder: NewFolder
    checked: ReadDraft
    folder: Path
    reading: asyncio.Lock
    quiet: float = QUIET
    _known: dict[str, Rehearsal] = field(default_factory=dict)
    _ahead: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def of(self, draft: PlaybookDraft, patience: float | None = None) -> Rehearsal:
        """That of the draft as it is, begun where it is not, after so many seconds at most (`None`: when it
        is over). Raises `DraftRefused` and `BaseMissing`, too."""
        found = self._known.get(draft.stamp)
        if found is None or (found.until is not None and found.until < monotonic()):
            found = self._begun(draft)
        if found.task is not None:
            await asyncio.wait({found.task}, timeout=patience)
            if found.task.done() and not found.is_over:
                self._known.pop(draft.stamp, None)
                if not found.task.cancelled():
                    found.task.result()
        return found

    def known(self, draft: PlaybookDraft) -> Sequence[Result] | None:
        """What came of it, where that is known."""
        found = self._known.get(draft.stamp)
        return found.results if found is not None and found.until and found.until > monotonic() else None

    def ahead(self, account: str, draft: PlaybookDraft) -> None:
        """Play them once this account writes no more for a while."""
        if (before := self._ahead.pop(account, None)) is not None:
            before.cancel()
        if self.known(draft) is None:
            self._ahead[account] = asyncio.create_task(self._later(account, draft), name="scenarios ahead")

    async def close(self) -> None:
        """Play no more."""
        tasks = [*self._ahead.values(), *(one.task for one in self._known.values() if one.task is not None)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _later(self, account: str, draft: PlaybookDraft) -> None:
        await asyncio.sleep(self.quiet)
        with suppress(Refusal, DatabaseUnavailable):  # the review asks again, and says so
            await self.of(draft)
        self._ahead.pop(account, None)

    def _begun(self, draft: PlaybookDraft) -> Rehearsal:
        made = self._known[draft.stamp] = Rehearsal()
        made.task = asyncio.create_task(self._play(made, draft), name="scenarios of a draft")
        for stamp in [stamp for stamp, one in self._known.items() if one.is_over][:-MOST]:
            del self._known[stamp]
        return made

    async def _play(self, rehearsal: Rehearsal, draft: PlaybookDraft) -> None:
        async with working_copy(self.beside, draft, self.new_folder) as first:
            async with self.reading:
                loaded = await asyncio.to_thread(self.checked, first)
                files = await asyncio.to_thread(with_scenarios, first, self.folder)
                left = [] if loaded.playbook is None else await asyncio.to_thread(files.scenarios)
            rehearsal.number = len(left)
            while left:
                async with self.reading:
                    number = await asyncio.to_thread(_some, rehearsal, files, left, loaded)
                left = left[number:]
        own = any(path.startswith(f"{SCENARIOS}/") for path in draft.paths)
        # those of the process's folder change without the draft
        rehearsal.until = monotonic() + (FRESH if own and rehearsal.is_sure else 0.0)


def _some(rehearsal: Rehearsal, files: PlaybookFiles, left: Sequence[str], loaded: Loaded) -> int:
    """Play the first of these, for a slice of time; how many. Blocks."""
    begun = monotonic()
    for number, file in enumerate(left, 1):
        at = monotonic()
        seconds = min(LONGEST, ALL_LONGEST - rehearsal.spent)
        result = played(files, file, loaded, seconds) if seconds > 0 else not_played(file, loaded)
        rehearsal.results.append(result)
        rehearsal.spent += monotonic() - at
        if monotonic() - begun > SLICE:
            return number
    return len(left)
