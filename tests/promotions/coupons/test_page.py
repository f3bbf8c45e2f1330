"""What a person's coupons are on their page, at any moment (N1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import ChannelRules, Playbook, Store
from bot.engine.pages.screen import screen_of
from bot.model.event import PageAnswer, PageOpened
from bot.model.screen import Screen
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.engine.page import shown_coupons
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct, Grant, HeldCoupon, RedeemWay
from tests.engine.chat import Chat, somebody
from tests.promotions.coupons.examples import coupon

NOON = datetime(2026, 11, 28, 12, 30, tzinfo=ZoneInfo("Asia/Taipei"))
DAY = timedelta(days=1)
OFFER = coupon(
    name="新朋友",
    title="折 150（改過）",
    image="cards/new.png",
    stock=None,
    until=NOON + 9 * DAY,
    redeem=frozenset({"clerk", "press"}),
)
COUPONS = {"新朋友": OFFER}
STORES = {"xinyi": Store("xinyi", "信義店")}


def held(
    id_: str, ends: timedelta = DAY, starts: timedelta | None = None, coupon: str = "新朋友"
) -> HeldCoupon:
    begins = None if starts is None else NOON + starts
    return HeldCoupon(Grant(id_, coupon, "折 100", f"CODE-{id_}", NOON - DAY, begins, NOON + ends))


def test_the_first_to_end_is_the_first_and_what_is_over_comes_last() -> None:
    used = replace(held("u"), used=NOON - timedelta(hours=1), store="xinyi", how="clerk")
    all_of_them = (held("late", 3 * DAY), used, held("gone", -DAY), held("next", 2 * DAY, DAY), held("soon"))
    views = shown_coupons(all_of_them, COUPONS, STORES, NOON)
    assert [(one.id, one.state) for one in views] == [
        ("soon", "usable"),
        ("late", "usable"),
        ("next", "early"),
        ("u", "used"),
        ("gone", "ended"),
    ]
    assert views[3].store == "信義店"


def test_what_was_promised_stays_and_terms_are_of_today() -> None:
    [view] = shown_coupons([held("g")], COUPONS, STORES, NOON)
    assert (view.title, view.terms, view.image, view.can_be_used) == (
        "折 100",
        OFFER.terms,
        OFFER.image,
        True,
    )


def test_a_coupon_that_the_playbook_lacks_can_still_be_shown() -> None:
    [view] = shown_coupons([held("g", coupon="以前的")], COUPONS, STORES, NOON)
    assert (view.title, view.terms, view.can_be_used, view.state) == ("折 100", "", False, "usable")


def test_what_orders_alone_use_is_for_no_till() -> None:
    cases: list[tuple[set[RedeemWay], bool]] = [
        ({"order"}, True),
        ({"order", "clerk"}, False),
        ({"press"}, False),
    ]
    for ways, online in cases:
        coupon = replace(OFFER, redeem=frozenset(ways))
        [view] = shown_coupons([held("g")], {"新朋友": coupon}, STORES, NOON)
        assert view.online is online


def test_only_what_can_be_used_can_be_pressed() -> None:
    early, ended = held("e", starts=DAY, ends=2 * DAY), held("o", ends=timedelta())
    used = replace(held("u"), used=NOON)
    assert not any(one.can_be_used for one in shown_coupons([early, ended, used], COUPONS, STORES, NOON))
    clerk_alone = {"新朋友": replace(OFFER, redeem=frozenset({"clerk"}))}
    assert not any(one.can_be_used for one in shown_coupons([held("g")], clerk_alone, STORES, NOON))


# -- on the page


PAGE = "my_coupons"


def holder(*coupons: HeldCoupon, offer: Coupon = OFFER) -> Chat:
    """Somebody who looks at the page."""
    playbook = Playbook(
        "shop", {"main": ChannelRules("main")}, (), "v1", promotions={"coupons": {"新朋友": offer}}
    )
    chat = Chat(playbook, replace(somebody(), held={**somebody().held, "coupons": coupons}))
    chat.now = NOON
    chat.hears(PageOpened(PAGE, {}), token=False)
    return chat


def seen(chat: Chat) -> Screen:
    return screen_of(chat.playbook, chat.contact, PAGE, chat.channel, chat.now)


def states(chat: Chat) -> list[tuple[str, str]]:
    return [(one.id, one.state) for one in seen(chat).content["coupons"]]


def test_the_page_is_there_where_there_are_coupons() -> None:
    chat = holder()
    assert (seen(chat).kind, seen(chat).content["coupons"]) == ("coupons", ())
    without = replace(chat.playbook, promotions={**chat.playbook.promotions, "coupons": {}})
    assert screen_of(without, chat.contact, PAGE, chat.channel, NOON).kind == "closed"


def test_a_press_of_the_holder_uses_it_once() -> None:
    chat = holder(held("g"))
    before = seen(chat).step
    chat.hears(PageAnswer(PAGE, "g"), token=False)
    [used] = HELD_COUPONS.of(chat.contact)
    assert (used.used, used.how, used.by) == (NOON, "press", "member")
    assert seen(chat).step > before
    chat.now += timedelta(minutes=1)
    chat.hears(PageAnswer(PAGE, "g"), token=False)
    assert HELD_COUPONS.of(chat.contact) == (used,)


def test_a_press_that_is_refused_shows_why() -> None:
    """The page goes a step on in any case, and is drawn anew: used by a clerk, over, or not this way."""
    chat = holder(held("g"))
    opened = seen(chat).step
    chat.hears(
        CouponAct(HELD_COUPONS.of(chat.contact)[0].grant, "redeem", "console:a", "xinyi", act_id="p"),
        token=False,
    )
    assert (before := seen(chat).step) > opened, "what a clerk does turns the page"
    chat.hears(PageAnswer(PAGE, "g"), token=False)
    assert seen(chat).step > before
    [view] = seen(chat).content["coupons"]
    assert (view.state, view.how, view.store) == ("used", "clerk", "xinyi")
    over = holder(held("o"))
    over.now += 2 * DAY
    over.hears(PageAnswer(PAGE, "o"), token=False)
    assert states(over) == [("o", "ended")]
    clerk_alone = holder(held("c"), offer=replace(OFFER, redeem=frozenset({"clerk"})))
    clerk_alone.hears(PageAnswer(PAGE, "c"), token=False)
    assert states(clerk_alone) == [("c", "usable")]


def test_nobody_uses_the_coupon_of_somebody_else() -> None:
    chat = holder(held("g"))
    chat.hears(PageAnswer(PAGE, "of somebody else"), token=False)
    assert states(chat) == [("g", "usable")]
