"""Watching how LINE answers each channel: the log says once that a trouble begins, once that it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.line.outcome import Accepted, CallResult
from bot.model.clock import PatientClock
from bot.model.outgoing import DeadLetter
from bot.runtime.line_trouble import (
    after,
    begun_in_words,
    given_up,
    given_up_in_words,
    left_in_words,
    now_in_words,
    over_in_words,
)
from bot.runtime.metrics import Levels
from bot.runtime.trouble_watch import TroubleWatch

log = logging.getLogger("oaflow.line")


class LineWatch:
    """What is wrong between this process and LINE, by channel; told to the log, `/metrics` and `/readyz`."""

    def __init__(self, channels: Callable[[], Iterable[str]], clock: PatientClock) -> None:
        self._channels = channels
        self._clock = clock
        self._watch = TroubleWatch(over_in_words, left_in_words, log, clock)
        self.levels = Levels(
            "oaflow_line_trouble_seconds",
            "For how long LINE has not taken a channel's calls as it should; 0 where it does.",
            "channel",
            self._seconds,
        )

    def heard(self, channel: str, outcome: CallResult, began: datetime) -> None:
        """A call that began then has ended so. Costs a look into a dictionary where all is well."""
        troubles = self._watch.known.get(channel)
        if troubles is None and type(outcome) is Accepted:
            return
        troubles, begins = after(troubles or (), outcome, began, self._clock.now())
        if begins is not None:
            log.warning("%s", begun_in_words(begins, channel))
        self._watch.keep(channel, troubles)

    def given_up(self, letter: DeadLetter) -> None:
        """A call has become a dead letter: one line, by which it is found."""
        channel = letter.outgoing.channel
        log.warning("%s", given_up_in_words(letter))
        if (troubles := self._watch.known.get(channel)) is not None:
            self._watch.known[channel] = given_up(troubles, letter.reason)

    def trouble(self) -> Mapping[str, str]:
        """What is wrong just now, in words, by channel."""
        now, known = self._clock.now(), self._watch.known
        return {c: now_in_words(known[c], now) for c in self._channels() if c in known}

    async def stop(self) -> None:
        """Say what is still wrong: who starts next begins to watch anew."""
        await self._watch.stop()

    def _seconds(self) -> Mapping[str, float]:
        now = self._clock.now()
        since = {c: min(one.since for one in troubles) for c, troubles in self._watch.known.items()}
        return {c: (now - since[c]).total_seconds() if c in since else 0.0 for c in self._channels()}
