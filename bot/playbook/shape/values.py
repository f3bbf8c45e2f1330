"""Values that are used all over the language: texts, names, times, numbers."""

from __future__ import annotations

from bot.playbook.shape.words import SCALARS, Schema, Word, record, ref, some, text

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
HEARD = some("heard", "a text, or a list of texts")
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
    "hours or name": text("hours or name", "hours, or the name of hours"),
    "hours": _hours("hours part", "hours", "a window, days, dates, or a block of them"),
    "hours in place": _hours("hours or name", "hours or name", "the name of hours, or hours in place"),
}
