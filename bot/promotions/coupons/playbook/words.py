"""The words of coupons (N1)."""

from __future__ import annotations

from typing import get_args

from bot.model.translatable import tr
from bot.playbook.codes import KindCode
from bot.playbook.shape.promotions import REMIND, WordsPart
from bot.playbook.shape.sections import NamedKind, list_or_states, name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    FILLED,
    MOMENT,
    PICTURE,
    SWITCH,
    TEXT,
    WHOLE,
    Word,
    names_to,
    one_of,
    record,
    ref,
    some,
)
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import RedeemWay


class CouponFinding(KindCode):
    """Findings about coupons alone."""

    UNKNOWN = "unknown-coupon"
    UNUSED = "coupon-unused"
    NEVER_ENDS = "coupon-never-ends"
    ENDS_BEFORE = "coupon-ends-before"
    ORDER_UNHEARD = "coupon-order-unheard"
    REMOVED = "people-hold-removed-coupon"
    STOCK_BELOW = "stock-below-given"


_COUPON: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "新朋友折 100 元"),
    "terms": Word(TEXT, 2, "Its terms of use. 使用說明", "單筆滿 1,000 元可用"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/coupon.png"),
    "stock": Word(WHOLE, 2, "How many are given in all; 0 stops it. 總共發幾張", "100"),
    "per_person": Word(WHOLE, 2, "How many one person is given. 每人最多幾張", "1"),
    "from": Word(MOMENT, 2, "Usable from then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 2, "Usable until then. 結束", "2026-11-30 24:00"),
    "for": Word(DURATION, 2, "Usable so long once it is given. 發出後多久內可用", "30d"),
    "remind": REMIND,
    "codes": Word(one_of("made", "imported"), 2, "Whose codes they are. 序號從哪裡來", "imported"),
    "code": Word(FILLED, 2, "One code for everybody. 大家共用的代碼", "SUMMER100"),
    "redeem": Word(
        some("coupon way", "clerk, press, order, or a list of them"), 2, "By whom. 誰來核銷", "clerk"
    ),
    "gives_back": Word(
        SWITCH, 2, "Usable again where its order is cancelled or refunded. 訂單取消、退款就還給客人", "true"
    ),
}

PART = WordsPart(
    declared=Word(
        names_to(ref("coupon"), "new own name", "coupons, each with a name"),
        2,
        "Coupons that people are given. 優惠券",
        "{新朋友折100: {title: 新朋友折 100 元, for: 30d}}",
    ),
    named=NamedKind(tr("coupon"), CouponFinding.UNKNOWN, "{title: NAME, for: 30d}"),
    title=tr("coupons"),
    definitions={
        "coupon way": one_of(*get_args(RedeemWay)),
        "coupon": record("a coupon, such as {until: 2026-12-31 24:00}", _COUPON, title="coupon"),
        "coupon state": one_of("usable", "used"),
    },
    news=Word(
        names_in(COUPONS.name),
        2,
        "A coupon was given, or not; redeemed; over: event.code, event.until. 優惠券的消息",
        "新朋友折100",
    ),
    actions={
        "give_coupon": Word(
            name_in(COUPONS.name),
            2,
            "Gives a coupon; what came of it comes back as coupon. 發優惠券",
            "新朋友折100",
        ),
    },
    conditions={
        "coupon": Word(
            {
                **list_or_states(COUPONS.name, "a coupon, a list of coupons, or {COUPON: used}"),
                "additionalProperties": ref("coupon state"),
            },
            2,
            "Has the coupon and may use it, or has used it. 有這張優惠券",
            "新朋友折100",
        ),
    },
    cards={
        "coupon": Word(
            name_in(COUPONS.name),
            2,
            "A coupon: its title, terms and picture, and code and end for who holds one. 優惠券卡片",
            "新朋友折100",
        ),
    },
    card_groups=("coupon_code", "coupon_until"),
    unused=CouponFinding.UNUSED,
    codes=CouponFinding,
)
