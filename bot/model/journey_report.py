"""What a journey has brought: of each group of its split how many reached its goal in time. Pure.

Only of whom the time is over counts: who began yesterday has not failed within seven days. Nor do those of
them count who reached it already: else a rate would be that of the quick ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.counts import PushFigures
from bot.model.proportions import GroupDifference, Proportion, differences_of


@dataclass(frozen=True, slots=True)
class JourneyGroup:
    """Who began it as one of this group: of `over` people the time is over, `reached` of them were in time.

    `under_way` have time left, `early` of them reached it already. `holdout`: the group that is sent nothing
    that not every group is; `name` is empty where there is no split.
    """

    name: str
    over: int = 0
    reached: int = 0
    under_way: int = 0
    early: int = 0
    holdout: bool = False

    @property
    def began(self) -> int:
        """All of them, each person once."""
        return self.over + self.under_way

    @property
    def rate(self) -> Proportion | None:
        """`None`: nobody's time is over."""
        return Proportion(self.reached, self.over) if self.over else None


@dataclass(frozen=True, slots=True)
class JourneyReport:
    """A journey with a goal, as it is known at `told`; who began it from `since` on."""

    flow: str
    title: str
    goal: str
    within: timedelta
    since: datetime
    told: datetime
    days: int
    """So many, today among them."""
    groups: tuple[JourneyGroup, ...]
    split: str = ""
    others: tuple[str, ...] = ()
    """Other splits that it asks for."""
    ungrouped: int = 0
    """Who began it when it did not ask for this split: they are in no group."""
    pushes: PushFigures = field(default_factory=PushFigures)
    """What became of its pushes since that day, of all groups together."""

    @property
    def differences(self) -> tuple[GroupDifference, ...]:
        """Of all groups of which there is a rate."""
        return differences_of([(one.name, rate) for one in self.groups if (rate := one.rate) is not None])

    @property
    def began(self) -> int:
        """All groups together."""
        return sum(one.began for one in self.groups)
