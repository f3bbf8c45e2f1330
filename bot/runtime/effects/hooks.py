"""The service that calls web hooks, its figures, and the log of their troubles.

A hook is called at least once and heard exactly once: the outcome's id derives from the call's, and the other
side knows a call by its key, the same over tries and restarts. Calls are made beside the person's line, so a
turn does not wait; after 20 tries without an answer a host rests for 30 s. The address is checked where the
socket is made (SSRF), so what is checked is what is connected to (`hooks/outside_connector`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.hook_answers import hook_outcome
from bot.hooks.answer import HookFailure
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.effects import CallHook
from bot.model.event import Outcome
from bot.model.settings import HookSettings
from bot.runtime.metrics import Levels, Metrics, Spans, Tally
from bot.runtime.trouble import Trouble, TroubleLog, TroubleWatch, failed, succeeded
from bot.services.caller import Caller
from bot.services.effects import EffectFailed, EffectHandlers

_BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Upper ends of the buckets of durations, in seconds."""


class HookFigures:
    """Metrics of hooks, by name: `results` of calls, `seconds` of each attempt, and how many are `open` (not
    answered yet)."""

    def __init__(self) -> None:
        self.open = Counter[str]()
        self.results = Tally("oaflow_hooks", "Web hooks by name and what came of them.", "hook", "result")
        self.seconds = Spans("oaflow_hook_seconds", "How long each try of a hook took.", "hook", _BOUNDS)
        self._levels = Levels(
            "oaflow_hooks_open", "Calls that are not answered yet.", "hook", lambda: self.open
        )

    def join(self, metrics: Metrics) -> None:
        """Add them to the metrics of this process."""
        metrics.add(self.results, self.seconds, self._levels)


log = logging.getLogger("oaflow.hooks")

AWAY, REFUSED = "away", "refused"
"""Kinds of trouble: perhaps temporary; one that needs a correction, in the playbook or at the hook."""
_PASSING = frozenset(("unreachable", "late", "broken off", "away", "copy"))
"""Causes (`HookFailure.why`) that are `AWAY`."""
_BUSY = frozenset((408, 425, 429))
"""HTTP statuses below 500 that are `AWAY`, too."""

_BEGUN: Mapping[str, str] = {
    AWAY: 'the hook "{hook}" does not answer: {why}; what it was asked has failed',
    REFUSED: 'the hook "{hook}" does not do what it is asked: {why}; mend it there, or its settings',
}
_OVER: Mapping[str, str] = {
    AWAY: 'the hook "{hook}" answers again',
    REFUSED: 'the hook "{hook}" does what it is asked again',
}


class HookWatch:
    """Logs what is wrong between this process and the hooks. No line holds an address, nor what was sent."""

    def __init__(self, clock: PatientClock) -> None:
        self._clock = clock
        self._watch = TroubleWatch(TroubleLog("hook", _OVER, _cost), log, clock)

    def answered(self, hook: str, began: datetime) -> None:
        """Record a call that was answered as it should be; `began`: when it began."""
        if known := self._watch.known.get(hook):
            self._watch.keep(hook, succeeded(known, began, self._clock.now()))

    def failed(self, hook: str, failure: HookFailure, began: datetime) -> None:
        """Record a call that failed; `began`: when it began."""
        kind = _kind(failure)
        troubles, is_new = failed(self._watch.known.get(hook, ()), kind, began, self._clock.now())
        if is_new:
            log.warning("%s", _BEGUN[kind].format(hook=hook, why=failure))
        self._watch.keep(hook, troubles)

    async def stop(self) -> None:
        """Log what is still wrong: the next process starts its watch anew."""
        await self._watch.stop()


def _kind(failure: HookFailure) -> str:
    status = failure.status or 0
    passing = failure.why in _PASSING or (failure.why == "status" and (status >= 500 or status in _BUSY))
    return AWAY if passing else REFUSED


def _cost(trouble: Trouble) -> str:
    return "1 call failed" if trouble.attempts == 1 else f"{trouble.attempts:,} calls failed"


@dataclass(eq=False, repr=False)
class HookService:
    """Calls the hooks of the live playbook; a request for one that it does not have any more fails."""

    _hooks: HookCaller
    _playbook: Callable[[], Playbook]
    _settings: Callable[[], Mapping[str, HookSettings]]
    _figures: HookFigures
    _clock: PatientClock
    watch: HookWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = HookWatch(self._clock)

    @property
    def carries_out(self) -> EffectHandlers:
        return {CallHook: self.call}

    async def call(self, request: CallHook, caller: Caller) -> Outcome:
        """Call a hook; gives the outcome. Repeated after a crash the call has the same key, so the hook
        counts it once.

        Raises `EffectFailed` where it was not answered as it should be.
        """
        playbook, settings = self._playbook(), self._settings().get(request.hook)
        hook = playbook.hooks.get(request.hook)
        if hook is None or settings is None:
            raise EffectFailed("the playbook has it no more")
        began = self._clock.now()
        self._figures.open[request.hook] += 1
        try:
            found = await self._hooks.call(settings, caller.key, request.body)
        finally:
            self._figures.open[request.hook] -= 1
        if isinstance(found, HookFailure):
            self._figures.results.inc(request.hook, found.why.replace(" ", "-"))
            self.watch.failed(request.hook, found, began)
            raise EffectFailed(str(found))
        self._figures.results.inc(request.hook, "ok")
        self.watch.answered(request.hook, began)
        return hook_outcome(hook, found.body, request.origin, playbook.zone)
