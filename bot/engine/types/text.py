"""Texts."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.types.value_type import EVERY, ValueType
from bot.model.said import say


class TextType(ValueType):
    """Any text, as it is."""

    __slots__ = ()

    name = "text"
    slot = "t"
    called = asked = say("a text")
    words = ("文字", "字串", "string")
    example = "乾性"
    comparisons = (*EVERY, "contains", "starts_with")
    bounds = ("max_length", "pattern")
    formats = ("masked",)

    def fits(self, value: object) -> bool:
        return isinstance(value, str)

    def typed(self, text: str, zone: ZoneInfo | None) -> str:
        return text

    def written(self, text: str, zone: ZoneInfo) -> str:
        return text

    def from_shop(self, raw: Any, zone: ZoneInfo) -> str | None:
        if isinstance(raw, str):
            return raw
        return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None

    def made_up(self, day: date) -> str:
        return "示範資料"
