"""The person is given a coupon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, origin_of
from bot.engine.compiled.step import Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.event import Origin
from bot.model.trace import NoteKind
from bot.promotions.coupons.model import GiveCoupon

GIVE_ASKED = NoteKind(
    "give_coupon: asked for {coupon}",
    "Asked for the coupon {coupon}, and waits for it",
    "wait",
    code="coupon_asked",
)


@dataclass(frozen=True, slots=True)
class AskCoupon(Step):
    """`give_coupon`."""

    asks: ClassVar = GiveCoupon.question
    about: ClassVar = "coupon"
    coupon: str


def _give_coupon(turn: Turn, step: AskCoupon, doing: Doing) -> None:
    """Ask for a coupon; who gets the answer outside flows are the rules."""
    origin = origin_of(turn, doing) or Origin("", turn.channel, 0)
    turn.actions.append(GiveCoupon(step.coupon, origin))
    turn.note(GIVE_ASKED, step.coupon, place=step.place)


DO: Doers = {AskCoupon: _give_coupon}
