"""What is left of a prepaid SMS credit, and what it was when it was topped up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.translatable import TranslatableValue, tr

REFILL = 0.05
"""A rise by this part of the whole is a refill; less is a provider that gives back what was not delivered."""


@dataclass(frozen=True, slots=True)
class SmsLevel:
    """A provider's credit in its `unit`: `left` at the moment `at`, of `full`, which it was at `since`."""

    provider: str
    left: float
    unit: str
    full: float
    since: datetime
    at: datetime

    @property
    def used_percent(self) -> float:
        """How much of it is used."""
        return 0.0 if self.full <= 0 else max(0.0, (self.full - self.left) * 100 / self.full)

    def is_below(self, messages: int | None) -> bool:
        """Whether it is good for fewer SMS than these; nobody knows of money, and of `None`."""
        return self.unit == "points" and messages is not None and self.left < messages

    @property
    def left_in_words(self) -> TranslatableValue:
        """What is left, with its unit."""
        return credit_words(self.left, self.unit)


def credit_words(left: float, unit: str) -> TranslatableValue:
    """What is left: `unit` is `points`, or the currency of an account that holds money."""
    number = f"{left:,.0f}" if left == int(left) else f"{left:,.2f}"
    return tr("{number} points", number=number) if unit == "points" else f"{number} {unit}"


def next_level(before: SmsLevel | None, provider: str, left: float, unit: str, at: datetime) -> SmsLevel:
    """After the provider has said at this moment what is left: the same credit, or a new one where it was
    topped up. What was said before the level's own moment changes nothing."""
    if before is not None and at < before.at:
        return before
    if before is None or before.unit != unit or left - before.left > REFILL * before.full:
        return SmsLevel(provider, left, unit, left, at, at)
    return replace(before, left=left, at=at, full=max(before.full, left))
