"""Texts, numbers, yes and no."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.types.value_type import EVERY, ORDER, RANGE, ValueType
from bot.model.plain_text import cleaned, visible
from bot.model.translatable import tr
from bot.model.value import storable

LONGEST_TEXT = 5_000
"""Characters of a text from another system: what fits into a message of LINE."""

MOST_DIGITS = 15
"""Digits that a double holds exactly."""

_TYPED = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
"""A number as people and shops write it: `1,500`, `+3`, `1.50`."""
_WRITTEN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")
"""A number as a playbook writes it: `100`, `-1.5`."""
_YES = frozenset({"是", "是的", "好", "好的", "要", "對", "可以", "同意", "yes", "y", "ok", "true"})
_NO = frozenset({"否", "不", "不是", "不要", "不用", "不好", "不同意", "no", "n", "false"})


class TextType(ValueType):
    """Any text, but for invisible signs in it."""

    __slots__ = ()

    name = "text"
    slot = "t"
    called = asked = tr("a text")
    words = ("文字", "字串", "string")
    example = "乾性"
    comparisons = (*EVERY, "contains", "starts_with")
    bounds = ("max_length", "pattern")
    formats = ("masked",)

    def fits(self, value: object) -> bool:
        return isinstance(value, str)

    def typed(self, text: str, zone: ZoneInfo | None) -> str:
        return visible(text)

    def from_playbook(self, text: str, zone: ZoneInfo) -> str:
        return text

    def from_shop(self, raw: Any, zone: ZoneInfo) -> str | None:
        if isinstance(raw, str):
            return raw
        return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None

    def from_json(self, raw: Any, zone: ZoneInfo) -> str | None:
        text = self.from_shop(raw, zone)
        return text if text and len(text) <= LONGEST_TEXT else None

    def sample(self, day: date) -> str:
        return "示範資料"


def number_of(text: str) -> int | float | None:
    """The number that a text of a playbook is (`100`, `-1.5`); `None`: it is none."""
    if not _WRITTEN.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def number_from_shop(raw: Any) -> int | float | None:
    """A number in a shop's JSON, or a text that is one, as shops write money; `None`: it is none."""
    if isinstance(raw, int | float):
        is_one = storable(raw) and not isinstance(raw, bool)
        return raw if is_one else None
    return _number(raw) if isinstance(raw, str) else None


def _number(text: str) -> int | float | None:
    plain = cleaned(text)
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
    called = tr("a number")
    asked = tr("a number, such as 1500")
    words = ("數字", "整數", "金額", "integer", "int")
    example = "100"
    comparisons = (*EVERY, *ORDER)
    bounds = RANGE
    formats = ("number",)
    field = "decimal"
    also_read_as = ("text",)

    def fits(self, value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and storable(value)

    def typed(self, text: str, zone: ZoneInfo | None) -> int | float | None:
        return _number(text)

    def from_playbook(self, text: str, zone: ZoneInfo) -> int | float | None:
        return number_of(text)

    def from_shop(self, raw: Any, zone: ZoneInfo) -> int | float | None:
        return number_from_shop(raw)

    def sample(self, day: date) -> int:
        return 3


def yes_no_from_shop(raw: Any) -> bool | None:
    """Yes or no in a shop's JSON, also as text, 0 or 1; `None`: it is neither."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return bool(raw) if raw in (0, 1) else None
    return _yes_no(raw) if isinstance(raw, str) else None


def _yes_no(text: str) -> bool | None:
    word = cleaned(text).casefold()
    return True if word in _YES else False if word in _NO else None


class YesNoType(ValueType):
    """True or false."""

    __slots__ = ()

    name = "yes_no"
    slot = "y"
    called = tr("a yes or no")
    asked = tr("yes or no")
    words = ("是否", "是非", "boolean", "bool")
    example = "true"
    longest = 1
    field = "yes_no"

    def fits(self, value: object) -> bool:
        return isinstance(value, bool)

    def typed(self, text: str, zone: ZoneInfo | None) -> bool | None:
        return _yes_no(text)

    def from_playbook(self, text: str, zone: ZoneInfo) -> bool | None:
        return {"true": True, "false": False}.get(text)

    def from_shop(self, raw: Any, zone: ZoneInfo) -> bool | None:
        return yes_no_from_shop(raw)

    def sample(self, day: date) -> bool:
        return True
