"""Texts with placeholders, taken apart at load and filled in a turn (language, section 11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.texts.format import Format, formatted
from bot.model.value import Type, Value

PlaceholderGroup: TypeAlias = Literal[
    "contact",
    "attribute",
    "answer",
    "event",
    "store",
    "store_group",
    "clerk",
    "page",
    "link",
    "invite",
    "hours",
    "sms",
    "coupon_code",
    "coupon_until",
    "stamps",
    "bot",
    "channel",
]
"""What comes before the point in `{{ group.name }}`."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{{ group.name as FORMAT or TEXT }}`."""

    group: PlaceholderGroup
    name: str
    default: str | None = None
    """The TEXT, where there is one."""
    format: Format | None = None
    type: Type = "text"
    """The type that its value is expected to have."""
    slot: str = ""
    """The slot of an attribute's value (`n.points`); of a stamp card, which of its values is meant."""


Lookup: TypeAlias = Callable[[Placeholder], Value | None]
"""The value of a placeholder in this turn; `None`: not known."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text as a list of literal pieces and placeholders. Values are put in once, never read again."""

    parts: tuple[str | Placeholder, ...]

    def fill(self, lookup: Lookup, zone: ZoneInfo) -> str:
        """The text with each placeholder replaced by its value, or its default where there is none."""
        return "".join(
            [
                part if isinstance(part, str) else placeholder_text(part, lookup(part), zone)
                for part in self.parts
            ]
        )

    def worth(self, lookup: Lookup, zone: ZoneInfo) -> Value | None:
        """The value of a template in an action: a single placeholder keeps its type.

        `None`: it has no value and no default.
        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Placeholder) and not self.parts[0].format:
            value = lookup(self.parts[0])
            return self.parts[0].default if value is None or value == "" else value
        return self.fill(lookup, zone)

    @property
    def fixed(self) -> str | None:
        """The text itself where it holds no placeholder."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return tuple(part for part in self.parts if isinstance(part, Placeholder))


def placeholder_text(placeholder: Placeholder, value: Value | None, zone: ZoneInfo) -> str:
    """A value as a text shows it, in its format; the default, else nothing, where it is not known."""
    if value is None or value == "":
        return placeholder.default or ""
    return formatted(value, placeholder.format, zone)
