"""How many places of rules with `first` (only the first N people get them) are taken, as far as this process
knows.

Why that may be old: docs/decisions, places-are-taken-by-the-turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.model.decision import Claim, DecisionInputs


class PlaceWatch:
    """Updated by each turn that took a place, or was refused for want of one: without further reads.

    Places are only ever taken, so what is known here is never too much, however old it is.
    """

    def __init__(self) -> None:
        self._taken: Mapping[str, int] = {}
        self._worlds: tuple[DecisionInputs, DecisionInputs] | None = None
        """The last inputs, and the same with the places taken."""

    def learn(self, taken: Mapping[str, int]) -> None:
        """Record how many places are taken, by rule."""
        if taken:
            more = {rule: max(number, self._taken.get(rule, 0)) for rule, number in taken.items()}
            self._taken = {**self._taken, **more}
            self._worlds = None

    def forget(self, rules: Iterable[str]) -> None:
        """Places of these rules are free again, which only a simulator does."""
        self._taken = {rule: n for rule, n in self._taken.items() if rule not in frozenset(rules)}
        self._worlds = None

    @property
    def taken(self) -> Mapping[str, int]:
        """So many are known to be taken, by rule."""
        return self._taken

    def left(self, claims: Iterable[Claim]) -> int:
        """For how many people these places are left; perhaps for fewer."""
        return min(max(0, claim.most - self._taken.get(claim.rule, 0)) for claim in claims)

    def in_(self, world: DecisionInputs) -> DecisionInputs:
        """The inputs of decisions, with the places taken."""
        if not self._taken:
            return world
        if self._worlds is None or self._worlds[0] is not world:
            self._worlds = world, replace(world, taken=self._taken)
        return self._worlds[1]
