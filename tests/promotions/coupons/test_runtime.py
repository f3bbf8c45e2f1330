"""N1: flights of coupons on a real database, one that is away, staff who are told once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.alert import TroubleReason
from bot.model.event import Origin, Outcome
from bot.model.translatable import ENGLISH
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import GRANT, CouponAnswer, CouponRequest, GiveCoupon
from bot.promotions.coupons.runtime.flights import CouponFlights
from bot.promotions.coupons.runtime.part import SimulatedCoupons
from bot.promotions.coupons.services import CouponService
from bot.promotions.coupons.store.codes import CouponCodes
from bot.promotions.coupons.store.grants import AT_ONCE, Coupons
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.caller import Caller
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.promotions.coupons.examples import TEN_OFF, coupon

IMPERSONAL = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
HERE = Origin("", "main", 0)


@dataclass
class Board:
    """What staff were told."""

    said: list[tuple[str, str]] = field(default_factory=list)
    away: int = 0
    """So often the database is away when something is to be told."""
    broken: bool = False

    async def once(self, reason: TroubleReason, what: str, text: str) -> None:
        if self.broken:
            raise ValueError(what)
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("away")
        self.said.append((what, text))
        assert reason == "coupon_low"


class Flights(Coupons):
    """The store, and what it is asked for at a time; `hold` keeps the first flight in the air."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sizes: list[int] = []
        self.hold: asyncio.Event | None = None
        self.begun = asyncio.Event()
        self.failures: list[Exception] = []

    async def give(self, coupon: Coupon, asked: Sequence[CouponRequest]) -> Sequence[CouponAnswer]:
        self.sizes.append(len(asked))
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.failures:
            raise self.failures.pop(0)
        return await super().give(coupon, asked)


class Shop:
    """Flights, the playbook that is live, and who asks."""

    def __init__(self, store: Coupons, clock: ManualClock, *coupons: Coupon) -> None:
        self.clock, self.board = clock, Board()
        self.playbook: Playbook = replace(
            IMPERSONAL, promotions={**IMPERSONAL.promotions, "coupons": {one.name: one for one in coupons}}
        )
        self.flights = CouponFlights(store, self.board, lambda: ENGLISH, clock)
        self.ends = list[tuple[str, ...]]()
        self.coupons = CouponService(self.flights, lambda: self.playbook, lambda *end: self.ends.append(end))

    async def asks(self, user: str, call: str = "", name: str = TEN_OFF.name) -> Outcome:
        caller = Caller(f"main:{user}", "main", user, call or f"call of {user}", self.clock.now())
        return await EffectRouter(self.coupons).carry_out(GiveCoupon(name, HERE), caller)


@pytest.fixture
def store(database: Database) -> Flights:
    return Flights(database)


async def test_who_asks_while_a_flight_is_under_way_goes_with_the_next(
    store: Flights, clock: ManualClock
) -> None:
    shop, other = Shop(store, clock, coupon(stock=None), coupon(name="another")), "another"
    store.hold = asyncio.Event()
    first = asyncio.create_task(shop.asks("U0"))
    await store.begun.wait()
    rest = [asyncio.create_task(shop.asks(f"U{n}")) for n in range(1, 151)]
    elsewhere = asyncio.create_task(shop.asks("U0", "c", other))
    await asyncio.sleep(0)  # all have asked
    store.hold.set()
    outcomes = await asyncio.gather(first, *rest, elsewhere)
    assert {one.result for one in outcomes} == {"given"}
    assert len({grant.code for one in outcomes if (grant := GRANT.of(one))}) == 152
    assert store.sizes == [1, 1, AT_ONCE, 50], "the other coupon's was not waited for"


async def test_whose_part_goes_away_keeps_nobody_else(store: Flights, clock: ManualClock) -> None:
    """The one who asks for all is stopped in flight, as one who waits is; the others are given theirs."""
    shop = Shop(store, clock, TEN_OFF)
    store.hold = asyncio.Event()
    tasks = [asyncio.create_task(shop.asks(f"U{n}")) for n in range(5)]
    await store.begun.wait()
    for gone in (tasks[0], tasks[3]):
        gone.cancel()
    await asyncio.wait([tasks[0], tasks[3]])
    store.hold.set()
    outcomes = await asyncio.gather(*(tasks[n] for n in (1, 2, 4)))
    assert [one.result for one in outcomes] == ["given"] * 3
    assert shop.flights._flights.is_empty
    assert not shop.flights._waiting
    assert (await shop.asks("U0")).result == "given", "the next process makes the call again"


async def test_a_database_that_is_away_is_waited_for_and_nothing_fails(
    store: Flights, clock: ManualClock
) -> None:
    shop = Shop(store, clock, TEN_OFF)
    store.failures = [DatabaseUnavailable("away"), DatabaseUnavailable("held")]
    asking = asyncio.create_task(shop.asks("U1"))
    while not asking.done():
        await asyncio.sleep(0)
        clock.advance(1)
    assert (await asking).result == "given"


async def test_what_is_a_bug_fails_for_who_met_it(store: Flights, clock: ManualClock) -> None:
    shop = Shop(store, clock, TEN_OFF)
    store.failures = [ValueError("a bug")]
    found = await asyncio.gather(shop.asks("U1"), shop.asks("U2"), return_exceptions=True)
    assert isinstance(found[0], ValueError)
    assert isinstance(found[1], Outcome)
    assert found[1].result == "given"


@pytest.mark.ring("all", "a crowd")
async def test_staff_are_told_once_when_few_are_left_and_once_when_none_is(
    store: Flights, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(store, clock, coupon(stock=20))
    shop.board.away = 2
    with caplog.at_level(logging.WARNING, "oaflow.coupons"):
        for number in range(22):
            asking = asyncio.create_task(shop.asks(f"U{number}"))
            while not asking.done():
                await asyncio.sleep(0)
                if shop.board.away < 2:
                    clock.advance(1)
    name = TEN_OFF.name
    assert shop.board.said == [
        (f"{name} 20 nearly", f"of the coupon {name} 2 of 20 are left"),
        (f"{name} 20 all", f"all 20 of the coupon {name} are given: nobody gets another"),
    ]
    assert Counter(shop.ends) == {(name, "given"): 20, (name, "none_left"): 2}


async def test_that_staff_cannot_be_told_takes_nobodys_coupon(
    store: Flights, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(store, clock, coupon(stock=1))
    shop.board.broken = True
    assert (await shop.asks("U1")).result == "given"
    assert "staff could not be told" in caplog.text


async def test_imported_codes_are_counted_for_staff_without_a_stock(
    store: Flights, clock: ManualClock, database: Database
) -> None:
    shop = Shop(store, clock, coupon(stock=None, source="imported"))
    await CouponCodes(database).add(TEN_OFF.name, [f"A{n}" for n in range(10)])
    outcomes = [await shop.asks(f"U{n}") for n in range(11)]
    assert [one.result for one in outcomes] == ["given"] * 10 + ["none_left"]
    assert [what for what, _ in shop.board.said] == [f"{TEN_OFF.name} 10 nearly", f"{TEN_OFF.name} 10 all"]


async def test_the_simulator_makes_codes_that_nobody_has_imported(
    store: Flights, clock: ManualClock, database: Database
) -> None:
    what = coupon(stock=None, source="imported")
    pretend = SimulatedCoupons(store)
    made = await pretend.give(what, [CouponRequest("g1", "main:U1", clock.now(), TEN_OFF.until)])
    assert [one.result for one in made] == ["given"]
    await CouponCodes(database).add(what.name, ["A1"])
    imported = await pretend.give(what, [CouponRequest("g2", "main:U2", clock.now(), TEN_OFF.until)])
    assert [one.grant.code for one in imported if one.grant] == ["A1"]
