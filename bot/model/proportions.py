"""How sure a rate is, and the difference of two: intervals that need no large numbers, and no package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import NormalDist

SURE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """The two fractions between which something is, with the given confidence."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether this is one of the values that it may have."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many of so many people: `0 <= number <= people`."""

    number: int
    people: int

    @property
    def share(self) -> float:
        """As a fraction; of nobody, 0."""
        return self.number / self.people if self.people else 0.0


def interval(rate: Proportion, sure: float = SURE, *, everybody: int | None = None) -> Interval:
    """Wilson's score interval, without continuity correction. Of nobody anything may be: 0 to 1.

    `everybody`: the rate is that of a sample of so many, whose rate is asked for: the more of them were
    looked at, the surer. Then the sample counts for as many as would tell as much of a crowd without end.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the
    American Statistical Association 22 (1927), 209–212; method 3 of R. G. Newcombe, Two-sided confidence
    intervals for the single proportion, Statistics in Medicine 17 (1998), 857–872.
    """
    if rate.people == 0:
        return Interval(0.0, 1.0)
    share = rate.share
    if everybody is not None and everybody <= rate.people:
        return Interval(share, share)
    n = float(rate.people)
    if everybody is not None:
        n *= (everybody - 1) / (everybody - rate.people)
    z = _z(sure)
    middle, half = 2 * n * share + z * z, z * sqrt(z * z + 4 * n * share * (1 - share))
    whole = 2 * (n + z * z)
    low = 0.0 if rate.number == 0 else (middle - half) / whole
    high = 1.0 if rate.number == rate.people else (middle + half) / whole
    return Interval(max(0.0, low), min(1.0, high))


def difference(one: Proportion, other: Proportion, sure: float = SURE) -> Interval:
    """By how much the first rate is larger: Newcombe's hybrid score interval, made of the two of Wilson's.

    Method 10 of R. G. Newcombe, Interval estimation for the difference between independent proportions:
    comparison of eleven methods, Statistics in Medicine 17 (1998), 873–890.
    """
    first, second = interval(one, sure), interval(other, sure)
    between = one.share - other.share
    down = sqrt((one.share - first.low) ** 2 + (second.high - other.share) ** 2)
    up = sqrt((first.high - one.share) ** 2 + (other.share - second.low) ** 2)
    return Interval(max(-1.0, between - down), min(1.0, between + up))


def sure_of_each(statements: int, sure: float = SURE) -> float:
    """How sure each of several statements must be for all of them to hold together: Bonferroni's way.

    Whoever makes ten comparisons at 95 % finds a difference where there is none in up to four cases of ten.
    O. J. Dunn, Multiple Comparisons Among Means, Journal of the American Statistical Association 56 (1961).
    """
    return 1 - (1 - sure) / max(1, statements)


def _z(sure: float) -> float:
    """How many standard deviations of the normal distribution lie to each side."""
    return NormalDist().inv_cdf((1 + sure) / 2)


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """By how much `one` has a higher rate than `other`: all differences of a kind are sure together."""

    one: str
    other: str
    by: float
    between: Interval

    @property
    def is_seen(self) -> bool:
        """Whether it differs from chance."""
        return not self.between.holds(0)


def differences_of(rates: Sequence[tuple[str, Proportion]]) -> tuple[GroupDifference, ...]:
    """Each group against each: one against the other is what people ask.

    They hold together: the more there are, the wider each (Bonferroni).
    """
    pairs = list(combinations(rates, 2))
    sure = sure_of_each(len(pairs))
    return tuple(
        GroupDifference(one, other, of.share - than.share, difference(of, than, sure))
        for (one, of), (other, than) in pairs
    )
