"""Stamp cards that somebody has when a scenario begins, as one writes them down (N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.promotions.stamps.engine.held import settled
from bot.promotions.stamps.model import HeldStampCard


def given_stamps(numbers: Mapping[str, int], playbook: Playbook, now: datetime) -> tuple[HeldStampCard, ...]:
    """The cards with so many stamps, put on just then; what they gave is given."""
    cards = (playbook.stamp_cards[name] for name in numbers)
    held = (replace(HeldStampCard(card.name), count=numbers[card.name]) for card in cards)
    return tuple(settled(playbook.stamp_cards[one.card], one, now, playbook.zone)[0] for one in held)


def stamps_shown(held: Iterable[HeldStampCard], playbook: Playbook) -> Mapping[str, int]:
    """By card of the playbook how many stamps its holder sees; nothing of an empty one."""
    cards = playbook.stamp_cards
    shown = {one.card: cards[one.card].shown(one) for one in held if one.card in cards}
    return {name: number for name, number in shown.items() if number}
