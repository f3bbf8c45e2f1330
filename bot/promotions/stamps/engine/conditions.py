"""Whether a contact has so many stamps (N2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.comparisons import Order
from bot.engine.conditions.condition import Alternatives, ConditionContext, Leaf, any_known
from bot.engine.times.value_words import listed
from bot.model.trace import TraceNote
from bot.promotions.stamps.engine.held import CARD_FILLED, CARD_NOT_FILLED, STAMPS_MISSING, STAMPS_THERE
from bot.promotions.stamps.model import HELD_CARDS


@dataclass(frozen=True, slots=True)
class HasStamps(Leaf):
    """Has so many stamps or more on any of these cards; `least` 0: has filled one before."""

    cards: tuple[str, ...]
    least: int = 1

    def holds(self, context: ConditionContext) -> bool:
        return any(
            held.card in self.cards and (held.count >= self.least if self.least else held.full > 0)
            for held in HELD_CARDS.of(context.contact)
        )

    def reason(self, context: ConditionContext) -> TraceNote:
        if self.least:
            kind = STAMPS_THERE if self.holds(context) else STAMPS_MISSING
            return TraceNote(kind, (self.cards, self.least))
        kind = CARD_FILLED if self.holds(context) else CARD_NOT_FILLED
        return TraceNote(kind, (self.cards,))

    @property
    def in_short(self) -> str:
        return f"stamp card {listed(self.cards)} {self.least or 'full'}"

    @property
    def alternatives(self) -> Alternatives:
        if not self.least:
            return any_known(f"full stamp card {card}" for card in self.cards)
        return tuple(((f"stamp card {card}", Order("at_least", self.least)),) for card in self.cards)
