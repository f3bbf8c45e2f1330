"""Yes or no."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.types.value_type import ValueType
from bot.model.said import say

_YES = frozenset({"是", "是的", "好", "好的", "要", "對", "可以", "同意", "yes", "y", "ok", "true"})
_NO = frozenset({"否", "不", "不是", "不要", "不用", "不好", "不同意", "no", "n", "false"})


def yes_no_from_shop(raw: Any) -> bool | None:
    """Yes or no, also as text, 0 or 1."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return bool(raw) if raw in (0, 1) else None
    return _typed(raw) if isinstance(raw, str) else None


def _typed(text: str) -> bool | None:
    word = normalize("NFKC", text).strip().casefold()
    return True if word in _YES else False if word in _NO else None


class YesNoType(ValueType):
    """True or false."""

    __slots__ = ()

    name = "yes_no"
    slot = "y"
    called = say("a yes or no")
    asked = say("yes or no")
    words = ("是否", "是非", "boolean", "bool")
    example = "true"
    longest = 1
    field = "yes_no"

    def fits(self, value: object) -> bool:
        return isinstance(value, bool)

    def typed(self, text: str, zone: ZoneInfo | None) -> bool | None:
        return _typed(text)

    def written(self, text: str, zone: ZoneInfo) -> bool | None:
        return {"true": True, "false": False}.get(text)

    def from_shop(self, raw: Any, zone: ZoneInfo) -> bool | None:
        return yes_no_from_shop(raw)

    def made_up(self, day: date) -> bool:
        return True
