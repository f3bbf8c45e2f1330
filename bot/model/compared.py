"""Groups that were drawn by lot, compared: by how much they differ, and whether that is chance. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.model.proportions import Interval, Proportion, difference, sure_of_each


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """By how much `one` has a higher rate than `other`: all differences of a kind are sure together."""

    one: str
    other: str
    by: float
    between: Interval

    @property
    def is_seen(self) -> bool:
        """Whether it can be told from chance."""
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
