"""N3: the desk for draws on a real database: what is won is given, and the same call hears the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import pytest

from bot.engine.compiled.coupon import Coupon
from bot.engine.compiled.draw import Draw, Prize
from bot.model.event import Origin, Outcome
from bot.model.promotion_effects import EnterDraw
from bot.runtime.effects.draws import DrawDesk
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.caller import Caller
from bot.services.effects import EffectFailed
from bot.store.counters.coupons import Coupons
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.coupons import TEN_OFF, coupon
from tests.runtime.test_coupons import Shop

BIG, SMALL = coupon(name="大獎券", stock=2), coupon(name="折30", stock=None)
SURE = Fraction(1)


def draw(*prizes: tuple[Coupon, Fraction | None]) -> Draw:
    made = tuple(Prize(f"獎 {one.name}", one.name, odds, one.place) for one, odds in prizes)
    return Draw("抽", "週年慶", "", None, "wheel", None, None, "day", made, TEN_OFF.place)


class Hall(Shop):
    """A desk of draws, the playbook that is live, and who tries."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock, held: Draw) -> None:
        super().__init__(Coupons(database), clock, BIG, SMALL)
        self.playbook = replace(self.playbook, draws={held.name: held})
        self.draws = DrawDesk(self.desk, lambda: self.playbook, seal.counting_index)

    async def tries(self, user: str, call: str = "") -> Outcome:
        caller = Caller(f"main:{user}", "main", user, call or f"call of {user}", self.clock.now())
        return await EffectRouter(self.draws).carry_out(EnterDraw("抽", Origin("", "main", 0)), caller)

    def edit(self, held: Draw) -> None:
        self.playbook = replace(self.playbook, draws={held.name: held})


Halls: TypeAlias = Callable[[Draw], Hall]


@pytest.fixture
def halls(database: Database, seal: Seal, clock: ManualClock) -> Halls:
    """Opens a hall that holds a draw; each is another process."""
    return partial(Hall, database, seal, clock)


async def test_s42_what_is_won_is_given_and_the_same_call_hears_the_same(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE)))
    first = await hall.tries("U1")
    assert (first.asked, first.result, first.subject) == ("draw", "won", "抽")
    assert first.fields == {"source": "action", "prize": "獎 大獎券"}
    assert first.grant is not None
    assert first.grant.coupon == "大獎券"
    assert await hall.tries("U1") == first
    hall.edit(draw((SMALL, SURE)))
    again = await hall.tries("U1")
    assert again.grant == first.grant, "carried out again, after an edit: nothing is given twice"
    assert (await hall.desk._coupons.left(["大獎券", "折30"]))["折30"].given == 0


async def test_s42_of_a_stock_never_one_too_many_and_the_others_get_what_is_for_all(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE), (SMALL, None)))
    others = halls(draw((BIG, SURE), (SMALL, None)))
    tries = [(hall, others)[n % 2].tries(f"U{n}") for n in range(60)]
    outcomes = await asyncio.gather(*tries)
    assert Counter(one.fields["prize"] for one in outcomes) == {"獎 大獎券": 2, "獎 折30": 58}
    assert len({one.grant.code for one in outcomes if one.grant}) == 60
    assert await hall.tries("U7") == outcomes[7]


async def test_without_a_prize_for_all_who_comes_too_late_wins_nothing(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE)))
    outcomes = [await hall.tries(f"U{n}") for n in range(3)]
    assert [one.result for one in outcomes] == ["won", "won", "nothing"]
    assert (outcomes[2].grant, outcomes[2].fields) == (None, {"source": "action"})
    assert hall.draws.ends.counts == {("抽", "won"): 2, ("抽", "nothing"): 1}


async def test_a_prize_whose_coupon_is_gone_is_passed_over(halls: Halls) -> None:
    hall = halls(draw((coupon(name="沒有了"), SURE), (SMALL, None)))
    assert (await hall.tries("U1")).fields["prize"] == "獎 折30"


async def test_a_draw_that_the_playbook_has_no_more_fails(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE)))
    hall.playbook = replace(hall.playbook, draws={})
    with pytest.raises(EffectFailed):
        await hall.tries("U1")


async def test_s42_what_was_given_before_a_death_is_won_though_the_draw_is_gone(halls: Halls) -> None:
    """Else its stock is used, and nobody hears of it."""
    hall = halls(draw((BIG, SURE)))
    first = await hall.tries("U1")
    hall.playbook = replace(hall.playbook, draws={}, coupons={})
    again = await hall.tries("U1")
    assert (again.result, again.grant) == ("won", first.grant)
    assert again.fields["prize"] == "雙11 折 100 元", "as the coupon: the prize's name went with the draw"


async def test_what_was_given_before_a_death_is_won_though_the_odds_say_nothing_now(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE)))
    first = await hall.tries("U1")
    hall.edit(replace(draw(), prizes=()))
    assert (await hall.tries("U1")).grant == first.grant
    assert (await hall.tries("U2")).result == "nothing"


async def test_who_has_won_stands_in_the_row_of_the_coupon(halls: Halls, database: Database) -> None:
    hall = halls(draw((SMALL, SURE)))
    await hall.tries("U1")
    await hall.asks("U2", name="折30")
    rows = [row async for row in database.collection("coupon_grants").find()]
    assert {row["contact"]: row.get("draw") for row in rows} == {"main:U1": "抽", "main:U2": None}


async def test_staff_are_told_where_a_prize_runs_out(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE)))
    await hall.tries("U1")
    await hall.tries("U2")
    assert [what for what, _ in hall.board.said] == ["大獎券 2 nearly", "大獎券 2 all"]
