"""The words of campaigns in which friends bring friends (N4)."""

from __future__ import annotations

from typing import get_args

from bot.model.translatable import tr
from bot.playbook.codes import KindCode
from bot.playbook.shape.promotions import WordsPart
from bot.playbook.shape.sections import NamedKind, name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    MOMENT,
    PICTURE,
    TEXT,
    WHOLE,
    Word,
    names_to,
    one_of,
    record,
    ref,
)
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.model import ReferralGoal


class ReferralFinding(KindCode):
    """Findings about campaigns with friends alone."""

    UNKNOWN = "unknown-referral"
    REWARD_ONCE = "referral-reward-once"
    ENDS_BEFORE = "referral-ends-before"
    NEVER_COUNTS = "referral-never-counts"
    REMOVED = "people-in-removed-referral"


_REFERRAL: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "好友一起來"),
    "terms": Word(TEXT, 2, "How it works. 活動說明", "好友綁定後，兩位都有禮"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/friends.png"),
    "from": Word(MOMENT, 2, "Friends may come from then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 2, "Friends may come until then. 結束", "2026-12-31 24:00"),
    "when": Word(
        one_of(*get_args(ReferralGoal)),
        2,
        "What the friend has to do for it to count. 好友做了什麼才算",
        "bound",
    ),
    "within": Word(DURATION, 2, "So long after coming. 加入後多久內", "30d"),
    "friend": Word(name_in(COUPONS.name), 2, "The coupon for the friend. 送好友的優惠券", "見面禮"),
    "inviter": Word(name_in(COUPONS.name), 2, "The coupon for the inviter. 送邀請人的優惠券", "謝禮"),
    "max": Word(WHOLE, 2, "How often an inviter is rewarded. 邀請人最多領幾次", "10"),
}

PART = WordsPart(
    declared=Word(
        names_to(ref("referral campaign"), "new own name", "campaigns, each with a name"),
        2,
        "Friends who bring friends, and both are rewarded. 好友推薦",
        "{好友一起來: {when: bound, friend: 見面禮, inviter: 謝禮}}",
    ),
    named=NamedKind(tr("referral campaign"), ReferralFinding.UNKNOWN, "{when: bound, friend: …, inviter: …}"),
    title=tr("referral campaigns"),
    definitions={
        "referral campaign": record(
            "a campaign, such as {when: bound, friend: 見面禮}",
            _REFERRAL,
            required=["when"],
            needs=["friend", "inviter"],
            title="referral campaign",
        ),
    },
    news=Word(
        names_in(REFERRALS.name),
        2,
        "A friend came by a link, it counts, or not; of both: event.friends, event.left. 好友推薦的消息",
        "好友一起來",
    ),
    groups=("invite",),
    codes=ReferralFinding,
)
