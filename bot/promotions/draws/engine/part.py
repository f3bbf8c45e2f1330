"""What draws (N3) give the engine."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.promotions import EnginePart
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.page_state import PageState
from bot.model.screen import Screen
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.held import DO, LAWS, draw_news, draw_pressed, take_draw
from bot.promotions.draws.engine.page import shown_draws
from bot.promotions.draws.model import HELD_DRAWS


def _shown(playbook: Playbook, contact: Contact, page: PageState, now: datetime) -> Screen:
    coupons, declared = HELD_COUPONS.of(contact), DRAWS.of(playbook)
    draws = shown_draws(HELD_DRAWS.of(contact), coupons, declared, COUPONS.of(playbook), now, playbook.zone)
    return Screen("draws", page.step, content={"draws": draws})


def _submission(turn: Turn, page: PageState, draw: str) -> None:
    draw_pressed(turn, draw)


PART = EnginePart(
    do=DO,
    outcome=draw_news,
    shown=_shown,
    laws=LAWS,
    takes=take_draw,
    answered=_submission,
)
