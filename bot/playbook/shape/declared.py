"""What the language declares, looked up: the word at a place, and below which keys a key stands."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from bot.playbook.shape.schema import DEFINITIONS, FILE
from bot.playbook.shape.words import Schema
from bot.playbook.syntax.nodes import Path

NO_EXAMPLE = "…"
"""The example of a word that needs none."""


def resolved(schema: Schema) -> Schema:
    """The schema that a reference, a list of one or more, or a short form stands for.

    Nothing is known behind a definition that a playbook has not, as a scenario's.
    """
    while True:
        if "$ref" in schema:
            schema = DEFINITIONS.get(schema["$ref"].removeprefix("#/$defs/"), {})
        elif "oneOrMore" in schema:
            schema = DEFINITIONS[schema["oneOrMore"]]
        elif "type" not in schema and "else" in schema:
            schema = schema["else"]
        else:
            return schema


def example_at(path: Path) -> tuple[str, str] | None:
    """The nearest key at or above a place of a playbook's file whose word has an example, with that."""
    words = zip(path, _along(path), strict=False)
    shown = [(key, word.get("example", NO_EXAMPLE)) for key, word in words if isinstance(key, str)]
    return next((one for one in reversed(shown) if one[1] != NO_EXAMPLE), None)


def section_at(path: Path, *, of_keys: bool) -> str:
    """The section whose names stand at this place, or are its keys; else empty."""
    *_, here = FILE, *_along(path)
    if of_keys:
        return str(path[0]) if len(path) == 1 else str(resolved(here).get("key_section", ""))
    return str(here.get("section") or resolved(here).get("section", ""))


def _along(path: Path) -> Iterator[Schema]:
    """What is declared at each step of a path, as far as it is."""
    here: object = FILE
    for step in path:
        assert isinstance(here, Mapping)
        here = resolved(here)
        if isinstance(step, int):
            here = here.get("items", here)
        else:
            here = here.get("properties", {}).get(step) or here.get("additionalProperties")
        if not isinstance(here, Mapping):
            return
        yield here


def belongs_below(key: str) -> Sequence[str]:
    """The keys below which this key of the language stands, the nearest to the file's edge first."""
    return _parents().get(key, ())


def is_section(key: str) -> bool:
    """Whether the key stands at the margin of a file."""
    return key in FILE["properties"]


@cache
def _parents() -> Mapping[str, Sequence[str]]:
    """The keys below which each key stands."""
    parents: dict[str, list[str]] = {}
    waiting: deque[tuple[str, Schema]] = deque((key, one) for key, one in FILE["properties"].items())
    seen: set[int] = set()
    while waiting:
        above, schema = waiting.popleft()
        schema = resolved(schema)
        inner = [*_within(schema)]
        for key, _ in inner:
            if key and key != above and above not in parents.setdefault(key, []):
                parents[key].append(above)
        if id(schema) not in seen:
            seen.add(id(schema))
            waiting.extend((key or above, one) for key, one in inner)
    return parents


def _within(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What stands in a place: its keys, and without a key its items, and what has a name of the shop."""
    yield from schema.get("properties", {}).items()
    for keyword in ("items", "additionalProperties", "then", "else"):
        if isinstance(schema.get(keyword), Mapping):
            yield "", schema[keyword]
