"""Trouble with a service (LINE, a shop): when it begins, goes on, is over.

A pure function over failures and successes; what a failure is, and the words, are elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.model.clock import PatientClock
from bot.model.translatable import Translatable, tr

CALM = timedelta(seconds=30)
"""How long all must be well before a trouble counts as over: what comes and goes is one trouble."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble that has begun and is not known to be over."""

    kind: str
    since: datetime
    last: datetime
    """When the last attempt so far failed."""
    attempts: int = 1
    """Failed attempts."""
    lost: int = 0
    """Calls that were given up."""
    well: datetime | None = None
    """Since when calls that began after the last failure succeed; `None`: none has."""
    why: str = ""
    """The error of the first failure."""


Troubles: TypeAlias = tuple[Trouble, ...]
"""The troubles with one service or channel: at most one of each kind."""


def succeeded(troubles: Troubles, began: datetime, now: datetime, kind: str | None = None) -> Troubles:
    """After a call that `began` then and was answered `now`; it shows that the trouble of `kind` is none.

    It ends nothing that began, or went on, after the call was made. Without `kind`: all is well.
    """
    return tuple(
        replace(one, well=now) if one.well is None and began >= one.last and kind in (None, one.kind) else one
        for one in troubles
    )


def failed(
    troubles: Troubles, kind: str, began: datetime, now: datetime, why: str = ""
) -> tuple[Troubles, bool]:
    """After a call that `began` then has failed `now`; and whether that is a new trouble."""
    others = tuple(one for one in troubles if one.kind != kind)
    known = next((one for one in troubles if one.kind == kind), None)
    if known is None:
        return (*others, Trouble(kind, now, now, why=why)), True
    if known.well is not None and began < known.well:  # it was under way when all was well again
        return (*others, replace(known, attempts=known.attempts + 1)), False
    return (*others, replace(known, attempts=known.attempts + 1, last=now, well=None)), False


def next_look(troubles: Troubles) -> datetime | None:
    """When `over` may give something next; `None` while no trouble has become well."""
    return min((one.well + CALM for one in troubles if one.well is not None), default=None)


def over(troubles: Troubles, now: datetime) -> tuple[Troubles, tuple[Trouble, ...]]:
    """The troubles that go on, and those that are over: well for `CALM`."""
    ended = tuple(one for one in troubles if one.well is not None and now >= one.well + CALM)
    return tuple(one for one in troubles if one not in ended), ended


def span_in_words(span: timedelta) -> Translatable:
    """`7 s`, `3 min 2 s`, `2 h 5 min`: two units at most."""
    seconds = max(0, round(span.total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return tr("{hours} h {minutes} min", hours=f"{hours}", minutes=f"{minutes % 60}")
    if minutes:
        return tr("{minutes} min {seconds} s", minutes=f"{minutes}", seconds=f"{seconds % 60}")
    return tr("{seconds} s", seconds=f"{seconds}")


@dataclass(frozen=True, slots=True)
class TroubleLog:
    """The sentences of the log for troubles with one kind of service."""

    thing: str
    """The kind: `hook`, `shop`, `channel`."""
    over: Mapping[str, str]
    """That a trouble is over, by its kind; `{thing}` in it is the service's name."""
    cost: Callable[[Trouble], str]
    """What it has cost: attempts, calls given up."""
    on: Mapping[str, str | Translatable] = field(default_factory=dict)
    """What is wrong while it goes on, by its kind."""
    called: str = 'the {thing} "{name}"'
    """How one service is named."""

    def ended(self, trouble: Trouble, name: str) -> str:
        """The line that it is over."""
        lasted = span_in_words((trouble.well or trouble.last) - trouble.since)
        over = self.over[trouble.kind].format(**{self.thing: name})
        return f"{over}: the trouble took {lasted}, {self.cost(trouble)}"

    def left(self, trouble: Trouble, name: str, now: datetime) -> str:
        """The line that it goes on, as this process stops."""
        so_far = f"for {span_in_words(now - trouble.since)}, {self.cost(trouble)}"
        stands = f"{self.on[trouble.kind]}, " if self.on else ""
        called = self.called.format(thing=self.thing, name=name)
        return f"stopped in the trouble of {called}: {stands}{so_far}"


class TroubleWatch:
    """The troubles with each of several (channels, shops), by name. The first failure reports its
    beginning."""

    def __init__(self, words: TroubleLog, log: logging.Logger, clock: PatientClock) -> None:
        self._words = words
        self._log = log
        self._clock = clock
        self._looking: dict[str, asyncio.Task[None]] = {}
        self.known: dict[str, Troubles] = {}
        self.taken: dict[str, datetime] = {}
        """When the last successful call began, by name."""
        self.on_begin: Callable[[], None] = lambda: None
        """Called when a trouble has begun."""

    def standing(self) -> Iterator[tuple[str, Trouble]]:
        """The troubles since whose last failure no call has succeeded, each with the service's name."""
        for name, troubles in self.known.items():
            yield from ((name, one) for one in troubles if one.well is None)

    def keep(self, name: str, troubles: Troubles) -> None:
        """Set the present troubles with one service, and log when they are over."""
        if not troubles:
            self.known.pop(name, None)
            return
        begins = len(troubles) > len(self.known.get(name, ()))
        self.known[name] = troubles
        if begins:
            self.on_begin()
        if name not in self._looking and next_look(troubles) is not None:
            self._looking[name] = asyncio.create_task(self._look(name), name="trouble watch")

    async def stop(self) -> None:
        """Log what is still wrong: the next process starts its watch anew."""
        looking = list(self._looking.values())
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
        self._looking.clear()
        now = self._clock.now()
        for name, troubles in self.known.items():
            for one in troubles:
                self._log.warning("%s", self._words.left(one, name, now))
        self.known.clear()

    async def _look(self, name: str) -> None:
        """Wait until what has become well has been so for long enough, as long as anything has."""
        while (moment := next_look(self.known.get(name, ()))) is not None:
            await self._clock.wait(max(0.0, (moment - self._clock.now()).total_seconds()))
            left, ended = over(self.known.get(name, ()), self._clock.now())
            self.keep(name, left)
            for one in ended:
                self._log.warning("%s", self._words.ended(one, name))
        del self._looking[name]
