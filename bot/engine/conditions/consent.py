"""Takes the requirement of consent to marketing out of a condition, to count whom an audience lacks by it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.values import ContactTest


def without_consent(condition: Condition) -> Condition | None:
    """The condition without the requirement that people have agreed to marketing; `None`: it has none."""
    parts = tuple(_parts(condition))
    rest = tuple(part for part in parts if not _is_consent(part))
    return All(rest) if len(rest) < len(parts) else None


def _parts(condition: Condition) -> Iterator[Condition]:
    """What has to hold together."""
    if not isinstance(condition, All):
        yield condition
        return
    for part in condition.parts:
        yield from _parts(part)


def _is_consent(part: Condition) -> bool:
    return isinstance(part, ContactTest) and part.field == "marketing" and part.tests == (Is((True,)),)
