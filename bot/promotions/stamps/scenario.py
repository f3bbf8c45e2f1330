"""Stamp cards that somebody has when a scenario begins, as one writes them down (N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.held import settled
from bot.promotions.stamps.model import HeldStampCard
from bot.scenario.promotions import ScenarioPart


def given_stamps(numbers: Mapping[str, int], playbook: Playbook, now: datetime) -> tuple[HeldStampCard, ...]:
    """The cards with so many stamps, put on just then; what they gave is given."""
    cards = (STAMP_CARDS.of(playbook)[name] for name in numbers)
    held = (replace(HeldStampCard(card.name), count=numbers[card.name]) for card in cards)
    return tuple(settled(STAMP_CARDS.of(playbook)[one.card], one, now, playbook.zone)[0] for one in held)


def stamps_shown(held: Iterable[HeldStampCard], playbook: Playbook) -> Mapping[str, int]:
    """By card of the playbook how many stamps its holder sees; nothing of an empty one."""
    cards = STAMP_CARDS.of(playbook)
    shown = {one.card: cards[one.card].shown(one) for one in held if one.card in cards}
    return {name: number for name, number in shown.items() if number}


PART = ScenarioPart()
