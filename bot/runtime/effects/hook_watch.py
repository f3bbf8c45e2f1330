"""Watching how each web hook answers: the log says once that a trouble begins, once that it is over."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from bot.hooks.answer import HookFailure
from bot.model.clock import PatientClock
from bot.runtime.trouble import Trouble, failed, span_in_words, succeeded
from bot.runtime.trouble_watch import TroubleWatch

log = logging.getLogger("oaflow.hooks")

AWAY, REFUSED = "away", "refused"
"""It may be better by itself · somebody has to mend it, here or there."""
_PASSING = frozenset(("unreachable", "late", "broken off", "away"))
_BUSY = frozenset((408, 425, 429))

_BEGUN: Mapping[str, str] = {
    AWAY: 'the hook "{hook}" does not answer: {why}; what it was asked has failed',
    REFUSED: 'the hook "{hook}" does not do what it is asked: {why}; mend it there, or its settings',
}
_OVER: Mapping[str, str] = {
    AWAY: 'the hook "{hook}" answers again',
    REFUSED: 'the hook "{hook}" does what it is asked again',
}


class HookWatch:
    """What is wrong between this process and the hooks. No line holds an address, nor what was sent."""

    def __init__(self, clock: PatientClock) -> None:
        self._clock = clock
        self._watch = TroubleWatch(_over_in_words, _left_in_words, log, clock)

    def answered(self, hook: str, began: datetime) -> None:
        """A call that began then was answered as it should be."""
        if known := self._watch.known.get(hook):
            self._watch.keep(hook, succeeded(known, began, self._clock.now()))

    def failed(self, hook: str, failure: HookFailure, began: datetime) -> None:
        """A call that began then was not."""
        kind = _kind(failure)
        troubles, is_new = failed(self._watch.known.get(hook, ()), kind, began, self._clock.now())
        if is_new:
            log.warning("%s", _BEGUN[kind].format(hook=hook, why=failure))
        self._watch.keep(hook, troubles)

    async def stop(self) -> None:
        """Say what is still wrong: who starts next begins to watch anew."""
        await self._watch.stop()


def _kind(failure: HookFailure) -> str:
    status = failure.status or 0
    passing = failure.why in _PASSING or (failure.why == "status" and (status >= 500 or status in _BUSY))
    return AWAY if passing else REFUSED


def _over_in_words(trouble: Trouble, hook: str) -> str:
    lasted = span_in_words((trouble.well or trouble.last) - trouble.since)
    return f"{_OVER[trouble.kind].format(hook=hook)}: the trouble took {lasted}, {_cost(trouble)}"


def _left_in_words(trouble: Trouble, hook: str, now: datetime) -> str:
    so_far = f"for {span_in_words(now - trouble.since)}, {_cost(trouble)}"
    return f'stopped in the trouble of the hook "{hook}": {so_far}'


def _cost(trouble: Trouble) -> str:
    return "1 call failed" if trouble.attempts == 1 else f"{trouble.attempts:,} calls failed"
