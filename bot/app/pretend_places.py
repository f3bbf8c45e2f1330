"""The places of rules with `first`, as the simulator sees them and gives them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.engine.turn.how_often import kept_place
from bot.runtime.process import Runtime
from bot.store.counters.claiming import Places


class PretendPlaces:
    """The count in the database, and what this process knows of it. May raise `DatabaseUnavailable`."""

    def __init__(self, places: Places, runtime: Runtime) -> None:
        self._places = places
        self._known = runtime.places

    async def taken(self, rules: Iterable[str]) -> Mapping[str, int]:
        """How many places of these rules are taken; one of which none is may be missing."""
        return await self._places.taken(rules)

    async def give_back(self, rules: Iterable[str]) -> None:
        """Who had one place of each of these has it no more."""
        given = tuple(rules)
        await self._places.give_back(given)
        self._known.forget(given)

    async def clear(self, rule: str) -> None:
        """Nobody has a place of this rule any more."""
        await self._places.clear(rule, kept_place(rule))
        self._known.forget((rule,))
