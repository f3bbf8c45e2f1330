"""What groups have spent per person, and whether they differ by more than chance (N6).

Most people spend nothing and a few spend much, so means are sure only of many: below `FEWEST_BUYERS` in
either group nothing is said of their difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import sqrt
from statistics import NormalDist

from bot.model.proportions import SURE, Interval, sure_of_each

FEWEST_BUYERS = 20


@dataclass(frozen=True, slots=True)
class GroupSpending:
    """What `people` have spent together, in NT$: `buyers` of them anything. `squares`: of each one's sum."""

    people: int = 0
    buyers: int = 0
    money: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)

    @property
    def mean(self) -> float:
        """Per person; of nobody, 0."""
        return float(self.money) / self.people if self.people else 0.0

    @property
    def variance(self) -> float:
        """The sample's, of what one person has spent."""
        if self.people < 2:
            return 0.0
        about = self.squares - self.money * self.money / self.people
        return max(0.0, float(about)) / (self.people - 1)


def spending_of(sums: Iterable[Decimal]) -> GroupSpending:
    """Of what each person of a group has spent."""
    each = [*sums]
    bought = [one for one in each if one > 0]
    squares = sum((one * one for one in bought), Decimal(0))
    return GroupSpending(len(each), len(bought), sum(bought, Decimal(0)), squares)


@dataclass(frozen=True, slots=True)
class SpendingDifference:
    """By how much a person of `one` has spent more than one of `other`, in NT$.

    Between `None`: too few bought to say how sure that is.
    """

    one: str
    other: str
    by: float
    between: Interval | None

    @property
    def is_seen(self) -> bool:
        """Whether it differs from chance."""
        return self.between is not None and not self.between.holds(0)


def spending_differences(
    groups: Sequence[tuple[str, GroupSpending]], sure: float = SURE
) -> tuple[SpendingDifference, ...]:
    """Each group against each, sure together (Bonferroni).

    Welch's interval without equal variances; of so many people the normal distribution stands for Student's:
    B. L. Welch, The significance of the difference between two means when the population variances are
    unequal, Biometrika 29 (1938), 350–362.
    """
    pairs = list(combinations(groups, 2))
    z = NormalDist().inv_cdf((1 + sure_of_each(len(pairs), sure)) / 2)
    return tuple(
        SpendingDifference(one, other, of.mean - than.mean, _between(of, than, z))
        for (one, of), (other, than) in pairs
    )


def _between(one: GroupSpending, other: GroupSpending, z: float) -> Interval | None:
    if min(one.buyers, other.buyers) < FEWEST_BUYERS:
        return None
    half = z * sqrt(one.variance / one.people + other.variance / other.people)
    by = one.mean - other.mean
    return Interval(by - half, by + half)
