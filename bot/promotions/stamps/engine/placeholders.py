"""What the card of one's stamps shows to a person: its placeholders, as they stand in this turn (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine.rendering.placeholders import PromotionPlaceholder, PromotionSource
from bot.engine.times.local_time import INSTANT
from bot.model.contact import Contact
from bot.model.value import Value
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS, StampCard
from bot.promotions.stamps.model import FULL, HELD_CARDS, HeldStampCard


def _of_stamps(asked: PromotionPlaceholder) -> Value | None:
    """What stands for a slot of the card of this name, as the person has it; `None`: nothing.

    The news that a card is full shows that one, though the next has begun.
    """
    playbook, name = asked.playbook, asked.placeholder.name
    card = STAMP_CARDS.of(playbook).get(name)
    if card is None:
        return None
    titles = {one.name: one.title for one in COUPONS.of(playbook).values()}
    is_full = asked.fields.get("card") == name and asked.fields.get("result") == FULL
    held = _held(asked.contact, name, asked.now)
    return shown_of(card, held, titles, asked.placeholder.slot, is_full=is_full)


def shown_of(
    card: StampCard, held: HeldStampCard, titles: Mapping[str, str], slot: str, *, is_full: bool = False
) -> Value | None:
    """`count`, `missing` to the next `reward` (its title), `done`, `filled` cards, `until`; of a cell whether
    it is `stamped N` or `empty N`. `None`: that is not so.
    """
    count = card.cells if is_full else card.shown(held)
    kind, _, cell = slot.partition(" ")
    match kind:
        case "count":
            return count
        case "stamped":
            return 1 if int(cell) <= count else None
        case "empty":
            return 1 if int(cell) > count else None
        case "done":
            return 1 if is_full or held.closed else None
        case "filled":
            return held.full or None
        case "until":
            return None if held.until is None or held.count <= 0 or is_full else held.until - INSTANT
        case _:
            return None if is_full else _next(card, held, titles, kind)


def _held(contact: Contact, name: str, now: datetime) -> HeldStampCard:
    """As it is held; one that has ended in the meantime is empty."""
    held = HELD_CARDS.one(contact, name) or HeldStampCard(name)
    is_over = held.until is not None and now >= held.until
    return HeldStampCard(name, full=held.full) if is_over else held


def _next(card: StampCard, held: HeldStampCard, titles: Mapping[str, str], what: str) -> Value | None:
    """Of the next reward, where there is one."""
    missing = card.missing(held)
    if missing is None:
        return None
    return missing if what == "missing" else titles.get(card.rewards[held.count + missing])


PART: Mapping[str, PromotionSource] = {"stamps": _of_stamps}
