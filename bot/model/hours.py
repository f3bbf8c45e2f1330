"""What happened in an hour on each channel, as numbers (the page *Today*)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)

MESSAGES_IN = "in"
"""A person has written, or sent a picture, a sticker, a place."""
UNHEARD = "unheard"
"""A text for which the playbook has no rule, and of which nobody has the conversation."""
FOLLOWED, CAME_BACK, BLOCKED = "followed", "came back", "blocked"
"""A new friend; a friend again who had blocked the account; somebody who has blocked it."""
REPLIES, PUSHES, BROADCAST = "reply", "push", "broadcast"
"""LINE has taken a reply (free), a push; a broadcast has reached somebody (both count against the plan)."""
OPENED, BOUND = "opened ", "bound "
"""Followed by a flow that was entered; by what was bound (`phone`, `shop`, `clerk`)."""


@dataclass(frozen=True, slots=True)
class HourOfChannels:
    """An hour that begins `at`, as it was looked at until `to`: how often, by channel and what.

    `unheard` are the ids of some of the events of `UNHEARD`, the last ones.
    """

    at: datetime
    to: datetime
    numbers: Mapping[tuple[str, str], int]
    unheard: tuple[str, ...] = ()

    def of(self, what: str, channel: str | None = None) -> int:
        """How often, on this channel or all."""
        return sum(n for (on, one), n in self.numbers.items() if one == what and channel in (None, on))


def in_all(hours: Iterable[HourOfChannels], channel: str | None = None) -> Counter[str]:
    """What happened in these hours, on this channel or all."""
    found: Counter[str] = Counter()
    for hour in hours:
        for (on, what), number in hour.numbers.items():
            if channel in (None, on):
                found[what] += number
    return found


def hour_of(moment: datetime) -> datetime:
    """When its hour began."""
    return moment.replace(minute=0, second=0, microsecond=0)
