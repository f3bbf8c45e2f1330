"""Broadcasts: messages to an audience, at a time, at times or by hand (language, section 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, TypeAlias

from bot.engine.compiled.card import Card
from bot.engine.compiled.goal import Goal, Priority
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import SEEDS, InSplit
from bot.engine.times.hours import Hours
from bot.model.place import Place

BroadcastStatus: TypeAlias = Literal[
    "live",  # it goes out at its times, or when staff order it
    "draft",  # it does not go out: it is not ready
    "paused",  # nothing of it is sent until this is changed
    "cancelled",  # it does not go out any more
]
IfQuotaShort: TypeAlias = Literal["refuse", "send_part"]
"""Where the month's messages do not suffice for all: send to nobody, or to as many as they cover."""
WHOLE = ""
"""The group of everybody, where there is no split."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a sending is repeated: at this local time of day, on each day that it names.

    Neither weekdays nor a day of the month: every day.
    """

    text: str
    """As it is written: `week on mon at 10:00`."""
    at: time
    weekdays: frozenset[int] = frozenset()
    """0 = Monday."""
    day: int | None = None
    """Of the month: 1 to 31; in a month that has no such day it is the last."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Messages to an audience. Where there is neither `at` nor `every`, it goes out by hand only."""

    name: str
    place: Place
    channel: str
    to: Condition | None
    """Of whom it must hold; `None`: everybody."""
    list: str | None
    """The key of the list of people read from a CSV file, where it goes to one."""
    messages: Mapping[str, tuple[Card, ...]]
    """By group of the `split`, in its order; without one, all under `WHOLE`. A group without messages is the
    hold-out: it gets nothing."""
    title: str = ""
    split: str | None = None
    groups: Mapping[str, InSplit] = field(default_factory=dict)
    """Who is in each group of the split; empty without one."""
    add_tags: tuple[str, ...] = ()
    """Put on everybody whom it has reached."""
    at: datetime | None = None
    """Its only time (UTC)."""
    every: Rhythm | None = None
    until: datetime | None = None
    """The end of `every` (UTC, not included)."""
    quiet_hours: Hours | None = None
    """Within them nothing is sent: it waits for their end."""
    if_quota_short: IfQuotaShort = "refuse"
    status: BroadcastStatus = "live"
    goal: Goal | None = None
    priority: Priority = "normal"

    @property
    def cards(self) -> Iterator[Card]:
        """All messages, of all groups."""
        return (card for cards in self.messages.values() for card in cards)

    @property
    def timed(self) -> bool:
        """Whether it goes out of itself."""
        return self.at is not None or self.every is not None

    @property
    def dropped(self) -> bool:
        """Whether the playbook says that it does not go out, whatever its time is."""
        return self.status in ("draft", "cancelled")

    @property
    def sent_share(self) -> float:
        """The share of its people, 0 to 1, who are in a group with messages."""
        if not self.groups:
            return 1.0
        sent = (group.ranges for name, group in self.groups.items() if self.messages.get(name))
        return sum(high - low for ranges in sent for low, high in ranges) / SEEDS

    def group_of(self, seed: int) -> str:
        """The group of the person with this seed; `WHOLE` without a split."""
        return next((name for name, group in self.groups.items() if group.has(seed)), WHOLE)
