"""How the tables of the language are written: a word with its value, its level and what it means.

The tables become one JSON Schema. Beside the keywords of draft 2020-12 they use a few of our own, which
`validator.py` understands and `editors.py` turns into plain ones:

- `words`: a text must be one of these; `true` and `false` are the switch.
- `oneOrMore`: one thing of that definition, or a list of them, not empty.
- `kinds`: exactly one of these keys, and which other keys go with which of them.
- `acts`: an action, or `do` with a list of them; `required` where one must be there.
- `needs`: one of these keys at least. `tap`: at most one destination.
- `suggested`: words that mean something here, beside any text. `unknown`: the code for an unknown key.
- `empty`: the hint where a list holds nothing. `usual`: the key that a text alone was to be the value of.
- `section`: the text is a name of that section (`sections.py`); `key_section`: the keys are.
- `operand`: the type of the value, where a placeholder may stand for it.
- `expected`: what belongs here, as messages put it. `level`: 1 first day, 2 first month, 3 engineer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.model.translatable import Translatable
from bot.model.value import Type

Schema: TypeAlias = Mapping[str, Any]

SCALARS = ["string", "number", "boolean"]
"""At load every value is a text as it was written; editors type by the look, and `reply: 1.10` is right."""


@dataclass(frozen=True, slots=True)
class Word:
    """One key of the language."""

    value: Schema
    """What may stand behind it."""
    level: int
    """When one needs it: 1 the first day, 2 the first month, 3 only as an engineer."""
    says: str
    """What it means: an English sentence, then the Chinese name that editors show."""
    example: str = "…"
    """Its value as one writes it (YAML)."""
    adds_tags: bool = False
    """Of an action: whether its value are tags that it puts on, which makes them known."""


def ref(name: str) -> Schema:
    """The definition of that name."""
    return {"$ref": f"#/$defs/{name}"}


def text(format_: str | None = None, expected: str = "a text") -> Schema:
    """Any text, or one of a format (`formats.py`)."""
    own: Schema = {"type": SCALARS, "expected": expected}
    return own if format_ is None else {**own, "format": format_}


def value_in(type_: Type) -> Schema:
    """A value of a type, or a text with a placeholder for one."""
    return {**text(), "operand": type_}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"words": list(words)}


SWITCH: Schema = one_of("true", "false")
ON: Schema = one_of("true")


def some(name: str, expected: str) -> Schema:
    """One thing of a definition, or a list of them."""
    return {"oneOrMore": name, "expected": expected}


def list_of(name: str, expected: str, *, least: int = 1) -> Schema:
    """A list of things of a definition."""
    return {"type": "array", "items": ref(name), "minItems": least, "expected": expected}


def record(expected: str, words: Mapping[str, Word], *, required: Iterable[str] = (), **more: Any) -> Schema:
    """A block with keys from a closed list."""
    made: dict[str, Any] = {
        "expected": expected,
        "type": "object",
        "properties": {key: _property(word) for key, word in words.items()},
        "additionalProperties": False,
    }
    if needed := list(required):
        made["required"] = needed
    return {**made, **more}


def _property(word: Word) -> Schema:
    return {**word.value, "description": word.says, "level": word.level, "example": word.example}


def short_or(scalar: Schema, block: Schema, expected: str) -> Schema:
    """A text of a kind, or a block: the short and the long way to say the same."""
    both: dict[str, Any] = {**scalar, **block, "type": [*SCALARS, "object"], "expected": expected}
    return both


def is_short_or(value: Schema) -> bool:
    """Whether a text alone means a block with its one required key."""
    return isinstance(value.get("type"), list) and len(value.get("required", ())) == 1


def names_to(
    value: Schema,
    names: str,
    expected: str,
    *,
    least: int = 0,
    of: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Schema:
    """A block of names, each with a value; `names` is their format, `of` the section that they are in."""
    made: dict[str, Any] = {
        "expected": expected,
        "type": "object",
        "propertyNames": {"format": names},
        "additionalProperties": value,
    }
    if least:
        made["minProperties"] = least
    if of is not None:
        made["key_section"] = of
    return {**made, **(more or {})}


def kinds(
    thing: str,
    words: Sequence[str],
    refinements: Mapping[str, Sequence[str]] | None = None,
    *,
    two: str = "two-kinds",
    together: Sequence[str] = (),
    apart: Callable[[str, str], Translatable] | None = None,
) -> Schema:
    """The keyword for a union whose key decides its kind; those of `together` may be beside each other.

    `apart` is the hint how two others are written.
    """
    made: dict[str, Any] = {"thing": thing, "words": list(words), "with": dict(refinements or {}), "two": two}
    return {"kinds": {**made, "together": list(together), "apart": apart}}


def kinds_among(kinds: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """The kinds among the keys of a place; of those that go together one."""
    here = [key for key in keys if key in kinds["words"]]
    others = [key for key in here if key in kinds["together"]][1:]
    return [key for key in here if key not in others]


TEXT = text()
FILLED = text("filled")
NAME = text("own name", "a name")
WORD_NAME = text("name", "a name")
DURATION = text("duration", "a duration, such as 30m or 3d")
FIXED = text("fixed duration", "a duration, such as 30m or 3d")
TIME = text("time", "a time of day, such as 09:30")
MOMENT = text("moment", "a moment, such as 2026-11-01 09:30")
WHOLE = text("whole", "a whole number")
NUMBER = text("number", "a number")
FILE = text("file", "a file of the playbook's folder")
PICTURE = text("file or address", "a file of the playbook's folder, or an https address")
TEXTS = some("text", "a text, or a list of texts")
TRIGGER_TEXTS = some("heard", "a text, or a list of texts")
NAMES = some("name", "a name, or a list of names")
WORD_NAMES = some("word name", "a name, or a list of names")
HOURS = ref("hours in place")

_WINDOWS: Schema = {
    "oneOrMore": "window",
    "expected": "a window such as 09:00-18:00, a list of them, or closed",
}
_CLOSED_ON = Word(
    some("closed day", "dates, the name of hours that list dates, or both"),
    1,
    "Days on which it is closed: dates, or hours that list dates. 公休日",
    "國定假日",
)
_CLOSED: Schema = {"properties": record("", {"closed": _CLOSED_ON})["properties"]}


def _hours(item: str, format_: str, expected: str) -> Schema:
    """Windows, days, dates, a list of them, or a block of days and dates with their windows."""
    return {
        "type": [*SCALARS, "array", "object"],
        "expected": expected,
        "format": format_,
        "items": ref(item),
        "minItems": 1,
        "propertyNames": {"format": "day or date"},
        **_CLOSED,
        "additionalProperties": _WINDOWS,
        "minProperties": 1,
    }


DEFINITIONS: dict[str, Schema] = {
    "text": TEXT,
    "heard": text("heard", "a text that people say"),
    "name": NAME,
    "word name": WORD_NAME,
    "window": text("window", "a window such as 09:00-18:00, or closed"),
    "closed day": text("hours or name", "dates, or the name of hours that list dates"),
    "hours part": text("hours", "a window, days or dates"),
    "hours or name": {**text("hours or name", "hours, or the name of hours"), "section": "hours"},
    "hours": _hours("hours part", "hours", "a window, days, dates, or a block of them"),
    "hours in place": {
        **_hours("hours or name", "hours or name", "the name of hours, or hours in place"),
        "section": "hours",
    },
}
