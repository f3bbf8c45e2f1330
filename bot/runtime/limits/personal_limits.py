"""Limits how much one person may write in a chat in an hour, and do on web pages in a minute.

Counted in this process, in periods that are the same for everybody: no query to the database, nothing on
the contact. After a restart, or at another process, an hour begins anew.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.clock import Clock
from bot.model.event import Event, Follow, OtherMessage, Postback, Tapped, TextMessage, Unfollow
from bot.runtime.metrics import Tally

log = logging.getLogger("oaflow.chat")

HOUR = timedelta(hours=1)
MESSAGES = 300
"""Messages and taps of one person in an hour that are stored in full: one each twelve seconds."""
CHARACTERS = 50_000
"""Characters of their texts, the same: ten of the longest that LINE takes.
https://developers.line.biz/en/docs/messaging-api/text-character-count/"""
ADMIT_EVERY = timedelta(minutes=1)
"""Beyond the budget one message per person in this time is decided."""

Kept: TypeAlias = Literal["all", "cut", "mark"]
"""What is stored of an event. `all`: everything. `cut`: little, though it is decided. `mark`: only that there
was one, which is not decided."""

_CHAT = (TextMessage, OtherMessage, Postback, Tapped, Follow, Unfollow)
_MESSAGES = (TextMessage, OtherMessage)


@dataclass(slots=True)
class _Spent:
    """What one contact has used of the budget in this hour."""

    events: int = 0
    characters: int = 0
    admitted: str = ""
    """The last message that was decided beyond the budget."""
    again: datetime | None = None
    """When the next one may be decided."""


class ChatBudget:
    """What each chat may bring in an hour until less of it is stored, and less is answered."""

    def __init__(self) -> None:
        self.over = Tally("oaflow_chat_over_budget", "Events of people who write too much.", "kept")
        self._end = datetime.min.replace(tzinfo=UTC)
        self._spent: dict[str, _Spent] = {}
        self._warned = False

    def admit(self, contact: str, event: Event, now: datetime) -> Kept:
        """Count an event that is about to be decided; returns what is to be stored of it.

        An event that is decided again counts again, with the same result.
        """
        what = event.what
        if not isinstance(what, _CHAT):
            return "all"
        if now >= self._end:
            self._end, self._spent, self._warned = now + HOUR, {}, False
        spent = self._spent.get(contact)
        if spent is None:
            spent = self._spent[contact] = _Spent()
        spent.events += 1
        if isinstance(what, TextMessage):
            spent.characters += len(what.text)
        if spent.events <= MESSAGES and spent.characters <= CHARACTERS:
            return "all"
        kept: Kept = "cut" if _is_admitted(spent, event, now) else "mark"
        self.over.inc(kept)
        self._warn()
        return kept

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "somebody writes more than %d messages or %d characters in an hour: less of that is stored"
                " and answered (see oaflow_chat_over_budget_total)",
                MESSAGES,
                CHARACTERS,
            )


def _is_admitted(spent: _Spent, event: Event, now: datetime) -> bool:
    if not isinstance(event.what, _MESSAGES) or event.id == spent.admitted:
        return True
    if spent.again is not None and now < spent.again:
        return False
    spent.admitted, spent.again = event.id, now + ADMIT_EVERY
    return True


MOST = 120
"""Acts of one person on pages in one span, at most."""
SPAN = timedelta(minutes=1)
"""A span begins with the first act of anybody after the last one has ended."""


class TooFast(Exception):
    """This person has done enough for now; `seconds` until the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"not before {seconds} s")
        self.seconds = seconds


class RateGuard:
    """Counts what each person does, in this process, one span after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end = clock.now()
        self._done: Counter[str] = Counter()

    def admit(self, caller: str) -> None:
        """Count one more thing that this person does. Raises `TooFast`."""
        now = self._clock.now()
        if now >= self._end:
            self._end, self._done = now + SPAN, Counter()
        if self._done[caller] >= MOST:
            raise TooFast(math.ceil((self._end - now).total_seconds()))
        self._done[caller] += 1
