"""What stamp cards (N2) give the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.promotions import EnginePart
from bot.model.contact import Contact
from bot.model.page_state import PageState
from bot.model.screen import Screen
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS, stamp_reminder
from bot.promotions.stamps.engine.held import (
    DO,
    end_stamp_cards,
    meet_stamp_cards,
    settle_stamps,
    stamp_act,
    stamps_of_order,
)
from bot.promotions.stamps.engine.law import LAWS
from bot.promotions.stamps.engine.page import shown_stamps
from bot.promotions.stamps.model import HELD_CARDS, StampAct


def _shown(playbook: Playbook, contact: Contact, page: PageState, now: datetime) -> Screen:
    stamps = shown_stamps(HELD_CARDS.of(contact), STAMP_CARDS.of(playbook), COUPONS.of(playbook))
    return Screen("stamps", page.step, content={"stamps": stamps})


def _endings(contact: Contact, playbook: Playbook) -> Iterator[datetime]:
    for card in HELD_CARDS.of(contact):
        if card.until is not None:
            yield stamp_reminder(STAMP_CARDS.of(playbook).get(card.card), card, playbook.zone) or card.until


PART = EnginePart(
    do=DO,
    shown=_shown,
    laws=LAWS,
    acts={StampAct: stamp_act},
    time_passed=end_stamp_cards,
    playbook_changed=meet_stamp_cards,
    rewritten=settle_stamps,
    ordered=stamps_of_order,
    endings=_endings,
)
