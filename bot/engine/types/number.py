"""Numbers: whole ones, and those with a fraction."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.types.value_type import EVERY, ORDER, RANGE, ValueType
from bot.model.said import say
from bot.model.value import storable

MOST_DIGITS = 15
"""Digits that a double holds exactly."""

_TYPED = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WRITTEN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")


def number_of(text: str) -> int | float | None:
    """`100`, `-1.5`, as a playbook writes it."""
    if not _WRITTEN.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def number_from_shop(raw: Any) -> int | float | None:
    """A number, or a text that is one: money is written as text."""
    if isinstance(raw, int | float):
        is_one = storable(raw) and not isinstance(raw, bool)
        return raw if is_one else None
    return _typed(raw) if isinstance(raw, str) else None


def _typed(text: str) -> int | float | None:
    plain = normalize("NFKC", text).strip()
    if not plain.isascii() or not _TYPED.fullmatch(plain):
        return None
    digits = plain.replace(",", "")
    if sum(c.isdigit() for c in digits) > MOST_DIGITS:
        return None
    return float(digits) if "." in digits else int(digits)


class NumberType(ValueType):
    """A number."""

    __slots__ = ()

    name = "number"
    slot = "n"
    called = say("a number")
    asked = say("a number, such as 1500")
    words = ("數字", "整數", "金額", "integer", "int")
    example = "100"
    comparisons = (*EVERY, *ORDER)
    bounds = RANGE
    formats = ("number",)
    field = "decimal"
    also_told_as = ("text",)

    def fits(self, value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and storable(value)

    def typed(self, text: str, zone: ZoneInfo | None) -> int | float | None:
        return _typed(text)

    def written(self, text: str, zone: ZoneInfo) -> int | float | None:
        return number_of(text)

    def from_shop(self, raw: Any, zone: ZoneInfo) -> int | float | None:
        return number_from_shop(raw)

    def made_up(self, day: date) -> int:
        return 3
