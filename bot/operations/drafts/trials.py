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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from bot.model.admin import AdminRole, Signed
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_folder import DraftFolder
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.shared_trials import SharedTrial, SharedTrials
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.trials")

MOST = 2
"""Trials of a machine at once: each takes a processor for seconds, and the memory of a small bot."""
UNUSED = 600.0
"""Seconds without a request, or a word saved in the draft, after which one ends."""
LOOK = 0.25
"""Seconds between two looks whether the draft was saved."""
SIGNED_LOOK = 2.0
"""Seconds between two looks whether its writer is still signed in."""

TrialPhase: TypeAlias = Literal["none", "files", "starting", "ready", "ended"]
"""How far a trial is; `ended`: by itself, and its `why` says what happened."""


class TrialRefused(Refusal):
    """It is not tried; the text says why."""


class TrialAddress(Protocol):
    """Where a draft is served, to whoever sends `headers`."""

    @property
    def address(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


class RunningTrial(TrialAddress, Protocol):
    """A process of ours that serves a draft."""

    ended: asyncio.Future[int]

    async def stop(self) -> None:
        """End it, with all that it has started."""


StartTrial: TypeAlias = Callable[[Path, str, str], Awaitable[RunningTrial]]
"""Serves the playbook of this folder to whoever has this token, in this language. Raises `TrialRefused`."""


@dataclass(eq=False, slots=True)
class Trial:
    """That of one account. `signed` used it last; `used`: when, by the event loop's clock. `shared` is what
    other processes know of it."""

    signed: Signed
    used: float
    language: str
    shared: SharedTrial
    phase: TrialPhase = "files"
    why: Translatable | None = None
    process: RunningTrial | None = None
    work: asyncio.Task[None] | None = field(default=None, repr=False)


class Trials:
    """The trials of this process, which knows those of others by `shared`.

    `still(who)` is that account as it may do now, `None`: signed out.
    """

    def __init__(
        self,
        context: DraftContext,
        still: Callable[[Signed], Awaitable[Signed | None]],
        roles: Collection[AdminRole],
        start: StartTrial,
        shared: SharedTrials | None = None,
        *,
        unused: float = UNUSED,
    ) -> None:
        self._context = context
        self._still = still
        self._roles = roles
        self._start = start
        self._shared = shared or SharedTrials(None)
        self._unused = unused
        self._trials: dict[str, Trial] = {}

    def phase(self, account: str) -> tuple[TrialPhase, Translatable | None]:
        """How far that of this account is, and why it has ended by itself."""
        trial, elsewhere = self._trials.get(account), self._shared.of(account)
        if elsewhere is not None and (trial is None or trial.shared.id != elsewhere.id):
            return ("ready" if elsewhere.address else "starting"), None
        return ("none", None) if trial is None else (trial.phase, trial.why)

    def used(self, signed: Signed) -> TrialAddress | None:
        """Where a request of this account goes; `None`: nothing is tried."""
        trial = self._trials.get(signed.name)
        if trial is not None and trial.phase == "ready":
            trial.signed, trial.used = signed, asyncio.get_running_loop().time()
            return trial.process
        elsewhere = self._shared.of(signed.name)
        if elsewhere is None or not elsewhere.address:
            return None
        self._shared.touch(signed.name)
        return elsewhere

    def begin(self, signed: Signed, language: str) -> None:
        """Try this account's draft, in the language of its page; nothing is done where that runs already.

        Raises `TrialRefused`.
        """
        if self.phase(signed.name)[0] not in ("none", "ended"):
            return
        own = {name for name, one in self._trials.items() if one.phase != "ended"}
        running = sorted(own | {one.account for one in self._shared.all()})
        if len(running) >= MOST:
            raise TrialRefused(
                tr(
                    "drafts of {names} are being tried just now, and this server tries {number} at once:"
                    " wait until one of them ends it",
                    names=row(running),
                    number=MOST,
                )
            )
        shared = SharedTrial(secrets.token_hex(16), signed.name, "", {})
        self._shared.put(shared)
        trial = Trial(signed, asyncio.get_running_loop().time(), language, shared)
        self._trials[signed.name] = trial
        trial.work = asyncio.create_task(self._run(trial), name="a trial")

    async def end(self, account: str) -> None:
        """It is over, wherever it runs; again is once."""
        self._shared.drop(account)
        trial = self._trials.pop(account, None)
        if trial is not None and trial.work is not None:
            trial.work.cancel()
            await asyncio.wait([trial.work])

    async def close(self) -> None:
        """All are over."""
        await asyncio.gather(*(self.end(account) for account in list(self._trials)))
        self._shared.close()

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
            if why is None and self._trials.get(trial.signed.name) is trial:
                del self._trials[trial.signed.name]
            trial.phase, trial.why, trial.process = "ended", why, None
            if self._is_ours(trial):
                self._shared.drop(trial.signed.name)

    async def _tried(self, trial: Trial) -> Translatable | None:
        """Until it is over; why, where its writer does not know."""
        folder = await self._context.new_folder()
        process: RunningTrial | None = None
        try:
            draft, wrong = await self._first(trial.signed.name)
            files = DraftFolder(folder, self._context.live)
            await files.write(PlaybookDraft(draft.base, {}) if wrong else draft)
            trial.phase = "starting"
            process = await self._start(folder, secrets.token_urlsafe(32), trial.language)
            trial.process, trial.phase = process, "ready"
            trial.shared = replace(trial.shared, address=process.address, headers=process.headers)
            self._shared.put(trial.shared)
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
        draft = await self._context.draft(account)
        if not draft.files:
            return draft, False
        problems = await self._context.check(draft)
        return draft, any(one.level == "error" for one in problems)

    async def _follow(self, trial: Trial, process: RunningTrial, files: DraftFolder) -> Translatable | None:
        loop, seen, looked = asyncio.get_running_loop(), None, 0.0
        before = self._shared.used(trial.signed.name)
        while not process.ended.done():
            try:
                if loop.time() - looked >= SIGNED_LOOK:
                    looked = loop.time()
                    if not await self._may_go_on(trial):
                        return None
                    if (used := self._shared.used(trial.signed.name)) != before:
                        trial.used, before = looked, used
                now = await self._revisions(trial.signed.name)
                if now != seen:
                    await files.write(await self._context.draft(trial.signed.name))
                    trial.used = trial.used if seen is None else loop.time()
                    seen = now
            except DatabaseUnavailable:
                pass  # what is saved meanwhile is written once it is there
            if loop.time() - trial.used > self._unused:
                return tr("nobody has used the phone for a while: the trial has ended")
            await asyncio.wait([process.ended], timeout=LOOK)
        return _BY_ITSELF

    def _is_ours(self, trial: Trial) -> bool:
        """Whether other processes know it still as this one's, and none has ended it."""
        known = self._shared.of(trial.signed.name)
        return known is not None and known.id == trial.shared.id

    async def _may_go_on(self, trial: Trial) -> bool:
        if self._shared.is_used and not self._is_ours(trial):
            return False
        now = await self._still(trial.signed)
        return now is not None and now.session.step == "signed_in" and now.role in self._roles

    async def _revisions(self, account: str) -> tuple[int, Mapping[str, int]]:
        """What changes with each save of the draft, and with each publication."""
        base = await self._context.live.now()
        return base.accepted.number, await self._context.stores.drafts.revisions(account)


_BY_ITSELF = tr("the trial has ended by itself: begin it once more")


async def _ended(process: RunningTrial | None, folder: Path) -> None:
    if process is not None:
        await process.stop()
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
