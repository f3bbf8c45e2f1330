"""Coupons of scenarios (N1)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.playbook.shape.words import TEXT, WHOLE, Word, record, ref
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import GRANT, HELD_COUPONS, CouponAct, CouponGift
from bot.promotions.coupons.scenario import memory as given
from bot.promotions.coupons.scenario import steps
from bot.promotions.coupons.scenario.memory import CouponsInMemory
from bot.promotions.coupons.services import LEDGER
from bot.scenario.checks import NOTHING
from bot.scenario.promotions import (
    ActWord,
    ContactWord,
    GivenWord,
    NamedOption,
    OrderWord,
    PersonWord,
    PlayedPage,
    ScenarioPart,
)
from bot.scenario.shape.schemas import TEXTS, named

_LEFT = {"left": Word(WHOLE, 2, "So many are left. 還剩幾張", "1")}

PART = ScenarioPart(
    lambda context: {LEDGER: CouponsInMemory(context.given.promotions.get("coupons", {}), context.contacts)},
    given={
        "coupons": GivenWord(
            Word(
                named(ref("coupons left"), "coupons, each with {left: …}"),
                2,
                "How many are left of a coupon. 優惠券還剩幾張",
                "{新朋友折100: {left: 1}}",
            ),
            given.left,
            given.left_lines,
            ("coupons left", record("{left: …}", _LEFT, required=["left"], title="coupons left")),
            order=1,
        )
    },
    person={
        "coupons": PersonWord(
            Word(TEXTS, 2, "Coupons that they were given. 有的優惠券", "[新朋友折100]"),
            given.names_in,
            HELD_COUPONS,
            given.held_of,
            given.recorded_of,
        )
    },
    by_name=[
        NamedOption(
            *("coupon", "a coupon that the person has (repeatable)"), "coupons", COUPONS, tr("coupon")
        )
    ],
    contact={
        "coupons": ContactWord(
            Word(
                {**TEXTS, "suggested": [NOTHING]},
                2,
                "Just these coupons are usable; nothing: none. 可以用的優惠券",
                "[新朋友折100]",
            ),
            given.expected,
            given.differs,
        )
    },
    staff={
        "redeems": ActWord(
            Word(TEXT, 2, "A clerk redeems a coupon that they hold. 核銷優惠券", "新朋友折100"),
            steps.read_redeems,
        )
    },
    orders={
        "coupons": OrderWord(
            Word(TEXTS, 2, "Coupons with whose codes the order came. 用了哪些優惠券", "[新朋友折100]"),
            steps.read_order,
            steps.order_comes,
        )
    },
    plays={steps.ClerkRedeems: steps.redeem},
    page=PlayedPage(
        screen="coupons",
        submits=steps.submission,
        recorded=lambda what, before, _: steps.submission_step(what, before),
    ),
    recorded={CouponAct: steps.act_step, CouponGift: lambda what, playbook: None},
    real=frozenset({("coupon", "given")}),  # no scenario can make a code up
    stays={("coupon", "had"): (GRANT.name,)},
)
