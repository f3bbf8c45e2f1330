"""What the card of one's stamps shows to a person: its placeholders, as they stand in this turn (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.stamp_card import StampCard
from bot.engine.times.local_time import INSTANT
from bot.model.contact import Contact
from bot.model.counts import FULL
from bot.model.stamp import HeldStampCard
from bot.model.value import Value


def of_stamps(
    playbook: Playbook, contact: Contact, name: str, slot: str, now: datetime, fields: Mapping[str, Value]
) -> Value | None:
    """`count`, `missing` to the next `reward` (its title), `done`, `filled` cards, `until`; of a cell whether
    it is `stamped N` or `empty N`. `None`: that is not so.

    The news that a card is full shows that one, though the next has begun.
    """
    card = playbook.stamp_cards.get(name)
    if card is None:
        return None
    held = _held(contact, name, now)
    is_full = fields.get("card") == name and fields.get("result") == FULL
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
            return None if is_full else _next(playbook, card, held, kind)


def _held(contact: Contact, name: str, now: datetime) -> HeldStampCard:
    """As it is held; one that has ended in the meantime is empty."""
    held = next((one for one in contact.stamp_cards if one.card == name), HeldStampCard(name))
    is_over = held.until is not None and now >= held.until
    return HeldStampCard(name, full=held.full) if is_over else held


def _next(playbook: Playbook, card: StampCard, held: HeldStampCard, what: str) -> Value | None:
    """Of the next reward, where there is one."""
    missing = card.missing(held)
    if missing is None:
        return None
    coupon = playbook.coupons.get(card.rewards[held.count + missing])
    return missing if what == "missing" else None if coupon is None else coupon.title
