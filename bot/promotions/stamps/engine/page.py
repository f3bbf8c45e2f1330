"""What the page `my_stamps` shows of a person's stamp cards (N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.stamps.engine.declared import StampCard
from bot.promotions.stamps.model import HeldStampCard, StampView


def shown_stamps(
    held: Iterable[HeldStampCard], cards: Mapping[str, StampCard], coupons: Mapping[str, Coupon]
) -> tuple[StampView, ...]:
    """All cards of the playbook, as this person has them."""
    theirs = {one.card: one for one in held}
    return tuple(stamp_view(card, theirs.get(name), coupons) for name, card in cards.items())


def stamp_view(card: StampCard, held: HeldStampCard | None, coupons: Mapping[str, Coupon]) -> StampView:
    """One card, also of somebody who has no stamp on it."""
    held = held or HeldStampCard(card.name)
    return StampView(
        card.name,
        card.title,
        card.cells,
        card.shown(held),
        {cell: coupons[name].title for cell, name in sorted(card.rewards.items())},
        owed=max(-held.count, 0),
        missing=card.missing(held),
        full=held.full,
        until=held.until if held.count > 0 else None,
        terms=card.terms,
        image=card.image,
        acts=frozenset(entry.id for entry in held.entries),
    )
