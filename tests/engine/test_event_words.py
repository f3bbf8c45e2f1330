"""L3, K3: what an event is called on a timeline: words of the language, nothing that a person said."""

from __future__ import annotations

import re

import pytest

from bot.engine.turn.event_words import event_words, row_words
from bot.model.brought import brought
from bot.model.contact import Clerk
from bot.model.event import (
    BroadcastTags,
    Event,
    Follow,
    Join,
    Listed,
    News,
    Origin,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    Rewritten,
    Source,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.instance import ReservedMember, Timer
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.coupons.model import CouponAct, CouponGift, Grant
from bot.promotions.referrals.model import ReferralAct
from bot.promotions.stamps.model import StampAct
from tests.conftest import NOW
from tests.what_kinds import WHAT_KINDS

SECRET = "我住在哪裡"
GRANT = Grant("g", "折100", SECRET, SECRET, NOW, None, NOW)
CASES: list[tuple[What, str]] = [
    (TextMessage(SECRET), "text"),
    (OtherMessage("image", {"id": SECRET}), "image"),
    (Postback(SECRET, {}), "postback"),
    (Tapped("buy"), "tap: buy"),
    (Follow(again=False), "follow"),
    (Follow(again=True), "follow: again"),
    (Unfollow(), "unfollow"),
    (Join(), "join"),
    (TimerDue(Timer("welcome", "main", 3, "3d", NOW)), "timer welcome: 3d"),
    (TimerDue(Timer("", "main", 0, "expiry", NOW)), "timer: expiry"),
    (Other("messageEdited", {"text": SECRET}), "message_edited"),
    (Other("beacon", {}), "beacon"),
    (Other("brandNew", {}), "brandNew"),
    (News("shop", "order_paid", {"name": SECRET}), "shop: order_paid"),
    (News("stopped", ""), "stopped"),
    (Outcome("code", "right", Origin("b", "main", 1), proven=SECRET), "code: right"),
    (Outcome("hook", "failed", None, "crm"), "hook crm: failed"),
    (StaffActs(takes_over=True), "staff: take over"),
    (StaffActs(takes_over=False), "staff: hand back"),
    (StaffWrites("amy", ({"type": "text", "text": SECRET},)), "staff: answer"),
    (StaffNotes("amy", SECRET), "staff: note"),
    (StaffUnbinds("phone"), "staff: unbind phone"),
    (StaffTags("amy", ("VIP",), ("新客",)), "staff: tags +VIP -新客"),
    (StaffSets("skin", SECRET), "staff: set skin"),
    (StaffSets("skin"), "staff: clear skin"),
    (StaffStops(), "staff: marketing stopped"),
    (StaffStops(undo=True), "staff: marketing allowed"),
    (StaffBinds(ReservedMember("+886912345678", "M1")), "staff: bind phone"),
    (StaffDraws("welcome_test", "優惠", 7), "staff: draw welcome_test: 優惠"),
    (StaffEnds("welcome", NOW), "staff: out welcome"),
    (StaffEnds("welcome", NOW, restarts=True), "staff: restart welcome"),
    (StaffFollowsUp("mei", NOW), "staff: follow-up"),
    (StaffFollowsUp("mei", None), "staff: no follow-up"),
    (StaffHandsOver("A01", Clerk("K7", SECRET, "xinyi", NOW, "A02")), "staff: hand over to another clerk"),
    (CouponAct(GRANT, "redeem", by=SECRET), "coupon 折100: redeem"),
    (CouponGift("折100", by=SECRET), "coupon 折100: give"),
    (CouponAct(GRANT, "press"), "coupon 折100: press"),
    (CouponAct(GRANT, "undo"), "coupon 折100: undo"),
    (CouponAct(GRANT, "order", order=SECRET), "coupon 折100: order"),
    (CouponAct(GRANT, "order_cancelled", order=SECRET), "coupon 折100: order cancelled"),
    (ReferralAct("好友", "friend_came", SECRET), "referral 好友: friend came"),
    (AppointmentAct("cancel", "剪髮", "a", by=SECRET, reason=SECRET), "appointment 剪髮: cancel"),
    (StampAct("集點", "take", 1, "a", by=SECRET), "stamp card 集點: take"),
    (
        Outcome("coupon", "none_left", Origin("", "main", 0), "折100", brought=brought(grant=GRANT)),
        "coupon 折100: none_left",
    ),
    (Listed("+886912345678", "M1", "ours", SECRET), "told by a list"),
    (BroadcastTags("survey", ("VIP",), "broadcasts.survey"), "tags of broadcast: survey"),
    (Rewritten("phone_went", "main:U2"), "phone went"),
    (PageOpened("binding", {"code": SECRET}), "page: binding"),
    (PageAnswer("binding", SECRET), "answer on page: binding"),
    (PageAnswer("survey", SECRET, 1, "skip"), "skip on page: survey"),
    (PageAnswer("survey", "", 1, "send"), "send on page: survey"),
]


NEWER = (
    *(BroadcastTags, CouponAct, CouponGift, Listed, Other, OtherMessage, StaffBinds, StaffDraws, StaffEnds),
    *(
        StaffHandsOver,
        StaffFollowsUp,
        StampAct,
        AppointmentAct,
        ReferralAct,
        StaffNotes,
        StaffStops,
        StaffWrites,
    ),
)
"""Whose class was never a row's name."""


@pytest.mark.parametrize(("what", "words"), CASES)
def test_the_words(what: What, words: str) -> None:
    assert in_words(what) == words


def in_words(what: What) -> str:
    return event_words(Event("main:e", "main", Source("user", "U1"), NOW, what))


def test_every_kind_of_event_has_words_and_none_is_a_class_name() -> None:
    assert {type(what) for what, _ in CASES} == WHAT_KINDS
    names = "|".join(kind.__name__ for kind in WHAT_KINDS)
    assert [words for _, words in CASES if re.search(rf"\b({names})\b", words)] == []


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("message image", "image"),
        ("event beacon", "beacon"),
        ("flow_ended", "flow_ended"),
        ("code: right", "code: right"),
        ("journey not sent", "journey not sent"),
    ],
)
def test_a_row_is_called_by_what_came(stored: str, shown: str) -> None:
    assert row_words(stored) == shown
