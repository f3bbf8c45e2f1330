"""The tables of one kind of file (playbook, scenario), as the validator, messages and editors use them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from bot.model.translatable import Translatable
from bot.playbook.codes import Code
from bot.playbook.shape.words import Schema


@dataclass(frozen=True, slots=True)
class FormatFault:
    """Why a text is not of a format."""

    code: Code
    says: Translatable
    """The rest of the message, behind the text or the name of its place: "must be a number"."""
    hint: Translatable | None = None
    of_place: bool = False
    """The message names the place, `"id" must be …`, not the text in it, which is empty, secret or any."""


FormatCheck: TypeAlias = Callable[[str], FormatFault | None]


LONGEST_STRICT = 300
"""Characters of a text that may be of a strict format."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What may stand in one kind of file."""

    file: Schema
    """The schema of a whole file."""
    definitions: Mapping[str, Schema]
    """What schemas refer to, by name."""
    strict: Mapping[str, FormatCheck]
    """The formats of short ASCII texts, by name."""
    loose: Mapping[str, FormatCheck]
    """The formats that take other letters too, by name."""
    sections: Collection[str]
    """The keys at the left edge of a file that stand nowhere else."""

    @cached_property
    def formats(self) -> Mapping[str, FormatCheck]:
        """All formats."""
        return {**self.strict, **self.loose}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key."""
        return frozenset(_keys(self.definitions)) | frozenset(_keys(self.file))

    @cached_property
    def words(self) -> frozenset[str]:
        """The values that mean something; every other text is like any other of its signature."""
        return frozenset(_words(self.definitions)) | frozenset(_words(self.file))

    @cached_property
    def signature(self) -> Callable[[str], tuple[str, ...]]:
        """All that the formats see of a text: those of equal signature have the same faults everywhere."""
        strict, loose = tuple(self.strict.values()), tuple(self.loose.values())
        not_strict = tuple("x" for _ in strict)

        def of(text: str) -> tuple[str, ...]:
            short = text.isascii() and len(text) <= LONGEST_STRICT
            return (tuple(_code(check, text) for check in strict) if short else not_strict) + tuple(
                _code(check, text) for check in loose
            )

        return lru_cache(maxsize=100_000)(of)


def _code(check: FormatCheck, text: str) -> str:
    fault = check(text)
    return "" if fault is None else fault.code


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        yield from schema.get("properties", ())
        for inner in schema.values():
            yield from _keys(inner)


def _words(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        yield from schema.get("words", ()) if isinstance(schema.get("words"), list) else ()
        for inner in schema.values():
            yield from _words(inner)
