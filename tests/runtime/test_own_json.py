"""What is ours is read back as it was written, also what another version wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.line.webhook import read_event
from bot.model.brought import brought
from bot.model.contact import Clerk
from bot.model.effects import (
    CallHook,
    CheckClerk,
    CheckCode,
    ConfirmPhone,
    FindClerk,
    FindMember,
    FreePhone,
    MoveMember,
    RefreshMember,
    SendCode,
)
from bot.model.event import (
    BroadcastTags,
    Event,
    Facts,
    News,
    Origin,
    Outcome,
    PageAnswer,
    PageOpened,
    ReplyToken,
    Rewritten,
    Source,
    What,
)
from bot.model.inbox import InboxEntry
from bot.model.instance import ReservedMember
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
from bot.promotions.appointments.model import AppointmentAct, CancelAppointment, HeldAppointment, PlaceWish
from bot.promotions.coupons.model import CouponAct, CouponGift, GiveCoupon, Grant
from bot.promotions.referrals.model import ReferralAct, ReportReferral
from bot.promotions.stamps.model import StampAct
from bot.services.own_events import NAMED, NotOurs, own_event, read, reading, to_json
from tests.conftest import NOW
from tests.runtime.harness import said

HERE = Origin("phone_binding", "main", 3)
TOKEN = ReplyToken("t" * 32, NOW)
HELD = HeldAppointment("a1", "剪髮", "剪髮預約", "小芳", NOW, NOW + timedelta(hours=1))
WISH = PlaceWish("w1", "剪髮", "剪髮預約", "2026-09-05", NOW, "小芳")
GRANT = Grant("g1", "新朋友折100", "新朋友折 100 元", "ABCDE-FGHJK", NOW, None, NOW + timedelta(days=30))
BIRTHDAY = datetime(1990, 2, 3, 16, 0, tzinfo=UTC)

STORED = """
AppointmentAct BookAppointment BroadcastTags CallHook CancelAppointment CheckClerk CheckCode Clerk
ConfirmPhone CouponAct CouponGift EnterDraw Event Facts FindClerk FindMatches FindMember Follow FreePhone
GiveCoupon Grant HeldAppointment Join Listed MoveAppointment MoveMember News Origin Other OtherMessage Outcome
PageAnswer PageOpened PlaceWish Postback Profile ReferralAct RefreshMember RegisterMember ReplyToken
ReportReferral ReservedMember Rewritten SendAlert SendCode Source StaffActs StaffBinds StaffDraws
StaffEnds StaffFollowsUp StaffHandsOver StaffNotes StaffSets StaffStops StaffTags StaffUnbinds
StaffWrites StampAct Tapped TextMessage TimerDue Unfollow WaitForPlace WriteMember
"""

WHATS: list[What] = [
    Outcome("code", "sent", HERE),
    Outcome(
        "hook", "ok", None, "order_status", {"state": "已出貨", "parcels": 2, "moment": BIRTHDAY, "map": 0.5}
    ),
    Outcome(
        "member",
        "found",
        HERE,
        facts=Facts({"n.points": 120, "y.vip": False}, {"VIP": True}, "M1", True, None, BIRTHDAY),
        found=ReservedMember("+886912345678", "M1", {"t.tier": "金卡"}, {"VIP": True}, None, "main:U2", NOW),
    ),
    Outcome("clerk", "bound", HERE, clerk=Clerk("K7", "小陳", "xinyi", NOW, "A01"), clerk_before="A02"),
    Outcome(
        "coupon", "given", Origin("", "main", 0), "新朋友折100", {"left": 99}, brought=brought(grant=GRANT)
    ),
    Outcome(
        "appointment", "booked", Origin("my_appointments", "main", 0), "剪髮", brought=brought(held=HELD)
    ),
    Outcome(
        "appointment", "waiting", Origin("my_appointments", "main", 0), "剪髮", brought=brought(wish=WISH)
    ),
    AppointmentAct("free", "剪髮", "w1", held=HELD),
    AppointmentAct("move", "剪髮", "p1", "account:amy", HELD, NOW, "阿明", "老師請假"),
    CouponAct(GRANT, "redeem", "account:amy", "xinyi", act_id="p1"),
    CouponAct(GRANT, "order_cancelled", order="A100", act_id="p2", undoes="p1"),
    StampAct("集點", "take", 2, "a2", "account:amy", "xinyi", "a1"),
    StaffHandsOver("A01", Clerk("K7", "小陳", "xinyi", NOW, "A02")),
    News("signal", "parcel_arrived", {"order_no": "0012", "at": BIRTHDAY}, Facts(silent=True)),
    StaffActs(takes_over=True),
    StaffActs(True, "amy", "ben", "cat"),
    StaffWrites("amy", ({"type": "text", "text": "您好"},), may_cost=True, even_if="ben"),
    StaffNotes("amy", "她上次很生氣"),
    StaffUnbinds("phone", keep_tags=True),
    StaffTags("command:root", ("VIP",), ("新客",)),
    StaffSets("birthday", "1990-02-03"),
    StaffSets("points"),
    StaffStops(undo=True),
    StaffBinds(
        ReservedMember("+886912345678", "M1", {"t.tier": "金卡"}, {"VIP": True}, None, "main:U2", NOW)
    ),
    StaffDraws("welcome_test", "優惠", 7),
    StaffEnds("welcome", NOW, restarts=True),
    StaffFollowsUp("console:amy", NOW, even_if="console:ben"),
    CouponGift("折100", "console:amy"),
    BroadcastTags("週年慶", ("VIP",), "broadcasts.週年慶"),
    Rewritten("merged", "outlet:U2"),
    ReferralAct("好友", "judged", "abc", "def", "household"),
    PageOpened("phone_binding", {"clerk_code": "ABC"}),
    PageAnswer("phone_binding", "0912-345-678"),
    PageAnswer("profile", "birthday", 7, "change"),
]

EFFECTS = [
    CallHook("crm", {"name": "小美", "is": ["a", 1, None, True], "moment": {"map": {}}}, HERE, TOKEN),
    CallHook("crm", {}, None),
    SendCode("+886912345678", HERE, TOKEN),
    CheckCode("123456", HERE),
    GiveCoupon("新朋友折100", HERE, TOKEN),
    FindMember("shop", "+886912345678", HERE),
    MoveMember(None, "1990-02-03", HERE),
    RefreshMember(None),
    FindClerk("ABCDEFGHJK", True, HERE),
    CheckClerk("ABCDEFGHJK", True, HERE),
    ConfirmPhone("+886912345678", None, "main:U2"),
    FreePhone("+886912345678"),
    ReportReferral("好友", "abc", "def", judge=True),
]


@pytest.mark.parametrize("what", WHATS, ids=lambda what: type(what).__name__)
def test_an_event_of_ours_is_read_back_from_the_inbox(what: What) -> None:
    event = Event("main:o1", "main", Source("user", "U1"), NOW, what, token=TOKEN)
    received = own_event("main:U1", event)
    assert (received.entry.contact, received.entry.id, received.entry.at) == ("main:U1", "main:o1", NOW)
    assert reading(read_event)(received.entry) == event


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_an_effect_is_read_back(effect: Any) -> None:
    assert listed(read(to_json(effect))) == listed(effect)


def listed(effect: Any) -> tuple[type, bytes]:
    """To compare: JSON knows no tuples."""
    return type(effect), orjson.dumps(effect)


def test_what_line_sends_is_read_as_ever() -> None:
    received = said("oaflow 優惠")
    assert reading(read_event)(received.entry) == received.event


def test_another_stored_name_is_another_schema() -> None:
    """F8: entries that wait in the inbox are read by the next version, and by one that runs beside it."""
    assert set(NAMED) == set(STORED.split())


@pytest.mark.parametrize(
    ("what", "stored"),
    [
        (StaffTags("console:amy", ("VIP",)), {"who": "console:amy", "add": ["VIP"]}),
        (CancelAppointment("cut", HERE, act_id="1"), {"press": "1"}),
        (PlaceWish("1", "cut", "剪髮", "2026-09-05", NOW, is_notified=True), {"told": True}),
    ],
)
def test_a_field_that_was_called_otherwise_has_its_stored_name(what: Any, stored: dict[str, Any]) -> None:
    """F8, as above: of what waits in the inbox the names of fields stay."""
    [fields] = orjson.loads(to_json(what)).values()
    assert fields.items() >= stored.items()
    assert read(to_json(what)) == what


def test_no_webhook_can_look_like_an_event_of_ours() -> None:
    """LINE's are stored as JSON; ours are not, but for what stands behind the word."""
    forged = said("x", oaflow={"Event": {}}, type="oaflow")
    event = reading(read_event)(forged.entry)
    assert not isinstance(event.what, Outcome | News)
    assert forged.entry.raw.startswith(b"{")


def test_what_an_older_or_newer_version_wrote_is_read_as_far_as_it_goes() -> None:
    assert read(b'{"StaffUnbinds": {"kind": "shop", "new": 1}}') == StaffUnbinds("shop")


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", '{"Nobody": {}}', '{"Outcome": {"asked": "code"}}', '{"moment": "soon"}', '{"map": 1}'],
)
def test_what_is_not_ours_is_told(text: str) -> None:
    with pytest.raises(NotOurs):
        read(text.encode())
    entry = InboxEntry("main:1", "main", "main:U1", 0, NOW, b"oaflow " + text.encode())
    with pytest.raises(ValueError):
        reading(read_event)(entry)


def test_only_what_can_be_read_back_is_written() -> None:
    with pytest.raises(TypeError):
        to_json(object())
    entry = InboxEntry("main:1", "main", "main:U1", 0, NOW, b"oaflow " + to_json(StaffUnbinds("shop")))
    with pytest.raises(NotOurs):
        reading(read_event)(entry)
