"""The types in which the specifications of LINE's objects are written; `faults` checks values by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from bot.engine.texts.text import Unit
from bot.model.translatable import Translatable, TranslatableValue, tr

JsonPath: TypeAlias = tuple[str | int, ...]
"""The path from an object to a value in it: names of properties, indexes of lists."""

Wrong: TypeAlias = Literal[
    "missing",  # not there, or null
    "empty",  # a text or address without characters
    "long",  # a text or address with too many
    "few",  # a list with too few values
    "many",  # a list with too many
    "type",  # another JSON type
    "whole",  # a fraction where a whole number is needed
    "word",  # none of the words or kinds
    "look",  # not in the form required, or against a rule between properties
    "range",  # a number out of its bounds
    "uri",  # no address
    "scheme",  # an address with a scheme that is not allowed
    "unknown",  # a property that the object does not have
    "own",  # anything else: `takes` has LINE's text
]
"""What kind of fault it is."""


@dataclass(frozen=True, slots=True)
class SpecFault:
    """Something that LINE refuses."""

    at: JsonPath
    """The place that LINE names for the fault."""
    wrong: Wrong
    least: float = 0
    most: float = 0
    """With `least`, the bounds that LINE would have taken."""
    takes: str = ""
    """The words that LINE would have taken; of `own` faults LINE's whole text."""
    by: Spec | str = ""
    """The specification that is violated, or the name of a rule between properties."""
    part: JsonPath | None = None
    """The place at fault, where LINE names another one (`at`)."""

    def below(self, *at: str | int) -> SpecFault:
        """The fault with paths from an outer object, in which this one is at `at`."""
        return replace(self, at=(*at, *self.at), part=None if self.part is None else (*at, *self.part))


ObjectRule: TypeAlias = Callable[[Mapping[str, Any]], Iterator[SpecFault]]
"""Checks what must hold between properties of one object; paths of its faults begin at the object."""


@dataclass(frozen=True, slots=True)
class TextSpec:
    """A text of `least` to `most` units; `look`, where given, must match all of it.

    In messages to people `what` is the name of the text, `of` that of the thing that has it. `whole`: the
    text cannot be shortened without changing its meaning.
    """

    most: int
    unit: Unit = "utf16"
    look: re.Pattern[str] | None = None
    least: int = 1
    what: str = "text"
    of: Translatable = field(default_factory=lambda: tr("a message"))
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A word or number written as a text: right where `fits` says so.

    People call it `what`, and may paste the `example`.
    """

    fits: Callable[[str], bool]
    what: Translatable = field(default_factory=lambda: tr("a text"))
    example: TranslatableValue = ""


@dataclass(frozen=True, slots=True)
class OneOfWords:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`; `whole` takes no fractions. `what` people call it, if they do."""

    least: float = 0
    most: float = 2**31 - 1
    whole: bool = True
    what: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Uri:
    """An address of up to `most` UTF-16 units, with one of these schemes.

    Addresses of this machine are taken with http too: with the simulator nothing else serves pictures.
    """

    most: int
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` values. In messages to people `what` is their name, `owner` the thing that
    has them."""

    of: Spec
    least: int
    most: int
    what: str = ""
    owner: Translatable | None = None


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """An object, which people call `what`.

    `closed` ones refuse properties that they do not know; `rules` are asked at the end.
    """

    properties: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    closed: bool = False
    rules: tuple[ObjectRule, ...] = ()
    what: str = ""


@dataclass(frozen=True, slots=True)
class Kinds:
    """An object of one of several kinds, by its `type`. A kind that is none of them is a fault of the
    property `type`, or, with `blame_whole`, of the object."""

    of: Mapping[str, ObjectSpec] = field(default_factory=dict)
    blame_whole: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class Depending:
    """A value that must be what another property of its object, called `on`, makes of it."""

    on: str
    of: Mapping[str, Spec]
    otherwise: Spec


Spec: TypeAlias = (
    TextSpec | TextFormat | OneOfWords | Number | Switch | Uri | Many | ObjectSpec | Kinds | Depending
)


def property_spec(thing: ObjectSpec, name: str, value: Mapping[str, Any]) -> Spec:
    """What a property must be in this object."""
    spec = thing.properties[name]
    return spec.of.get(str(value.get(spec.on)), spec.otherwise) if isinstance(spec, Depending) else spec


def inside(value: Any, *path: str | int) -> Any:
    """The value at a path in an object of any shape; `None` where there is none."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def items(value: Any, name: str) -> list[Any]:
    """What a list in an object holds; nothing where it has none."""
    found = inside(value, name)
    return found if isinstance(found, list) else []
