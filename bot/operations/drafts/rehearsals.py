"""The scenarios of drafts, played once for each state of a draft: ahead, while its author writes on, so that
its review has them at once (L8). All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from bot.model.translatable import Refusal
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.worker import DraftTurns
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.scenario.result import LONGEST, Result
from bot.store.unavailable import DatabaseUnavailable

QUIET = 3.0
"""Seconds for which an author writes nothing before the scenarios are played ahead."""
FRESH = 600.0
"""Seconds for which what was played is shown again: scenarios may know what day it is."""
MOST = 8
"""States of drafts that are remembered."""
AT_ONCE = 2
"""Drafts whose scenarios are played at once."""


@dataclass(slots=True)
class Rehearsal:
    """What came of scenarios so far, of their `number` (0 until it is known)."""

    results: list[Result] = field(default_factory=list)
    number: int = 0
    is_unread: bool = False
    """With stand-ins for variables it has a mistake: nothing was played."""
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


@dataclass(slots=True)
class Rehearsals:
    """Those of this process. `play` plays those of a draft, and tells how many there are, then what came of
    each; `False`: there is a mistake in it."""

    play: Callable[[PlaybookDraft, Callable[[int | Result], None]], Awaitable[bool]]
    quiet: float = QUIET
    _known: dict[str, Rehearsal] = field(default_factory=dict)
    _ahead: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _turns: DraftTurns = field(default_factory=lambda: DraftTurns(AT_ONCE))

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
        made.task.add_done_callback(lambda task: task.cancelled() or task.exception())  # `of` raises it
        for stamp in [stamp for stamp, one in self._known.items() if one.is_over][:-MOST]:
            del self._known[stamp]
        return made

    async def _play(self, rehearsal: Rehearsal, draft: PlaybookDraft) -> None:
        begun = monotonic()

        def hear(part: int | Result) -> None:
            if isinstance(part, int):
                rehearsal.number = part
            else:
                rehearsal.results.append(part)

        async with self._turns.turn(draft.owner, "rehearse"):
            rehearsal.is_unread = not await self.play(draft, hear)
        spent = monotonic() - begun
        own = any(path.startswith(f"{SCENARIOS}/") for path in draft.paths)
        is_sure = spent < LONGEST or all(
            one.holds for one in rehearsal.results
        )  # else this machine had much to do
        # those of the process's folder change without the draft
        rehearsal.until = monotonic() + (FRESH if own and is_sure and not rehearsal.is_unread else 0.0)
