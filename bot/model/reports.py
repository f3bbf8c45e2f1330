"""What became of a sending, or of a journey, in numbers.

Groups are drawn by lot (the contact's seed), so what they differ by is the messages' doing, or chance: the
intervals say which of the two. Only people whose time is over count: who began yesterday has not failed
within seven days. Nor do those of them count who reached it already: else a rate would be that of the quick
ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from bot.model.broadcast import LeftOut
from bot.model.channel import PricePlan
from bot.model.counts import PushFigures
from bot.model.money import MessageCost, sending_cost
from bot.model.proportions import GroupDifference, Proportion, differences_of
from bot.model.spending import GroupSpending

Reaction: TypeAlias = Literal[
    "goal", "bound", "bound_by_tap", "replied", "tapped", "opened", "clicked", "blocked"
]
"""What people do after a sending: they reach its goal, bind, bind after they have tapped a button of it,
write, tap a button of it, open it or an address in it (as LINE counts), block the account. In the order in
which they matter to the sender.
"""

BOUGHT: tuple[Reaction, ...] = ("goal", "bound")
"""What a sending is paid for: of these the report says what each has cost."""
OF_LINE: frozenset[Reaction] = frozenset({"opened", "clicked"})
"""What LINE counts, and hides where fewer than `FEWEST` people did it."""
OF_THE_MESSAGE: frozenset[Reaction] = OF_LINE | {"tapped", "bound_by_tap"}
"""What nobody can do who did not get it: their rate is that of who got it, all others' of who was meant to.

Of who was meant to, so that groups stay as they were drawn: those to whom nothing could be sent any more
cannot be separated from the others in the group that gets nothing.
"""
FEWEST = 20


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """Those who were meant to get the same: `people` of them, `got` of whom LINE took it for.

    `counted`: how many people did what; `None`: LINE tells no number below `FEWEST`. What is not in it is not
    counted at all. `holdout`: the group that gets nothing; `name` is empty where there is no split.
    """

    name: str
    people: int
    got: int
    counted: Mapping[Reaction, int | None] = field(default_factory=dict)
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
    holdout: bool = False
    spent: GroupSpending | None = None
    """What they have spent in the shop within the report's `spent_within`; `None`: it is not known."""

    def rate(self, reaction: Reaction) -> Proportion | None:
        """Of how many people how many did it; `None` where that is not known."""
        number = self.counted.get(reaction)
        if number is None or (self.holdout and reaction in OF_THE_MESSAGE):
            return None
        of = self.got if reaction in OF_THE_MESSAGE else self.people
        return Proportion(min(number, of), of)  # LINE's figures are about right only

    def hidden(self, reaction: Reaction) -> bool:
        """Whether LINE has a number and does not tell it."""
        return reaction in self.counted and self.counted[reaction] is None and not self.holdout


@dataclass(frozen=True, slots=True)
class BroadcastReport:
    """One sending of a broadcast, as it is known at `as_of`."""

    broadcast: str
    title: str
    channel: str
    sending: str
    moment: datetime
    began: datetime | None
    ended: datetime | None
    as_of: datetime
    groups: tuple[ReportGroup, ...]
    refused: Mapping[str, int] = field(default_factory=dict)
    """The number of people refused by LINE, by its message."""
    within: Mapping[Reaction, timedelta] = field(default_factory=dict)
    """How long after it each reaction counts."""
    goal: str = ""
    """The goal as the playbook has it."""
    shared: bool = False
    """LINE counts this sending together with others of the same month."""
    plan: PricePlan | None = None
    """The channel's plan, where that is known."""
    month_used: int | None = None
    """Messages of the month that were used before it; `None`: LINE had not said."""
    spent_within: timedelta = timedelta(days=7)
    said: Mapping[str, str] = field(default_factory=dict)
    """By group, how its first message begins; nothing where each person got messages of their own."""

    @property
    def got(self) -> int:
        """To how many people it went: so many messages were paid."""
        return sum(one.got for one in self.groups)

    @property
    def price(self) -> MessageCost | None:
        """What its messages have cost, reckoned as beforehand; where `month_used` is not known, at most."""
        return sending_cost(self.plan, self.got, self.month_used)

    @property
    def cost(self) -> Decimal | None:
        """What it has cost beyond the plan, or at most; `None` where the plan does not say what one costs."""
        if self.plan is None or self.plan.extra is None or self.price is None:
            return None
        return self.price.extra

    def cost_of_group(self, group: ReportGroup) -> Decimal | None:
        """What the messages of one group have cost, as its part of all that were sent."""
        return None if self.cost is None or not self.got else self.cost * group.got / self.got

    def cost_of_each(self, reaction: Reaction, group: ReportGroup | None = None) -> Decimal | None:
        """What one goal or binding of those it was sent to, or of this group of them, has cost.

        `None` where nobody did it, or no price is known.
        """
        sent = [one for one in self.groups if not one.holdout] if group is None else [group]
        number = sum(one.counted.get(reaction) or 0 for one in sent)
        cost = self.cost if group is None else self.cost_of_group(group)
        return None if cost is None or not number else cost / number

    @property
    def reactions(self) -> tuple[Reaction, ...]:
        """Those that are counted of any group, in their order."""
        order: tuple[Reaction, ...] = get_args(Reaction)
        return tuple(one for one in order if any(one in group.counted for group in self.groups))

    @property
    def spending(self) -> tuple[tuple[str, GroupSpending], ...]:
        """By group what its people have spent, where that is known."""
        return tuple((one.name, one.spent) for one in self.groups if one.spent is not None)

    @property
    def main(self) -> Reaction | None:
        """What it is judged by: its goal, else the first thing that is counted of every group."""
        known = (one for one in self.reactions if all(group.rate(one) for group in self.groups))
        return "goal" if "goal" in self.reactions else next(known, None)

    def is_open(self, reaction: Reaction) -> bool:
        """Whether people still have time for it: the figures are going to grow."""
        return self._lasts(self.within.get(reaction))

    @property
    def spending_is_open(self) -> bool:
        """Whether what is bought now still counts."""
        return self._lasts(self.spent_within)

    def _lasts(self, span: timedelta | None) -> bool:
        last = self.ended or self.as_of
        return self.ended is None or (span is not None and last + span > self.as_of)

    def differences(self, reaction: Reaction) -> tuple[GroupDifference, ...]:
        """Each group against each of which it is known.

        What is asked of several reactions is not reckoned with: one of them should be chosen beforehand,
        which is what a goal is for.
        """
        return differences_of(
            [(one.name, rate) for one in self.groups if (rate := one.rate(reaction)) is not None]
        )

    def cells(self) -> Iterator[tuple[ReportGroup, Reaction]]:
        """Each reaction of each group, where it is known."""
        for group in self.groups:
            for reaction in self.reactions:
                if group.rate(reaction) is not None or group.hidden(reaction):
                    yield group, reaction


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
    spent: GroupSpending | None = None
    """What those whose time is over have spent in the shop in it; `None`: it is not known."""

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
    """A journey with a goal, as it is known at `as_of`; who began it from `since` on."""

    flow: str
    title: str
    goal: str
    within: timedelta
    since: datetime
    as_of: datetime
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
    def spending(self) -> tuple[tuple[str, GroupSpending], ...]:
        """By group what those whose time is over have spent, where that is known."""
        return tuple((one.name, one.spent) for one in self.groups if one.spent is not None)

    @property
    def began(self) -> int:
        """All groups together."""
        return sum(one.began for one in self.groups)
