"""How a value is written in a text: `as number`, `as M/D`, `as masked` (language, section 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.types.table import TYPES, type_of
from bot.model.value import Type, Value

Format: TypeAlias = str
"""The name of one, or a pattern: `M/D`, `YYYY/MM/DD`, `H:mm`."""

_OF_ITS_NAME = [name for name, type_ in TYPES.items() if name in type_.formats]
FORMATS: Mapping[Format, frozenset[Type]] = {
    how: frozenset(name for name, type_ in TYPES.items() if how in type_.formats)
    for how in (*_OF_ITS_NAME, "weekday", "masked")
}
"""The formats that have a name, with the types that each is for."""

WEEKDAYS = ("週一", "週二", "週三", "週四", "週五", "週六", "週日")
YES, NO = "是", "否"

_PIECES = re.compile(r"YYYY|MM|DD|HH|mm|[MDHm]")
"""The pieces of a pattern that stand for a part of a date or time."""
_PATTERN = re.compile(r"(?:YYYY|MM|DD|HH|mm|[MDHm]|[^A-Za-z\s{}])+")
"""A whole pattern: such pieces, and signs that are no Latin letters, spaces or braces."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""A value that is a date: `2026-11-01`."""
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
"""A value that is a time of day: `09:30`."""
_OF_A_DAY = frozenset({"YYYY", "MM", "M", "DD", "D"})
"""Pieces for which a value must have a date; the others need a clock time."""


def types_for(how: Format) -> frozenset[Type] | None:
    """The types that a format is for; `None` where there is no such format.

    A pattern is made of `YYYY MM M DD D HH H mm m` and of signs that are no Latin letters.
    """
    named = FORMATS.get(how)
    if named is not None:
        return named
    pieces = frozenset(_PIECES.findall(how))
    if not pieces or not _PATTERN.fullmatch(how):
        return None
    of_day, of_clock = bool(pieces & _OF_A_DAY), bool(pieces - _OF_A_DAY)
    return frozenset(
        name for name, type_ in TYPES.items() if type_.has_day >= of_day and type_.has_clock >= of_clock
    )


def formatted(value: Value, how: Format | None, zone: ZoneInfo) -> str:
    """A value in a format, moments by the clock of `zone`; one that the format does not fit as it is."""
    if how is not None:
        done = _in_format(value, how, zone)
        if done is not None:
            return done
    return _plain(value, zone)


def _plain(value: Value, zone: ZoneInfo) -> str:
    match value:
        case str():
            return value
        case bool():
            return YES if value else NO
        case datetime():
            return _local(value, zone).strftime("%Y-%m-%d %H:%M")
        case _:
            return _digits(value, "")


def _in_format(value: Value, how: Format, zone: ZoneInfo) -> str | None:
    if how == "number":
        return _digits(value, ",") if isinstance(value, int | float) and not isinstance(value, bool) else None
    if how == "masked":
        return masked(value) if isinstance(value, str) else None
    day, clock = _day_and_clock(value, zone)
    if how == "weekday":
        return WEEKDAYS[day.weekday()] if day else None
    write = _writer(how)
    return write(day, clock) if write else None


def _digits(value: int | float, separator: str) -> str:
    """Whole numbers without a fraction, others as short as they can be read back."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return format(value, separator)


def masked(text: str) -> str:
    """A private text with most of it hidden: of 8 characters or more two at each end show, else the first.

    A phone of Taiwan is shown as it is dialled: `09••••••78`.
    """
    if text.startswith("+886"):
        text = "0" + text[4:]
    if len(text) >= 8:
        return text[:2] + "•" * (len(text) - 4) + text[-2:]
    return text[:1] + "•" * (len(text) - 1) if len(text) > 1 else "•"


def _day_and_clock(value: Value, zone: ZoneInfo) -> tuple[date | None, time | None]:
    """The date and the clock time that a value holds, as far as it holds one."""
    if isinstance(value, datetime):
        local = _local(value, zone)
        return local.date(), local.time()
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value), None
        if isinstance(value, str) and _TIME.fullmatch(value):
            return None, time.fromisoformat(value)
    except ValueError:  # 2026-02-30, 25:00
        pass
    return None, None


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    except OverflowError:  # at the ends of the calendar there is no other zone
        return moment


_Writer: TypeAlias = Callable[[date | None, time | None], str | None]


@lru_cache(maxsize=256)
def _writer(how: Format) -> _Writer | None:
    """What writes a date and a clock time in a pattern; `None` where it is none."""
    if types_for(how) is None:
        return None
    named = type_of(how)
    pattern = how if named is None or named.pattern is None else named.pattern
    pieces = frozenset(_PIECES.findall(pattern))
    needs_day, needs_clock = bool(pieces & _OF_A_DAY), bool(pieces - _OF_A_DAY)

    def write(day: date | None, clock: time | None) -> str | None:
        if (needs_day and day is None) or (needs_clock and clock is None):
            return None
        return _PIECES.sub(lambda piece: _piece(piece[0], day, clock), pattern)

    return write


def _piece(piece: str, day: date | None, clock: time | None) -> str:
    numbers = {}
    if day is not None:
        numbers = {"Y": day.year, "M": day.month, "D": day.day}
    if clock is not None:
        numbers |= {"H": clock.hour, "m": clock.minute}
    return f"{numbers[piece[0]]:0{len(piece)}d}"
