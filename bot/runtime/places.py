"""Which rules with `first` have no place left, as far as this process has been told (architecture)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.model.decision import Claim, World


class Places:
    """Learns from each turn that was refused for want of a place: so nothing is read for anybody else.

    Places are only ever taken, so what is known here is never too much, however old it is.
    """

    def __init__(self) -> None:
        self._taken: Mapping[str, int] = {}
        self._worlds: tuple[World, World] | None = None
        """The world that was asked about last, and the same with what is taken."""

    def learn(self, taken: Mapping[str, int]) -> None:
        """So many are taken, by rule."""
        self._taken = {**self._taken, **taken}
        self._worlds = None

    def none_left(self, claims: Iterable[Claim]) -> bool:
        """Whether one of these is known to be gone."""
        return any(self._taken.get(claim.rule, 0) >= claim.most for claim in claims)

    def in_(self, world: World) -> World:
        """The world as decisions see it."""
        if not self._taken:
            return world
        if self._worlds is None or self._worlds[0] is not world:
            self._worlds = world, replace(world, taken=self._taken)
        return self._worlds[1]
