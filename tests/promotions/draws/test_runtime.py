"""N3: draws of several processes on a real database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import pytest

from bot.model.event import Origin, Outcome
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import GRANT
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.engine.declared import Draw, Prize
from bot.promotions.draws.model import EnterDraw
from bot.promotions.draws.services import DrawService, wheel_of_chance
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.caller import Caller
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.promotions.coupons.examples import TEN_OFF, coupon
from tests.promotions.coupons.test_runtime import Shop

BIG, SMALL = coupon(name="大獎券", stock=2), coupon(name="折30", stock=None)
SURE = Fraction(1)


def draw(*prizes: tuple[Coupon, Fraction | None]) -> Draw:
    made = tuple(Prize(f"獎 {one.name}", one.name, odds, one.place) for one, odds in prizes)
    return Draw("抽", "週年慶", "", None, "wheel", None, None, "day", made, TEN_OFF.place)


class Hall(Shop):
    """Draws, the playbook that is live, and who tries."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock, held: Draw) -> None:
        super().__init__(Coupons(database), clock, BIG, SMALL)
        self.playbook = replace(
            self.playbook, promotions={**self.playbook.promotions, "draws": {held.name: held}}
        )
        self.draws = DrawService(self.coupons, lambda: self.playbook, wheel_of_chance(seal.counting_index))

    async def tries(self, user: str, call: str = "") -> Outcome:
        caller = Caller(f"main:{user}", "main", user, call or f"call of {user}", self.clock.now())
        return await EffectRouter(self.draws).carry_out(EnterDraw("抽", Origin("", "main", 0)), caller)


Halls: TypeAlias = Callable[[Draw], Hall]


@pytest.fixture
def halls(database: Database, seal: Seal, clock: ManualClock) -> Halls:
    """Opens a hall that holds a draw; each is another process."""
    return partial(Hall, database, seal, clock)


async def test_s42_of_a_stock_never_one_too_many_and_the_others_get_what_is_for_all(halls: Halls) -> None:
    hall = halls(draw((BIG, SURE), (SMALL, None)))
    others = halls(draw((BIG, SURE), (SMALL, None)))
    tries = [(hall, others)[n % 2].tries(f"U{n}") for n in range(60)]
    outcomes = await asyncio.gather(*tries)
    assert Counter(one.fields["prize"] for one in outcomes) == {"獎 大獎券": 2, "獎 折30": 58}
    assert len({grant.code for one in outcomes if (grant := GRANT.of(one))}) == 60
    assert await hall.tries("U7") == outcomes[7]


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
