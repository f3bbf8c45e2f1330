"""N1: two desks that die at any step, in random order: asked again, everybody hears the same, and it adds up.

OAFLOW_SCHEDULES sets how many schedules are played, OAFLOW_SCHEDULE_SEED with which seed they begin.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from random import Random
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from bot.model.event import Outcome
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import GRANT
from bot.promotions.coupons.store.codes import CouponCodes
from bot.promotions.coupons.store.grants import Coupons
from bot.store.counters import contended as trying
from bot.store.database.mongo import Database
from tests.conftest import ManualClock
from tests.promotions.coupons.examples import coupon
from tests.promotions.coupons.test_runtime import Shop

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES", "6"))
SEED = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "48"))
PEOPLE = 12


def some_coupon(dice: Random, number: int) -> Coupon:
    """A coupon of any kind."""
    source = dice.choice(("made", "imported", "fixed"))
    return coupon(
        name=f"券{number}",
        source=source,
        fixed="SUMMER100" if source == "fixed" else None,
        stock=dice.choice((None, 0, 1, 5, 30)),
        per_person=dice.choice((1, 1, 2)),
    )


class Schedule:
    """People who ask, at two processes of which one dies now and then; what they have heard."""

    def __init__(self, shops: list[Shop], what: Coupon, dice: Random) -> None:
        self._shops = shops
        self._what = what
        self._dice = dice
        self.heard: dict[str, list[Outcome]] = {}

    async def call(self, user: str, call: str) -> None:
        """Made until it has an answer, and sometimes once more: each time by whichever process."""
        dice, answers = self._dice, self.heard.setdefault(call, [])
        wanted = dice.choice((1, 1, 2))
        while len(answers) < wanted:
            asking = asyncio.create_task(dice.choice(self._shops).asks(user, call, self._what.name))
            if dice.random() < 0.4:
                for _ in range(dice.choice((0, 1, 5, 40, 200))):
                    await asyncio.sleep(0)
                asking.cancel()  # the process has died, at whichever step it was
            try:
                answers.append(await asking)
            except asyncio.CancelledError:
                continue

    async def played(self) -> None:
        users = [f"U{number}" for number in range(PEOPLE)]
        calls = [(user, f"{self._what.name} {user} {n}") for user in users for n in range(2)]
        self._dice.shuffle(calls)
        await asyncio.gather(*(self.call(*one) for one in calls))


def lost_now_and_then(dice: Random, monkeypatch: pytest.MonkeyPatch, session_class: type[Any]) -> None:
    """Some commits are made, and their answer is lost; others are not made at all."""
    honest = session_class.commit_transaction

    def commit(self: object) -> None:
        chance = dice.random()
        if chance >= 0.1:
            honest(self)
        if chance < 0.2:
            unknown = OperationFailure("the answer was lost")
            unknown._add_error_label("UnknownTransactionCommitResult")
            raise unknown

    monkeypatch.setattr(session_class, "commit_transaction", commit)


async def check(database: Database, what: Coupon, most: int | None, heard: dict[str, list[Outcome]]) -> None:
    grants = [row async for row in database.collection("coupon_grants").find({"coupon": what.name})]
    codes = [
        row
        async for row in database.collection("coupon_codes").find(
            {"coupon": what.name, "grant": {"$exists": True}}
        )
    ]
    by_id = {row["_id"]: row for row in grants}
    for answers in heard.values():
        given = [GRANT.of(one) for one in answers if one.result == "given"]
        assert not given or len(given) == len(answers), "asked again it is given again"
        assert len(set(given)) <= 1
        assert all(one is not None and by_id[one.id]["code"] == one.code for one in given)
    told = {
        grant.id
        for answers in heard.values()
        for one in answers
        if one.result == "given" and (grant := GRANT.of(one))
    }
    assert told == set(by_id), "whatever was given, somebody has heard of it"
    each = Counter(row["contact"] for row in grants)
    assert max(each.values(), default=0) <= what.per_person
    wanted = PEOPLE * min(what.per_person, 2)
    assert len(grants) == (wanted if most is None else min(most, wanted))
    assert (await Coupons(database).left([what.name]))[what.name].given == len(grants)
    if what.source != "fixed":
        assert sorted(row["grant"] for row in codes) == sorted(by_id)
        assert len({row["code"] for row in grants}) == len(grants), "no code twice"


async def test_any_schedule_of_who_asks_and_who_dies(
    database: Database, prepared: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "PATIENCE", 5.0)  # nobody dies over the counter: that waits for a minute
    other = Database(prepared)
    session_class = ClientSession
    for number in range(SEED, SEED + SCHEDULES):
        dice = Random(number)
        what, pack = some_coupon(dice, number), dice.choice((0, 3, 40))
        most = what.stock
        if what.source == "imported":
            most = pack if most is None else min(most, pack)
            await CouponCodes(database).add(what.name, [f"S{number}-{n}" for n in range(pack)])
        shops = [Shop(Coupons(one), clock, what) for one in (database, other)]
        playing = Schedule(shops, what, dice)
        with monkeypatch.context() as patched:
            lost_now_and_then(dice, patched, session_class)
            task = asyncio.create_task(playing.played())
            while not task.done():
                await asyncio.wait([task], timeout=0.01)
                clock.advance(1)  # the database counts as away after a lost answer: asked again in a second
        await task
        try:
            await check(database, what, most, playing.heard)
        except AssertionError as error:
            error.add_note(f"OAFLOW_SCHEDULE_SEED={number} OAFLOW_SCHEDULES=1")
            raise
    other.close()
