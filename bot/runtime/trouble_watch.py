"""Telling the log once that a trouble is over, or that nobody here watches it any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.model.clock import PatientClock
from bot.runtime.trouble import Trouble, Troubles, next_look, over


class TroubleWatch:
    """The troubles with each of several (channels, shops), by name. Whoever meets one tells its beginning."""

    def __init__(
        self,
        over_in_words: Callable[[Trouble, str], str],
        left_in_words: Callable[[Trouble, str, datetime], str],
        log: logging.Logger,
        clock: PatientClock,
    ) -> None:
        """`over_in_words(trouble, name)` says that it is over, `left_in_words(…, now)` that it goes on."""
        self._over_in_words = over_in_words
        self._left_in_words = left_in_words
        self._log = log
        self._clock = clock
        self._looking: dict[str, asyncio.Task[None]] = {}
        self.known: dict[str, Troubles] = {}

    def keep(self, name: str, troubles: Troubles) -> None:
        """These are the troubles with this one now."""
        if not troubles:
            self.known.pop(name, None)
            return
        self.known[name] = troubles
        if name not in self._looking and next_look(troubles) is not None:
            self._looking[name] = asyncio.create_task(self._look(name), name="trouble watch")

    async def stop(self) -> None:
        """Say what is still wrong: who starts next begins to watch anew."""
        looking = list(self._looking.values())
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
        self._looking.clear()
        now = self._clock.now()
        for name, troubles in self.known.items():
            for one in troubles:
                self._log.warning("%s", self._left_in_words(one, name, now))
        self.known.clear()

    async def _look(self, name: str) -> None:
        """Wait until what has become well has been so for long enough, as long as anything has."""
        while (moment := next_look(self.known.get(name, ()))) is not None:
            await self._clock.wait(max(0.0, (moment - self._clock.now()).total_seconds()))
            left, ended = over(self.known.get(name, ()), self._clock.now())
            self.keep(name, left)
            for one in ended:
                self._log.warning("%s", self._over_in_words(one, name))
        del self._looking[name]
