"""What coupons give the compiler and the check (N1)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine.conditions.values import HasCoupon
from bot.model.news import COUPON_BROUGHT
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.promotions import LanguagePart
from bot.playbook.syntax.nodes import Node, Scalar
from bot.promotions.coupons.playbook.card import coupon
from bot.promotions.coupons.playbook.checks import coupons_unanswered, unused_coupons
from bot.promotions.coupons.playbook.impact import at_stake


def _used(scope: Scope, name: Scalar, node: Node) -> Sequence[object]:
    return (scope.text(node) == "used",)


PART = LanguagePart(
    checks=(unused_coupons, coupons_unanswered),
    cards={"coupon": MessageMaker(coupon)},
    conditions={"coupon": named_condition(HasCoupon, _used)},
    perhaps={"coupon": perhaps_unless(COUPON_BROUGHT, "coupon", "left")},
    at_stake=at_stake,
)
