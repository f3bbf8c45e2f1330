"""Drafts that are tried: each in a process of its own, on a phone that only its writer sees (L8).

A trial follows its draft: what is saved is on the phone within a second or so. A draft with mistakes leaves
what ran before. It ends when nobody uses it any more, and when its writer is signed out.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from bot.model.admin import AdminRole, Signed
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_folder import DraftFolder
from bot.operations.drafts.publishing import DraftDesk
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.trials")

MOST = 2
"""Trials of a process at once: each takes a processor for seconds and the memory of a small bot."""
UNUSED = 600.0
"""Seconds without a request, or a word saved in the draft, after which one ends."""
LOOK = 0.25
"""Seconds between two looks whether the draft was saved."""
SIGNED_LOOK = 2.0
"""Seconds between two looks whether its writer is still signed in."""

TrialStage: TypeAlias = Literal["none", "files", "starting", "ready", "ended"]
"""How far a trial is; `ended`: by itself, and its `why` says what happened."""


class TrialRefused(Refusal):
    """It is not tried; the text says why."""


class RunningTrial(Protocol):
    """A process that serves a draft at `address`, to whoever sends `headers`."""

    address: str
    headers: Mapping[str, str]
    ended: asyncio.Future[int]

    async def stop(self) -> None:
        """End it, with all that it has started."""


StartTrial: TypeAlias = Callable[[Path, str, str], Awaitable[RunningTrial]]
"""Serves the playbook of this folder to whoever has this token, in this language. Raises `TrialRefused`."""


@dataclass(eq=False, slots=True)
class Trial:
    """That of one account. `who` used it last; `used`: when, by the event loop's clock."""

    who: Signed
    used: float
    language: str
    stage: TrialStage = "files"
    why: Translatable | None = None
    process: RunningTrial | None = None
    work: asyncio.Task[None] | None = field(default=None, repr=False)


class Trials:
    """The trials of this process. `still(who)` is that account as it may do now, `None`: signed out."""

    def __init__(
        self,
        desk: DraftDesk,
        still: Callable[[Signed], Awaitable[Signed | None]],
        roles: Collection[AdminRole],
        start: StartTrial,
        *,
        unused: float = UNUSED,
    ) -> None:
        self._desk = desk
        self._still = still
        self._roles = roles
        self._start = start
        self._unused = unused
        self._trials: dict[str, Trial] = {}

    def of(self, account: str) -> Trial | None:
        """That of this account, also one that has ended by itself."""
        return self._trials.get(account)

    def used(self, who: Signed) -> RunningTrial | None:
        """Where a request of this account goes; `None`: nothing is tried."""
        trial = self._trials.get(who.name)
        if trial is None or trial.stage != "ready":
            return None
        trial.who, trial.used = who, asyncio.get_running_loop().time()
        return trial.process

    def begin(self, who: Signed, language: str) -> None:
        """Try this account's draft, in the language of its page; nothing is done where that runs already.

        Raises `TrialRefused`.
        """
        there = self._trials.get(who.name)
        if there is not None and there.stage != "ended":
            return
        running = sorted(name for name, one in self._trials.items() if one.stage != "ended")
        if len(running) >= MOST:
            raise TrialRefused(
                tr(
                    "drafts of {names} are being tried just now, and this server tries {number} at once:"
                    " wait until one of them ends it",
                    names=row(running),
                    number=MOST,
                )
            )
        trial = Trial(who, asyncio.get_running_loop().time(), language)
        self._trials[who.name] = trial
        trial.work = asyncio.create_task(self._run(trial), name="a trial")

    async def end(self, account: str) -> None:
        """It is over; again is once."""
        trial = self._trials.pop(account, None)
        if trial is not None and trial.work is not None:
            trial.work.cancel()
            await asyncio.wait([trial.work])

    async def close(self) -> None:
        """All are over."""
        await asyncio.gather(*(self.end(account) for account in list(self._trials)))

    async def _run(self, trial: Trial) -> None:
        why: Translatable | None = None
        try:
            why = await self._tried(trial)
        except Refusal as error:
            why = error.message
        except DatabaseUnavailable:
            why = tr("the database is away: try once more in a moment")
        except Exception:  # only a bug comes here; the page says that it ended, the log why
            log.exception("a trial of a draft has failed")
            why = _BY_ITSELF
        finally:
            if why is None and self._trials.get(trial.who.name) is trial:
                del self._trials[trial.who.name]
            trial.stage, trial.why, trial.process = "ended", why, None

    async def _tried(self, trial: Trial) -> Translatable | None:
        """Until it is over; why, where its writer does not know."""
        folder = await self._desk.new_folder()
        process: RunningTrial | None = None
        try:
            draft, wrong = await self._first(trial.who.name)
            files = DraftFolder(folder, self._desk.live)
            await files.write(PlaybookDraft(draft.base, {}) if wrong else draft)
            trial.stage = "starting"
            process = await self._start(folder, secrets.token_urlsafe(32), trial.language)
            trial.process, trial.stage = process, "ready"
            return await self._follow(trial, process, files)
        finally:
            trial.process = None
            ending = asyncio.create_task(_ended(process, folder))
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError:
                await asyncio.wait([ending])
                raise

    async def _first(self, account: str) -> tuple[PlaybookDraft, bool]:
        """The draft, and whether it has mistakes: then what is live runs until they are mended."""
        draft = await self._desk.draft(account)
        if not draft.files:
            return draft, False
        problems = await self._desk.check(draft)
        return draft, any(one.level == "error" for one in problems)

    async def _follow(self, trial: Trial, process: RunningTrial, files: DraftFolder) -> Translatable | None:
        loop, seen, looked = asyncio.get_running_loop(), None, 0.0
        while not process.ended.done():
            try:
                if loop.time() - looked >= SIGNED_LOOK:
                    looked = loop.time()
                    if not await self._may_go_on(trial):
                        return None
                now = await self._revisions(trial.who.name)
                if now != seen:
                    await files.write(await self._desk.draft(trial.who.name))
                    trial.used = trial.used if seen is None else loop.time()
                    seen = now
            except DatabaseUnavailable:
                pass  # what is saved meanwhile is written once it is there
            if loop.time() - trial.used > self._unused:
                return tr("nobody has used the phone for a while: the trial has ended")
            await asyncio.wait([process.ended], timeout=LOOK)
        return _BY_ITSELF

    async def _may_go_on(self, trial: Trial) -> bool:
        now = await self._still(trial.who)
        return now is not None and now.session.stage == "signed_in" and now.role in self._roles

    async def _revisions(self, account: str) -> tuple[int, Mapping[str, int]]:
        """What changes with each save of the draft, and with each publication."""
        base = await self._desk.live.now()
        return base.accepted.number, await self._desk.stores.drafts.revisions(account)


_BY_ITSELF = tr("the trial has ended by itself: begin it once more")


async def _ended(process: RunningTrial | None, folder: Path) -> None:
    if process is not None:
        await process.stop()
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
