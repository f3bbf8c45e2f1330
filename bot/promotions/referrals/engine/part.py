"""What campaigns with friends (N4) give the engine."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.promotions import EnginePart
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.event import News
from bot.model.page_state import PageState
from bot.model.screen import Screen
from bot.promotions.referrals.engine.held import (
    befriend,
    follow_referrals,
    invite,
    order_of_friend,
    referral_act,
)
from bot.promotions.referrals.engine.law import LAWS
from bot.promotions.referrals.engine.page import shown_invited, shown_invites
from bot.promotions.referrals.model import ReferralAct


def _shown(playbook: Playbook, contact: Contact, page: PageState, now: datetime) -> Screen:
    invites, invited = shown_invites(playbook, contact, now), shown_invited(playbook, contact)
    return Screen("invites", page.step, content={"invites": invites, "invited": invited})


def _opened(turn: Turn) -> None:
    invite(turn.contact, turn.playbook, turn.event.id, turn.now)


def _ordered(turn: Turn, news: News) -> None:
    order_of_friend(turn, news.subject)


PART = EnginePart(
    shown=_shown,
    laws=LAWS,
    acts={ReferralAct: referral_act},
    opened=_opened,
    ordered=_ordered,
    followed=befriend,
    goes_on=follow_referrals,
)
