"""N3: how a draw is doing, and who has won."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.model.contact import Contact
from bot.model.mark import Mark
from bot.promotions.coupons.model import CouponRequest
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.engine.declared import Draw, Prize
from bot.promotions.draws.model import NOTHING_WON, OF_DRAWS, WON, prize_of
from bot.promotions.draws.operations.figures import DrawUnknown, draw_figures, winners
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.counted import count_on
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.coupons.examples import TEN_OFF, coupon

BIG, SMALL = coupon(name="大獎券", title="免單券", stock=3), coupon(name="折30", title="折 30 元", stock=None)
PRIZES = (
    Prize("大獎", BIG.name, Fraction(1, 200), TEN_OFF.place),
    Prize("折三十", SMALL.name, None, TEN_OFF.place),
)
DRAW = Draw("抽", "週年慶", "", None, "wheel", None, None, "day", PRIZES, TEN_OFF.place)
SHOP = replace(
    compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n"),
    promotions={
        **compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n").promotions,
        "coupons": {one.name: one for one in (BIG, SMALL)},
        "draws": {"抽": DRAW},
    },
)


async def wins(stores: Stores, user: str, *, big: bool = False, minutes: int = 0) -> None:
    one = BIG if big else SMALL
    asked = CouponRequest(
        f"g {user}", f"main:{user}", NOW + timedelta(minutes=minutes), one.until, prize_of("抽")
    )
    await stores.of(Coupons).give(one, [asked])
    await happens(stores, WON, "大獎" if big else "折三十")


async def happens(stores: Stores, what: str, prize: str = "") -> None:
    await count_on(stores, NOW.date().isoformat(), Mark("main", OF_DRAWS, what, ("抽", prize)))


async def test_tries_prizes_and_after_how_many_more_one_runs_out(stores: Stores) -> None:
    await wins(stores, "U1", big=True)
    await wins(stores, "U2")
    await wins(stores, "U3")
    await happens(stores, NOTHING_WON)
    [found] = await draw_figures(stores, SHOP)
    assert (found.tries, found.nothing) == (4, 1)
    big, small = found.prizes
    assert (big.title, big.odds, big.won, big.left, big.runs_out) == ("免單券", "0.5%", 1, 2, 400)
    assert (small.title, small.odds, small.won, small.left, small.runs_out) == (
        "折 30 元",
        None,
        2,
        None,
        None,
    )


async def test_winners_are_named_the_latest_first(stores: Stores) -> None:
    await come(stores.contacts, Contact("main:U1", name="小美"))
    await wins(stores, "U1", big=True)
    await wins(stores, "U2", minutes=5)
    await stores.of(Coupons).give(SMALL, [CouponRequest("g9", "main:U9", NOW, SMALL.until)])
    found = await winners(stores, SHOP, "抽")
    assert [(one.contact.contact, one.prize, one.title, one.name.text) for one in found] == [
        ("main:U2", "折三十", "折 30 元", ""),
        ("main:U1", "大獎", "免單券", "小美"),
    ], "and nobody who was given the coupon otherwise"
    assert [one.contact.contact for one in await winners(stores, SHOP, "抽", most=1)] == ["main:U2"]


async def test_a_draw_that_the_playbook_has_not(stores: Stores) -> None:
    with pytest.raises(DrawUnknown):
        await winners(stores, SHOP, "沒有")
