"""N1: what turns make of a person's coupons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.engine.compiled.playbook import TAIPEI, ChannelRules, Playbook
from bot.engine.members.merge import merged, parted
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import Duration
from bot.model.brought import brought
from bot.model.contact import Contact, Identity
from bot.model.event import Origin, Outcome, TextMessage
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.engine.held import ENDED_MOST, until_of
from bot.promotions.coupons.model import HELD_COUPONS, OF_COUPONS, CouponAct, Grant, HeldCoupon
from tests.engine.chat import NOON, Chat, somebody
from tests.promotions.coupons.examples import coupon

DAY = timedelta(days=1)
COUPON = coupon(name="折100", title="折 100 元", until=NOON + 30 * DAY)
GRANT = Grant("g1", "折100", "折 100 元", "ABCDE-FGHJK", NOON, None, NOON + 30 * DAY)
SENT = CouponAct(GRANT, "redeem", "account:amy", "xinyi", act_id="p1")


def shop(coupon: Coupon = COUPON, version: str = "v1") -> Playbook:
    return Playbook(
        "shop", {"main": ChannelRules("main")}, (), version, promotions={"coupons": {coupon.name: coupon}}
    )


def holder(coupon: Coupon = COUPON, grant: Grant = GRANT) -> Chat:
    """Somebody who was given this coupon just now."""
    chat = Chat(shop(coupon))
    chat.hears(given(grant), token=False)
    return chat


def given(grant: Grant = GRANT, result: str = "given") -> Outcome:
    return Outcome("coupon", result, Origin("", "main", 0), grant.coupon, brought=brought(grant=grant))


def only(chat: Chat) -> HeldCoupon:
    (held,) = HELD_COUPONS.of(chat.contact)
    return held


def counted(chat: Chat) -> list[tuple[str, tuple[str, ...]]]:
    marks = [mark for decision in chat.decisions for mark in decision.marks]
    return [(mark.what, mark.about) for mark in marks if mark.flow == OF_COUPONS]


def test_an_outcome_is_held_once() -> None:
    chat = holder()
    chat.hears(given(result="had"), token=False)
    assert only(chat) == HeldCoupon(GRANT)
    assert counted(chat) == [("given", ("折100", ""))]


def test_nothing_is_held_of_an_outcome_without_a_grant() -> None:
    chat = Chat(shop())
    chat.hears(Outcome("coupon", "none_left", Origin("", "main", 0), "折100"), token=False)
    assert HELD_COUPONS.of(chat.contact) == ()
    assert not counted(chat)


def test_had_brings_one_whose_own_outcome_comes_later() -> None:
    chat = Chat(shop())
    chat.hears(given(result="had"), token=False)
    chat.hears(given(), token=False)
    assert only(chat) == HeldCoupon(GRANT)


def test_had_brings_nothing_back_whose_last_day_has_passed() -> None:
    chat = Chat(shop(), now=GRANT.until)
    chat.hears(given(result="had"), token=False)
    assert HELD_COUPONS.of(chat.contact) == ()


def test_a_coupon_that_comes_after_its_last_day_is_held_and_over() -> None:
    chat = Chat(shop(), now=GRANT.until)
    chat.hears(given(), token=False)
    chat.waits(minutes=1)
    assert only(chat).ended
    assert [what for what, _ in counted(chat)] == ["given", "expired"]


def test_s26_a_clerk_redeems_it_once() -> None:
    chat = holder()
    chat.waits(days=1)
    chat.hears(SENT, token=False)
    used = only(chat)
    assert (used.used, used.by, used.store, used.how, used.act_id) == (
        NOON + DAY,
        "account:amy",
        "xinyi",
        "clerk",
        "p1",
    )
    chat.hears(replace(SENT, by="account:ben", act_id="p2"), token=False)
    chat.hears(SENT, token=False)
    assert only(chat) == used
    assert counted(chat)[1:] == [("redeemed", ("折100", "xinyi"))]


def test_s26_a_till_that_overtakes_the_outcome_redeems_all_the_same() -> None:
    chat = Chat(shop())
    chat.hears(SENT, token=False)
    used = only(chat)
    chat.hears(given(), token=False)
    assert used.used == NOON
    assert only(chat) == used


@pytest.mark.parametrize(
    ("coupon", "grant", "at"),
    [
        (COUPON, GRANT, GRANT.until),
        (COUPON, replace(GRANT, starts=NOON + 2 * DAY), NOON + DAY),
        (replace(COUPON, redeem=frozenset({"press"})), GRANT, NOON + DAY),
    ],
    ids=["over", "too early", "not by a clerk"],
)
def test_a_clerk_cannot_redeem_what_is_not_usable_so(coupon: Coupon, grant: Grant, at: datetime) -> None:
    chat = holder(coupon, grant)
    chat.now = at
    chat.hears(replace(SENT, grant=grant), token=False)
    assert only(chat).used is None
    assert "redeemed" not in [what for what, _ in counted(chat)]


@pytest.mark.parametrize(("to", "is_theirs"), [("main:U1", True), ("", True), ("outlet:U7", False)])
def test_of_who_was_parted_since_neither_a_till_nor_an_answer_makes_a_second(
    to: str, is_theirs: bool
) -> None:
    """What was under way for both while staff undid their merge: the other has the coupon, and it alone."""
    grant = replace(GRANT, to=to)
    chat = Chat(shop(), somebody())
    chat.hears(replace(SENT, grant=grant), token=False)
    assert len(HELD_COUPONS.of(chat.contact)) == is_theirs
    chat = Chat(shop(), somebody())
    chat.hears(given(grant, "had"), token=False)
    assert len(HELD_COUPONS.of(chat.contact)) == is_theirs
    chat = Chat(shop(), somebody())
    chat.hears(given(grant), token=False)
    assert len(HELD_COUPONS.of(chat.contact)) == 1


def test_the_holder_presses_where_that_is_a_way() -> None:
    press = CouponAct(GRANT, "press", act_id="p1")
    chat = holder()
    chat.hears(press, token=False)
    assert only(chat).used is None
    chat = holder(replace(COUPON, redeem=frozenset({"press"})))
    chat.hears(press, token=False)
    assert (only(chat).used, only(chat).how) == (NOON, "press")


def test_one_whose_playbook_has_it_no_more_is_redeemed_as_promised() -> None:
    chat = holder()
    chat.edited(replace(shop(version="v2"), promotions={**shop(version="v2").promotions, "coupons": {}}))
    chat.hears(SENT, token=False)
    assert only(chat).used == NOON


def test_s26_only_the_act_that_is_meant_is_undone() -> None:
    chat = holder()
    chat.hears(SENT, token=False)
    undo = CouponAct(GRANT, "undo", "account:amy", act_id="p2", undoes="p0")
    chat.hears(undo, token=False)
    assert only(chat).used == NOON
    chat.hears(replace(undo, act_id="p3", undoes="p1"), token=False)
    assert only(chat) == HeldCoupon(GRANT, act_id="p3")
    chat.hears(replace(undo, act_id="p4", undoes="p3"), token=False)
    assert only(chat) == HeldCoupon(GRANT, act_id="p3")
    assert counted(chat)[2:] == [("returned", ("折100", "xinyi"))]


@pytest.mark.parametrize(("gives_back", "is_used"), [(True, False), (False, True)])
def test_a_cancelled_order_gives_it_back_where_the_playbook_says_so(gives_back: bool, is_used: bool) -> None:
    chat = holder(replace(COUPON, redeem=frozenset({"order"}), gives_back=gives_back))
    order = CouponAct(GRANT, "order", order="A100", act_id="p1")
    chat.hears(order, token=False)
    assert only(chat).how == "order"
    chat.hears(replace(order, what="order_cancelled", order="A99", act_id="p2"), token=False)
    assert only(chat).used == NOON
    chat.hears(replace(order, what="order_cancelled", act_id="p3"), token=False)
    assert (only(chat).used is not None) is is_used


def test_s26_of_coupons_with_one_code_each_order_has_one() -> None:
    """A code that all share: whichever grant the act names."""
    chat = holder(replace(COUPON, redeem=frozenset({"order"}), gives_back=True, per_person=2))
    other = replace(GRANT, id="g2")
    chat.hears(given(other), token=False)
    for order in ("A1", "A1", "A2", "A3"):
        chat.hears(CouponAct(GRANT, "order", order=order, act_id=f"press of {order}"), token=False)
    assert [held.order for held in HELD_COUPONS.of(chat.contact)] == ["A1", "A2"]
    chat.hears(CouponAct(GRANT, "order_cancelled", order="A2", act_id="p9"), token=False)
    assert [held.order for held in HELD_COUPONS.of(chat.contact)] == ["A1", ""]


def test_s26_an_order_that_the_shop_has_taken_counts_after_the_last_day_too() -> None:
    chat = holder(replace(COUPON, redeem=frozenset({"order"})))
    chat.waits(days=31)
    chat.hears(CouponAct(GRANT, "order", order="A100", act_id="p1"), token=False)
    assert only(chat).used == NOON + 31 * DAY


def test_an_order_redeems_none_that_only_clerks_may() -> None:
    chat = holder()
    chat.hears(CouponAct(GRANT, "order", order="A100", act_id="p1"), token=False)
    assert only(chat).used is None


def test_a_cancelled_order_does_not_give_back_what_a_clerk_has_redeemed() -> None:
    chat = holder(replace(COUPON, gives_back=True))
    chat.hears(SENT, token=False)
    chat.hears(CouponAct(GRANT, "order_cancelled", act_id="p2"), token=False)
    assert only(chat).used == NOON


def test_s26_time_alone_ends_it() -> None:
    chat = holder()
    chat.waits(days=29, hours=23)
    assert not only(chat).ended
    chat.waits(hours=1)
    assert only(chat).ended
    assert counted(chat)[1:] == [("expired", ("折100", ""))]
    assert not chat.contact.timers


def test_one_that_is_redeemed_is_not_over() -> None:
    chat = holder()
    chat.hears(SENT, token=False)
    assert not chat.contact.timers
    chat.waits(days=31)
    assert not only(chat).ended


def test_the_holder_is_reminded_once_at_that_hour() -> None:
    chat = holder(replace(COUPON, remind=Reminder(3, time(10))))
    chat.waits(days=26, hours=21)
    assert not only(chat).reminded
    chat.waits(hours=1)
    assert only(chat).reminded
    before = len(chat.decisions)
    chat.waits(days=2)
    assert len(chat.decisions) == before


def test_a_reminder_that_had_passed_when_it_was_given_is_none() -> None:
    near = replace(GRANT, until=NOON + DAY)
    chat = holder(replace(COUPON, remind=Reminder(3, time(10))), near)
    chat.waits(hours=23)
    assert not only(chat).reminded


def test_s26_another_playbook_makes_up_for_no_reminder() -> None:
    chat = holder()
    chat.waits(days=29)
    chat.edited(shop(replace(COUPON, remind=Reminder(3, time(10))), "v2"))
    before = len(chat.decisions)
    chat.says("hi")
    assert only(chat).reminded
    chat.waits(hours=1)
    assert len(chat.decisions) == before + 1


def test_a_few_of_those_that_are_over_stay_and_a_used_one_until_then() -> None:
    many = tuple(HeldCoupon(replace(GRANT, id=f"g{n}"), ended=True) for n in range(ENDED_MOST + 5))
    used = HeldCoupon(replace(GRANT, id="used", until=NOON + 90 * DAY), used=NOON)
    last = HeldCoupon(replace(GRANT, id="last", until=NOON + 40 * DAY))
    contact = replace(somebody(), held={**somebody().held, "coupons": (used, *many, last)})
    chat = Chat(shop(), contact, now=NOON + 40 * DAY)
    chat.hears(TextMessage("hi"))
    kept = [held.grant.id for held in HELD_COUPONS.of(chat.contact)]
    assert kept == ["used", *(f"g{n}" for n in range(6, ENDED_MOST + 5)), "last"]


def test_of_used_ones_that_are_over_the_latest_stay() -> None:
    """No timer is set for them: they are looked at when another is given."""
    many = tuple(HeldCoupon(replace(GRANT, id=f"g{n}"), used=NOON) for n in range(ENDED_MOST + 5))
    chat = Chat(shop(), replace(somebody(), held={**somebody().held, "coupons": many}), now=NOON + 40 * DAY)
    chat.hears(given(replace(GRANT, id="new", until=NOON + 90 * DAY)), token=False)
    kept = [held.grant.id for held in HELD_COUPONS.of(chat.contact)]
    assert kept == [*(f"g{n}" for n in range(5, ENDED_MOST + 5)), "new"]


def test_s26_a_merge_joins_them_and_a_used_one_wins() -> None:
    used = HeldCoupon(GRANT, used=NOON, act_id="p1")
    other = HeldCoupon(replace(GRANT, id="g2", at=NOON - DAY))
    a = Contact("main:U1", identities=(Identity("main", "U1"),), held={"coupons": (HeldCoupon(GRANT),)})
    b = Contact("outlet:U2", identities=(Identity("outlet", "U2"),), held={"coupons": (used, other)})
    assert HELD_COUPONS.of(merged(a, b)) == (other, used)


def test_s26_an_undone_merge_makes_no_used_coupon_usable() -> None:
    mine, hers = HeldCoupon(GRANT), HeldCoupon(replace(GRANT, id="g2"))
    a = Contact("main:U1", identities=(Identity("main", "U1"),), held={"coupons": (mine,)})
    b = Contact("outlet:U2", identities=(Identity("outlet", "U2"),), held={"coupons": (hers,)})
    used, new = replace(hers, used=NOON + DAY, act_id="p1"), HeldCoupon(replace(GRANT, id="g3"))
    first, second = parted(
        replace(merged(a, b), held={**merged(a, b).held, "coupons": (mine, used, new)}), a, b
    )
    assert HELD_COUPONS.of(first) == (mine, new)
    assert HELD_COUPONS.of(second) == (used,)


@pytest.mark.parametrize(
    ("until", "lasts", "starts", "expected"),
    [
        (NOON + 30 * DAY, None, None, NOON + 30 * DAY),
        (None, Duration(days=2), None, NOON + timedelta(days=2, hours=12)),
        (None, Duration(seconds=7200), None, NOON + timedelta(hours=2)),
        (NOON + DAY, Duration(days=2), None, NOON + DAY),
        (None, Duration(seconds=7200), NOON + DAY, NOON + timedelta(days=1, hours=2)),
        (NOON, Duration(days=2), None, None),
    ],
    ids=["until", "days: that day's end", "hours: exactly", "the earlier", "from its start", "over"],
)
def test_until_when_it_is_usable(
    until: datetime | None, lasts: Duration | None, starts: datetime | None, expected: datetime | None
) -> None:
    coupon = replace(COUPON, until=until, lasts=lasts, starts=starts)
    assert until_of(coupon, NOON, TAIPEI) == expected
