"""What the engine notes of a turn: a code with values. It is put into words only where it is shown.

A value is a name, a number, a text as somebody wrote it, another note, or several of these; the names in a
template give the order and the kinds of the values. The templates are English, and the keys of other
languages' (gettext's msgctxt "trace").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias

import orjson

from bot.model.translatable import NAMED

NoteLook: TypeAlias = Literal["heard", "not", "no", "wait", "did"]
"""It matched · that was not for now · something is wrong · it waits · it was done."""

NoteValue: TypeAlias = "str | int | float | TraceNote | tuple[NoteValue, ...]"

KINDS: dict[str, NoteKind] = {}
"""All kinds by their code."""
_JOINED = {"names": ", ", "moment": ", ", "wanted": " and ", "facts": "; ", "shift": ""}
"""Between several values of such a name, in the English for programs; alternatives stand for any other."""


@dataclass(frozen=True, eq=False, repr=False)
class NoteKind:
    """What can be noted.

    `english` is `what: result (because)`, as programs read it (`oaflow explain --json`). The values of `what`
    and `result` name things of the playbook; those of `because` may hold a person's words: they are stored
    sealed only. For people are `sentence`, `cases` (other sentences, by the first value) and `in_row`: the
    sentence of a timeline, which has no `because`. `code` is stored: it stays as it is, and no other kind
    ever gets it. Where it is not given it is `what: result`.
    """

    english: str
    sentence: str
    look: NoteLook = "did"
    in_row: str = ""
    cases: Mapping[NoteValue, str] = field(default_factory=dict)
    code: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code or self.english.partition(" (")[0])
        if KINDS.setdefault(self.code, self) is not self:
            raise ValueError(f"two kinds of notes have the code {self.code}")

    def __repr__(self) -> str:
        return self.code

    @cached_property
    def what(self) -> str:
        return self.english.partition(": ")[0]

    @cached_property
    def result(self) -> str:
        return self.english.partition(": ")[2].partition(" (")[0]

    @cached_property
    def because(self) -> str:
        return self.english.partition(": ")[2].partition(" (")[2].removesuffix(")")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the values are, in their order."""
        return tuple(dict.fromkeys(NAMED.findall(self.english)))

    @cached_property
    def unsealed(self) -> int:
        """So many of the values stand in `what` and `result`: the first."""
        return len(dict.fromkeys(NAMED.findall(f"{self.what} {self.result}")))

    @cached_property
    def row(self) -> str:
        """How a row of the timeline has a note without values."""
        return as_json([self.code]).decode()


class TraceNote(NamedTuple):
    """A kind, and its values in the order of its names. `str()` of it is English, for programs."""

    kind: NoteKind
    values: tuple[NoteValue, ...] = ()

    @property
    def what(self) -> str:
        return self._filled(self.kind.what)

    @property
    def result(self) -> str:
        return self._filled(self.kind.result)

    @property
    def because(self) -> str:
        """May hold a person's words."""
        return self._filled(self.kind.because)

    @property
    def row(self) -> str:
        """How a row of the timeline has it, without personal data: JSON."""
        kind = self.kind
        return as_json([kind.code, *self.values[: kind.unsealed]]).decode() if kind.unsealed else kind.row

    @property
    def named(self) -> dict[str, NoteValue]:
        """The values by their names; the last ones may be missing."""
        return dict(zip(self.kind.names, self.values, strict=False))

    @property
    def open_english(self) -> str:
        """`what: result`, without personal data."""
        return f"{self.what}: {result}" if (result := self.result) else self.what

    def __str__(self) -> str:
        return f"{self.open_english} ({because})" if (because := self.because) else self.open_english

    def _filled(self, template: str) -> str:
        values = self.named
        return NAMED.sub(lambda found: _english(found[1], values.get(found[1], "")), template)


def _english(name: str, value: NoteValue) -> str:
    if isinstance(value, TraceNote) or not isinstance(value, tuple):
        return str(value)
    return _JOINED.get(name, " or ").join(_english(name, one) for one in value)


def as_json(value: object) -> bytes:
    """JSON in which notes may stand: each an object, its values by its code."""
    return orjson.dumps(value, _by_code)


def _by_code(note: object) -> Mapping[str, object]:
    if isinstance(note, TraceNote):
        return {note.kind.code: note.values}
    raise TypeError


def note_from(code: str, values: list[Any]) -> TraceNote | None:
    """The note that was stored so; `None`: another version of oaflow has written it."""
    kind = KINDS.get(code)
    if kind is None or not kind.unsealed <= len(values) <= len(kind.names):
        return None
    return TraceNote(kind, tuple(map(_value, values)))


def _value(plain: Any) -> NoteValue:
    match plain:
        case list():
            return tuple(map(_value, plain))
        case dict():
            [(code, values)] = plain.items()
            return note_from(code, values) or code
        case str() | int() | float():
            return plain
        case _:
            return str(plain)
