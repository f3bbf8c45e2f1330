"""When is everybody looked through for what time alone, or another playbook, has changed?

Each look is followed by a second one: a turn that was decided just before a moment, or by an older list,
may be written just after the first look has read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.pace import SETTLED

LOOK = 2.0
"""Seconds between two looks whether there is something to do; most of them ask only memory."""
OTHERS_KNOW = timedelta(seconds=SETTLED)
"""After which no turn that goes by an older list, or by an earlier moment, is written any more."""


@dataclass(slots=True)
class LookTimes:
    """`what` is what was looked through for (any other value asks for a look), `at` when it was, `next` when
    time may have changed something, `once_more` when the second look is due."""

    what: object = None
    at: datetime | None = None
    next: datetime | None = None
    once_more: datetime | None = None

    def are_due(self, what: object, now: datetime) -> bool:
        """Whether a look is due, be it the first or the second."""
        return self._is_news(what, now) or _is_over(self.once_more, now)

    def looked(self, what: object, now: datetime, following: datetime | None) -> None:
        """Everybody was looked through as it was `now`; time changes nothing before `following`."""
        self.once_more = now + OTHERS_KNOW if self._is_news(what, now) else self._left(now)
        self.what, self.at, self.next = what, now, following

    def _is_news(self, what: object, now: datetime) -> bool:
        set_back = self.at is not None and now < self.at
        return self.at is None or self.what != what or set_back or _is_over(self.next, now)

    def _left(self, now: datetime) -> datetime | None:
        return None if _is_over(self.once_more, now) else self.once_more


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now >= moment
