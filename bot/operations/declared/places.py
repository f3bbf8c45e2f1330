"""Places of the rules with `first`: how many are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.engine.compiled.every_rule import places_of
from bot.model.answer_fields import Column, Help, Table
from bot.model.translatable import tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation


@dataclass(frozen=True, slots=True)
class PlacesOfRule:
    """A rule that is for the first so many people, and how many have come."""

    rule: Annotated[str, Column(tr("rule"))]
    taken: Annotated[int, Column(tr("places taken"))]
    first: Annotated[int, Column(tr("places in all")), Help("How many it has.")]


@dataclass(frozen=True, slots=True)
class PlacesList:
    """In the order of the playbook."""

    places: Annotated[Sequence[PlacesOfRule], Table(tr("no rule of this playbook has  first"))]


@operation("places", example="my-shop")
async def list_places(call: OperationCall) -> PlacesList:
    """How many places are taken of each rule that is for the first so many people."""
    most = places_of(call.playbook)
    taken = await call.stores.places.taken(most)
    return PlacesList([PlacesOfRule(rule, taken.get(rule, 0), first) for rule, first in most.items()])
