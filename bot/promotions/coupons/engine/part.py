"""What coupons (N1) give the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.laws import each_held, goes_along
from bot.engine.promotions import EnginePart
from bot.engine.turn.turn import Turn
from bot.model.audit import MEMBER
from bot.model.contact import Contact
from bot.model.page_state import PageState
from bot.model.screen import Screen
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.held import (
    DO,
    coupon_act,
    coupon_news,
    end_coupons,
    give_by_staff,
    meet_coupons,
    reminder_of,
    take_coupon,
)
from bot.promotions.coupons.engine.page import shown_coupons
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct, CouponGift, HeldCoupon


def _shown(playbook: Playbook, contact: Contact, page: PageState, now: datetime) -> Screen:
    coupons = shown_coupons(HELD_COUPONS.of(contact), COUPONS.of(playbook), playbook.stores, now)
    return Screen("coupons", page.step, content={"coupons": coupons})


def _use(turn: Turn, page: PageState, grant: str) -> None:
    """The holder has pressed in front of a clerk, on the page that has warned of it."""
    held = HELD_COUPONS.one(turn.contact, grant)
    if held is None:
        turn.note(notes.NOT_THE_BUTTON)
    else:
        coupon_act(turn, CouponAct(held.grant, "press", by=MEMBER, act_id=turn.event.id))


def _endings(contact: Contact, playbook: Playbook) -> Iterator[datetime]:
    for held in HELD_COUPONS.of(contact):
        if held.used is None and not held.ended:
            moment = reminder_of(COUPONS.of(playbook).get(held.grant.coupon), held.grant, playbook.zone)
            yield held.grant.until if moment is None or held.reminded else moment


def _join(ours: HeldCoupon, theirs: HeldCoupon) -> HeldCoupon:
    """Used, where it is used in either."""
    return theirs if ours.used is None and theirs.used is not None else ours


PART = EnginePart(
    do=DO,
    outcome=coupon_news,
    shown=_shown,
    laws=(each_held(HELD_COUPONS, _join, goes_along, order=lambda held: held.grant.at),),
    acts={CouponAct: coupon_act, CouponGift: give_by_staff},
    takes=take_coupon,
    answered=_use,
    time_passed=end_coupons,
    playbook_changed=meet_coupons,
    endings=_endings,
)
