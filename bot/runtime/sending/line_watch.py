"""Watching how LINE answers each channel: the log says once that a trouble begins, once that it is over."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.line.outcome import Accepted, CallResult
from bot.model.clock import PatientClock
from bot.model.outgoing import DeadLetter
from bot.model.translatable import Translatable, row, tr
from bot.runtime.line_trouble import (
    OF_CHANNEL,
    after,
    begun_in_words,
    dead_letter_line,
    failure_of,
    late_in_words,
    late_now_in_words,
    now_in_words,
    with_dead_letter,
)
from bot.runtime.metrics import Levels
from bot.runtime.retry import LATE
from bot.runtime.trouble import TroubleWatch

log = logging.getLogger("oaflow.line")

LATE_WINDOW = 10.0
"""Seconds over which late answers are counted before the log reports their number: a rush makes thousands."""


class LateAnswers:
    """Answers whose reply token was too old when their turn came, counted by channel for one log line."""

    def __init__(self, clock: PatientClock) -> None:
        self._clock = clock
        self._reporting: asyncio.Task[None] | None = None
        self.unreported: Counter[str] = Counter()

    def add(self, channel: str) -> None:
        """Count one; the window opens with the first."""
        self.unreported[channel] += 1
        if self._reporting is None:
            self._reporting = asyncio.create_task(self._report_later(), name="late answers")

    async def stop(self) -> None:
        """Report what is counted so far."""
        if self._reporting is not None:
            self._reporting.cancel()
            await asyncio.gather(self._reporting, return_exceptions=True)
        self._report()

    async def _report_later(self) -> None:
        await self._clock.wait(LATE_WINDOW)
        self._report()

    def _report(self) -> None:
        counts, self.unreported, self._reporting = self.unreported, Counter(), None
        for channel, number in counts.items():
            log.warning("%s", late_in_words(channel, number))


@dataclass(slots=True)
class _Outage:
    """An outage of LINE on one channel."""

    since: datetime
    """When the first call failed."""
    last: datetime
    """When the last call so far failed."""
    of_messages: bool
    """Whether a call that sends a message has failed, too."""
    well: datetime | None = None
    """When a call succeeded again; `None`: the outage goes on."""


class LineWatch:
    """Troubles between this process and LINE, by channel; reported in the log, `/metrics` and `/readyz`."""

    def __init__(self, channels: Callable[[], Iterable[str]], clock: PatientClock) -> None:
        self._channels = channels
        self._clock = clock
        self._watch = TroubleWatch(OF_CHANNEL, log, clock)
        self._outages: dict[str, _Outage] = {}
        self.on_failing: Callable[[str], None] = lambda channel: None
        """Called with the channel when an outage begins."""
        self.on_well: list[Callable[[str, timedelta], None]] = []
        """Called with the channel and how long the outage has lasted, when it is over."""
        self._late = LateAnswers(clock)
        self.levels = Levels(
            "oaflow_line_trouble_seconds",
            "For how long LINE has not taken a channel's calls as it should; 0 where it does.",
            "channel",
            self._seconds,
        )

    def on_call_end(
        self, channel: str, outcome: CallResult, began: datetime, *, sends_message: bool = True
    ) -> None:
        """Record the end of a call that began at `began`. Costs two dictionary look-ups where all is well."""
        troubles = self._watch.known.get(channel)
        if type(outcome) is Accepted:
            self._watch.taken[channel] = began
            if troubles is None:
                return
        now = self._clock.now()
        troubles, begins = after(troubles or (), outcome, began, now)
        if begins is not None:
            log.warning("%s", begun_in_words(begins, channel))
        self._watch.keep(channel, troubles)
        self._outage(channel, outcome, began, now, sends_message)

    @property
    def found(self) -> TroubleWatch:
        """Each channel's present troubles, and when the last call that LINE took began."""
        return self._watch

    def outage(self, channel: str) -> timedelta | None:
        """For how long LINE has taken no messages of this channel; `None`: it takes them.

        A read, or a call about menus, shows that LINE answers; that it fails says nothing of messages.
        """
        known = self._outages.get(channel)
        if known is None or known.well is not None or not known.of_messages:
            return None
        return self._clock.now() - known.since

    def _outage(
        self, channel: str, outcome: CallResult, began: datetime, now: datetime, sends_message: bool
    ) -> None:
        """Update the channel's outage by the end of a call, and call `on_failing` or `on_well`.

        A rate limit (429) is no outage: LINE answers, and wants fewer calls at once.
        """
        known, sign = self._outages.get(channel), failure_of(outcome)
        if sign is None:
            if known is not None and known.well is None and began >= known.last:
                known.well = now
                for hear in self.on_well:
                    hear(channel, now - known.since)
        elif sign.kind != "throttled":
            if known is not None and known.well is None:
                known.last = now
                known.of_messages = known.of_messages or sends_message
            elif known is None or known.well is None or began >= known.well:  # else it is of the old one
                self._outages[channel] = _Outage(now, now, sends_message)
                self.on_failing(channel)

    def on_dead_letter(self, letter: DeadLetter) -> None:
        """A call has become a dead letter: one line, by which it is found. Late answers share one line; what
        a trouble that goes on has cost is counted, and the line that ends it says how many."""
        channel = letter.outgoing.channel
        if letter.reason == LATE and letter.outgoing.kind == "reply":
            self._late.add(channel)
            return
        before = self._watch.known.get(channel, ())
        after_it = with_dead_letter(before, letter.reason)
        if after_it == before:
            log.warning("%s", dead_letter_line(letter))
        else:
            self._watch.known[channel] = after_it

    def trouble(self) -> Mapping[str, Translatable]:
        """What is wrong just now, in words, by channel; also that answers came too late a moment ago."""
        now, known, late = self._clock.now(), self._watch.known, self._late.unreported
        found = {
            c: [*now_in_words(known.get(c, ()), now), *([late_now_in_words(late[c])] if c in late else [])]
            for c in self._channels()
        }
        return {c: tr("{what}", what=row(troubles, "semicolon")) for c, troubles in found.items() if troubles}

    async def stop(self) -> None:
        """Log what is still wrong: the next process starts its watch anew."""
        await self._watch.stop()
        await self._late.stop()

    def _seconds(self) -> Mapping[str, float]:
        now = self._clock.now()
        since = {c: min(one.since for one in troubles) for c, troubles in self._watch.known.items()}
        return {c: (now - since[c]).total_seconds() if c in since else 0.0 for c in self._channels()}
