"""The things of a playbook that a sentence names: their names, or what they are called for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.model.said import Listing, Quoted, Said, SaidValue


@dataclass(frozen=True, slots=True)
class NamedThing(Quoted):
    """A name within a sentence, and of what it is one; `within`: the flow of a state, where one knows."""

    text: str
    kind: str
    within: str | None = None


TitleOf: TypeAlias = Callable[[NamedThing], str]
"""What a thing is called for people; its name, where it has no title."""


def with_titles(value: SaidValue, title_of: TitleOf) -> SaidValue:
    """The same with titles where the things stand that have one."""
    match value:
        case NamedThing():
            return Quoted(title_of(value))
        case Said(template, values):
            return Said(template, tuple((name, with_titles(one, title_of)) for name, one in values))
        case Listing(items, joined):
            return Listing(tuple(with_titles(item, title_of) for item in items), joined)
        case _:
            return value


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
