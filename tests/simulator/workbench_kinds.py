"""One of each kind that the engine knows: events, timers, conditions and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot.engine.conditions import reasons
from bot.engine.conditions.around import Constant, During, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
    Contains,
    InMonth,
    Is,
    IsKnown,
    IsOpen,
    OnDay,
    Order,
    Test,
)
from bot.engine.conditions.condition import All, ConditionContext, Leaf, Not, why
from bot.engine.conditions.people import AtStore, BoundBefore, InFlow, InSplit, IsBound, ListedPeople, OnList
from bot.engine.conditions.values import (
    CONTACT_FIELDS,
    AnswerTest,
    AttributeTest,
    ContactTest,
    EventTest,
    HasTag,
    ValueTest,
)
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration
from bot.model.asked import ASKED
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, Tag
from bot.model.event import (
    MENU_AGAIN,
    SWEEP,
    BroadcastTags,
    Follow,
    Join,
    Listed,
    News,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    RewriteKind,
    Rewritten,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.instance import ReservedMember, Timer
from bot.model.news import ASKED_AND_NEWS
from bot.model.place import Place
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
from bot.model.trace import TraceNote
from bot.playbook.shape.triggers import NEWS
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.coupons.engine.conditions import HasCoupon
from bot.promotions.coupons.model import CouponAct, CouponGift, Grant
from bot.promotions.referrals.model import ReferralAct
from bot.promotions.stamps.engine.conditions import HasStamps
from bot.promotions.stamps.model import StampAct
from bot.runtime.sending.letters import RESENT

NAME = "名字"
HERE = Place("rules.yaml", 3, 9, "rules[0].if")
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
GRANT = Grant("g", NAME, NAME, "C", NOW, None, NOW)
WAITS = [
    *("30m", "1h30m", "3d", "6mo", "1y", "2w", "1d at 10:00", "3d at 10:00", "until 10:00"),
    *("until mon 10:00", "until 2026-11-11 20:00"),
    *(f"{NAME} -3d at 10:00", f"{NAME} +0d at 10:00", f"{NAME} +2mo at 10:00"),
]
OWN_TIMERS = ("staff", "follow_up", "expiry", "coupons", "menu", "result")

EVENTS: list[What] = [
    TextMessage(NAME),
    *(OtherMessage(kind, {}) for kind in ("image", "video", "audio", "file", "location", "sticker")),
    Postback(NAME, {}),
    Tapped(NAME),
    Follow(False),
    Follow(True),
    Unfollow(),
    Join(),
    *(TimerDue(Timer(NAME, "main", 1, name, NOW)) for name in (*WAITS, "door", "start 0", f"enters {NAME}")),
    *(TimerDue(Timer("", "main", 0, name, NOW)) for name in OWN_TIMERS),
    *(News(kind, one) for kind, word in NEWS.items() for one in word.value.get("words", [NAME])),
    *(News(kind, "") for kind in (SWEEP, MENU_AGAIN, RESENT, "quota_back", "stopped", "set", "given")),
    *(
        Outcome(asked.answer, result, None, NAME if asked.answer in ASKED_AND_NEWS else "")
        for asked in ASKED.values()
        for result in asked.outcomes
    ),
    *(StaffActs(takes) for takes in (True, False)),
    StaffWrites("amy", ({"type": "text", "text": "好"},)),
    StaffNotes("amy", NAME),
    *(StaffUnbinds(kind) for kind in ("phone", "shop", "clerk")),
    StaffBinds(ReservedMember(None)),
    StaffDraws(NAME, "VIP", 1),
    *(StaffEnds(NAME, NOW, restarts) for restarts in (True, False)),
    CouponGift(NAME),
    *(CouponAct(GRANT, what) for what in ("redeem", "press", "undo", "order", "order_cancelled")),
    *(ReferralAct(NAME, what, "a") for what in ("opened", "judged", "friend_came", "friend_done")),
    *(AppointmentAct(what, NAME, "a") for what in ("book", "move", "cancel", "came", "missed")),
    *(StampAct(NAME, what, 1, "a") for what in ("clerk", "code", "take")),
    *(StaffFollowsUp(NAME, at) for at in (NOW, None)),
    StaffHandsOver("A01", Clerk("丁", NAME, NAME, NOW, "A02")),
    StaffTags("staff", add=(NAME,), remove=("VIP",)),
    StaffSets(NAME, "甜"),
    StaffSets(NAME, None),
    StaffStops(),
    StaffStops(undo=True),
    Listed(),
    BroadcastTags(NAME, ("VIP",), "broadcasts.x"),
    *(Rewritten(change, "main:U2") for change in get_args(RewriteKind)),
    PageOpened(NAME),
    PageOpened("member_card"),
    PageOpened("unbind"),
    PageAnswer(NAME, NAME),
    *(
        Other(kind, {})
        for kind in ("unsend", "beacon", "accountLink", "membership", "memberJoined", "memberLeft")
    ),
    *(Other(kind, {}) for kind in ("messageEdited", "videoPlayComplete")),
]

TESTS: list[Test] = [
    Is((NAME, "VIP")),
    Is((True,)),
    Is((DateWord(-3, 1),)),
    *(Order(how, 100) for how in ("at_least", "at_most", "more_than", "less_than")),
    IsKnown(True),
    IsKnown(False),
    Contains(NAME),
    Contains(NAME, at_start=True),
    *(Ago(how, Duration(7)) for how in ("within", "over", "in_next")),
    *(OnDay(days) for days in (-3, 0, 3)),
    *(Anniversary(days) for days in (0, 3)),
    *(InMonth(month) for month in ("this", "next", 3)),
    IsOpen(NAME, Hours(())),
]

EVENT_FIELDS = ("seconds", "waiting", "amount", "result", "tag", "by", "old", "new", "at", "date", "time")

LEAVES: list[Leaf] = [
    HasTag(HERE, ("VIP",)),
    HasTag(HERE, ("VIP", NAME)),
    *(IsBound(HERE, kinds) for kinds in (("phone",), ("shop",), ("clerk",), ("phone", "shop"))),
    *(HasCoupon(HERE, (NAME, "VIP"), used) for used in (True, False)),
    *(HasStamps(HERE, (NAME, "VIP"), least) for least in (0, 5)),
    BoundBefore(HERE),
    During(HERE, NAME, Hours(())),
    *(AttributeTest(HERE, "t.甲", "text", (test,)) for test in TESTS),
    AttributeTest(HERE, f"t.{NAME}", "text", (Is((NAME,)),)),
    AttributeTest(HERE, f"x.{NAME}", "text", (IsKnown(True),)),
    AttributeTest(HERE, f"n.{NAME}", "number", (Order("at_least", 1), Order("at_most", 9))),
    *(ContactTest(HERE, field, kind, (IsKnown(False),)) for field, kind in CONTACT_FIELDS.items()),
    AnswerTest(HERE, NAME, "text", (IsKnown(True),)),
    *(EventTest(HERE, field, "text", (IsKnown(True),)) for field in EVENT_FIELDS),
    OnList(HERE, ListedPeople(f"{NAME}@1", "phone")),
    OnChannel(HERE, (NAME, "VIP")),
    InSplit(HERE, 3, 10, ((0, 9),), NAME, ("VIP", "丁")),
    InFlow(HERE, (NAME,)),
    InFlow(HERE, (NAME,), ("VIP", "丁")),
    AtStore(HERE, (NAME, "VIP")),
    *(WithStaff(HERE, staff) for staff in (True, False)),
    SmsCreditIs(HERE, ("none", "low")),
    Constant(HERE, False, TraceNote(reasons.NO_SETTING)),
    Constant(HERE, True, TraceNote(reasons.SETTING, (NAME, "true"))),
]
KINDS = {kind.__name__ for kind in (*Leaf.__subclasses__(), *ValueTest.__subclasses__())} - {"ValueTest"}
assert {type(leaf).__name__ for leaf in LEAVES} == KINDS, "a new kind of condition: put one here"
assert {type(test) for test in TESTS} == set(get_args(Test)), "a new comparison: put one here"

NOBODY = Contact("main:U1", identities=(Identity(NAME),))
KNOWN = Contact(
    "main:U1",
    name=NAME,
    seed=100,
    identities=(Identity(NAME, staff=True),),
    tags=(Tag("VIP", NOW, "shop"),),
    bindings={"phone": Binding(NOW), "shop": Binding(NOW)},
    attributes={
        f"t.{NAME}": AttributeValue(NAME, NOW),
        f"x.{NAME}": AttributeValue(NAME, NOW),
        f"n.{NAME}": AttributeValue(3, NOW),
    },
    clerk=Clerk("丁", NAME, NAME, NOW),
)
LAPSED = replace(KNOWN, tags=(Tag("VIP", NOW, "shop", expires=NOW - timedelta(days=1)),))


def _reasons() -> Iterator[tuple[TraceNote, ...]]:
    for person in (NOBODY, KNOWN, LAPSED):
        asked = ConditionContext(person, NAME, When(NOW, ZoneInfo("Asia/Taipei")))
        yield why(All(()), asked).facts
        for leaf in LEAVES:
            yield why(leaf, asked).facts
            yield why(Not(leaf), asked).facts


CONDITIONS = list(_reasons())
"""What decides each kind of condition, where it is to hold and where it must not, for people known or not."""
