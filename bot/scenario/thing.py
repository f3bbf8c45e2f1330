"""The things of a playbook that a sentence names: their names, or what they are called for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.said import Listing, Quoted, Said, SaidValue


@dataclass(frozen=True, slots=True)
class NamedThing(Quoted):
    """A name within a sentence, and of what it is one; `within`: the flow of a state, where one knows."""

    text: str
    kind: str
    within: str | None = None


def things(value: SaidValue) -> Iterator[NamedThing]:
    """Those that are named in this, in the order in which the engine does."""
    match value:
        case NamedThing():
            yield value
        case Said(values=values):
            for _, one in values:
                yield from things(one)
        case Listing(items=items):
            for item in items:
                yield from things(item)
        case _:
            pass
