"""N1, N3: coupons and draws are the same in a scenario's memory and in MongoDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.model.alert import TroubleReason
from bot.model.event import Origin, Outcome
from bot.model.translatable import ENGLISH
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import GRANT, CouponAnswer, GiveCoupon
from bot.promotions.coupons.runtime.flights import CouponFlights
from bot.promotions.coupons.scenario.memory import CouponsInMemory
from bot.promotions.coupons.services import CouponLedger, CouponService
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.engine.declared import Draw, Prize
from bot.promotions.draws.model import EnterDraw
from bot.promotions.draws.scenario import WheelOfNames
from bot.promotions.draws.services import DrawService, Wheel, wheel_of_chance
from bot.services.caller import Caller
from bot.services.effects import EffectFailed
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled
from tests.promotions.coupons.examples import TEN_OFF, asks, coupon
from tests.services.conftest import World

HERE = Origin("", "main", 0)
WITHOUT = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
SURE = Fraction(1)
BIG, SMALL = coupon(name="大獎券", stock=2), coupon(name="折30", stock=None)


class Nobody:
    """No staff who read alerts."""

    async def once(self, reason: TroubleReason, what: str, text: str) -> None: ...


@pytest.fixture
def ledger(mongodb: Stores | None) -> CouponLedger:
    if mongodb is None:
        return CouponsInMemory({}, {})
    return CouponFlights(mongodb.of(Coupons), Nobody(), lambda: ENGLISH, ManualClock())


async def results(ledger: CouponLedger, what: Coupon, *whose: str) -> list[str]:
    """Of requests as `contact` or `contact/call`."""
    requests = [asks(contact, call) for contact, _, call in (one.partition("/") for one in whose)]
    return [(await ledger.give(what, one)).result for one in requests]


# -- the ledger


async def test_the_same_request_again_is_given_the_same(ledger: CouponLedger) -> None:
    starts = NOW + timedelta(days=1)
    first = await ledger.give(coupon(stock=2, starts=starts), asks("main:U1"))
    assert (first.result, first.left) == ("given", 1)
    grant = first.grant
    assert grant is not None
    assert (grant.coupon, grant.title, grant.at, grant.starts) == (TEN_OFF.name, TEN_OFF.title, NOW, starts)
    assert (grant.until, bool(grant.code)) == (NOW + timedelta(days=30), True)
    again = await ledger.give(coupon(stock=2, title="別的"), asks("main:U1", at=NOW + timedelta(1)))
    assert again == first, "a promise, whatever becomes of the playbook"
    elsewhere = await ledger.give(coupon(name="another", stock=None), asks("main:U1"))
    assert (elsewhere.result, elsewhere.grant) == ("given", grant), "one request is one grant"
    assert await ledger.granted(asks("main:U1").id) == grant
    assert await ledger.granted(asks("main:U2").id) is None


async def test_one_person_gets_so_many_and_hears_of_the_one_given_last(ledger: CouponLedger) -> None:
    what = coupon(per_person=2)
    moments = [NOW + timedelta(seconds=n) for n in range(3)]
    one, two, three = [await ledger.give(what, asks("main:U1", str(at), at)) for at in moments]
    assert [one.result, two.result] == ["given", "given"]
    assert one.grant is not None
    assert two.grant is not None
    assert one.grant.code != two.grant.code
    assert three == CouponAnswer("had", two.grant, 98)
    assert await results(ledger, what, "main:U2") == ["given"]


async def test_who_has_one_hears_so_also_when_it_is_over_or_gone(ledger: CouponLedger) -> None:
    what = coupon(stock=1)
    assert await results(ledger, what, "main:U1", "main:U1/2", "main:U2") == ["given", "had", "none_left"]
    assert (await ledger.give(what, asks("main:U1", "3", is_over=True))).result == "had"
    assert await ledger.give(what, asks("main:U2", "2", is_over=True)) == CouponAnswer("over", None, 0)
    assert await ledger.give(what, asks("main:U2", "3")) == CouponAnswer("none_left", None, 0)


async def test_a_stock_that_is_lowered_takes_nothing_away(ledger: CouponLedger) -> None:
    assert await results(ledger, TEN_OFF, *(f"main:U{n}" for n in range(5))) == ["given"] * 5
    assert await results(ledger, coupon(stock=3), "main:U1", "main:U9") == ["given", "none_left"]
    raised = await ledger.give(coupon(stock=6), asks("main:U9"))
    assert (raised.result, raised.left) == ("given", 0)


async def test_without_a_stock_there_is_no_end(ledger: CouponLedger) -> None:
    what = coupon(stock=None)
    assert await results(ledger, what, "main:U1", "main:U1/2") == ["given", "had"]
    assert (await ledger.give(what, asks("main:U2"))).left is None


async def test_a_fixed_code_is_everybodys(ledger: CouponLedger) -> None:
    what = coupon(source="fixed", fixed="SUMMER100", stock=2)
    answers = [await ledger.give(what, asks(f"main:U{n}")) for n in range(3)]
    assert [one.grant.code for one in answers if one.grant] == ["SUMMER100"] * 2
    assert answers[2].result == "none_left"


# -- the services


def caller(user: str = "U1", call: str = "") -> Caller:
    return Caller(f"main:{user}", "main", user, call or f"call of {user}", NOW)


class Shop:
    """Coupons and draws over a ledger, and the playbook that is live."""

    def __init__(self, ledger: CouponLedger, wheel: Wheel, *prizes: tuple[Coupon, Fraction | None]) -> None:
        self.ends: list[tuple[str, ...]] = []
        self.draw = Draw("抽", "週年慶", "", None, "wheel", None, None, "day", _prizes(prizes), TEN_OFF.place)
        coupons = {one.name: one for one in (TEN_OFF, BIG, SMALL)}
        self.playbook = replace(
            WITHOUT,
            promotions={**WITHOUT.promotions, "coupons": coupons, "draws": {"抽": self.draw}},
        )
        self.coupons = CouponService(ledger, lambda: self.playbook)
        self.draws = DrawService(
            self.coupons, lambda: self.playbook, wheel, lambda *end: self.ends.append(end)
        )

    def count(self, *end: str) -> None:
        self.ends.append(end)

    def edit(self, *prizes: tuple[Coupon, Fraction | None]) -> None:
        self.playbook = replace(
            self.playbook,
            promotions={
                **self.playbook.promotions,
                "draws": {"抽": replace(self.draw, prizes=_prizes(prizes))},
            },
        )

    async def tries(self, user: str = "U1") -> Outcome:
        return await self.draws.carries_out[EnterDraw](EnterDraw("抽", HERE), caller(user))


def _prizes(made: tuple[tuple[Coupon, Fraction | None], ...]) -> tuple[Prize, ...]:
    return tuple(Prize(f"獎 {one.name}", one.name, odds, one.place) for one, odds in made)


@pytest.fixture
def wheel(world: World) -> Wheel:
    """One at which the big prize is won, if it is there with odds of 1."""
    if world == "memory":
        return WheelOfNames({"抽": [f"獎 {BIG.name}"] * 99})
    return wheel_of_chance(lambda text: text)


async def test_what_comes_of_asking_goes_back_to_who_asked(ledger: CouponLedger, wheel: Wheel) -> None:
    shop = Shop(ledger, wheel)
    give = shop.coupons.carries_out[GiveCoupon]
    outcome = await give(GiveCoupon(TEN_OFF.name, HERE), caller())
    assert (outcome.asked, outcome.result, outcome.origin) == ("coupon", "given", HERE)
    assert (outcome.subject, outcome.fields) == (TEN_OFF.name, {"left": 99})
    grant = GRANT.of(outcome)
    assert grant is not None
    assert (grant.at, grant.until) == (NOW, TEN_OFF.until)
    assert "U1" not in grant.id, "the id of a call may hold a LINE id"
    assert await give(GiveCoupon(TEN_OFF.name, HERE), caller()) == outcome
    assert (await give(GiveCoupon(TEN_OFF.name, HERE), caller(call="another"))).result == "had"
    with pytest.raises(EffectFailed):
        await give(GiveCoupon("gone", HERE), caller())


async def test_s42_what_is_won_is_given_and_the_same_call_hears_the_same(
    ledger: CouponLedger, wheel: Wheel
) -> None:
    shop = Shop(ledger, wheel, (BIG, SURE))
    first = await shop.tries()
    assert (first.asked, first.result, first.subject) == ("draw", "won", "抽")
    assert first.fields == {"source": "action", "prize": "獎 大獎券"}
    grant = GRANT.of(first)
    assert grant is not None
    assert grant.coupon == "大獎券"
    assert await shop.tries() == first
    for prizes in ((SMALL, SURE),), ():
        shop.edit(*prizes)
        assert GRANT.of(await shop.tries()) == grant, "after an edit: nothing is given twice"
    shop.playbook = replace(
        shop.playbook,
        promotions={**shop.playbook.promotions, "draws": {}, "coupons": {}},
    )
    again = await shop.tries()
    assert (again.result, GRANT.of(again)) == ("won", grant)
    assert again.fields["prize"] == TEN_OFF.title, "as the coupon: the prize's name went with the draw"
    with pytest.raises(EffectFailed):
        await shop.tries("U2")


@pytest.mark.parametrize(
    ("prizes", "comes"),
    [
        (((BIG, SURE), (SMALL, None)), ["獎 大獎券", "獎 大獎券", "獎 折30"]),
        (((BIG, SURE),), ["獎 大獎券", "獎 大獎券", None]),
        (((coupon(name="沒有了"), SURE), (SMALL, None)), ["獎 折30"] * 3),
        ((), [None] * 3),
    ],
)
async def test_a_prize_that_is_used_up_or_gone_is_passed_over(
    ledger: CouponLedger,
    wheel: Wheel,
    prizes: tuple[tuple[Coupon, Fraction | None], ...],
    comes: list[str | None],
) -> None:
    shop = Shop(ledger, wheel, *prizes)
    outcomes = [await shop.tries(f"U{n}") for n in range(3)]
    assert [one.fields.get("prize") for one in outcomes] == comes
    ends: Mapping[bool, str] = {True: "won", False: "nothing"}
    assert shop.ends == [("抽", ends[name is not None]) for name in comes]
    assert await shop.tries("U2") == outcomes[2]
