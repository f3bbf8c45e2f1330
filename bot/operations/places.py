"""How many places of the rules with `first` are taken."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.compiled.every_rule import places_of
from bot.engine.compiled.playbook import Playbook
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class RulePlaces:
    """A rule that is for the first so many people, and how many have come."""

    rule: str
    first: int
    taken: int


async def places_taken(people: Stores, playbook: Playbook) -> list[RulePlaces]:
    """Those of each rule, in the order of the playbook. May raise `DatabaseUnavailable`."""
    most = places_of(playbook)
    taken = await people.places.taken(most)
    return [RulePlaces(rule, first, taken.get(rule, 0)) for rule, first in most.items()]
