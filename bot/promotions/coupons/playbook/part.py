"""What coupons give the compiler and the check (N1)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine.conditions.values import HasCoupon
from bot.model.news import COUPON_BROUGHT, COUPON_LATER
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.promotions import LanguagePart
from bot.playbook.syntax.nodes import Node, Scalar
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.playbook.card import coupon
from bot.promotions.coupons.playbook.checks import (
    coupons_unanswered,
    given_elsewhere,
    reminders_never,
    said_after_end,
    unused_coupons,
)
from bot.promotions.coupons.playbook.compile import coupons_of
from bot.promotions.coupons.playbook.impact import at_stake


def _used(scope: Scope, name: Scalar, node: Node) -> Sequence[object]:
    return (scope.text(node) == "used",)


PART = LanguagePart(
    section=COUPONS,
    compiled=coupons_of,
    news="coupon",
    perhaps=perhaps_unless(COUPON_BROUGHT, "coupon", "left"),
    later=COUPON_LATER,
    elsewhere=given_elsewhere,
    checks=(unused_coupons, coupons_unanswered, reminders_never, said_after_end),
    cards={"coupon": MessageMaker(coupon)},
    conditions={"coupon": named_condition(HasCoupon, _used)},
    at_stake=at_stake,
)
