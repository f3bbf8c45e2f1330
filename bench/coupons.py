"""`python -m bench.coupons`: how soon a coupon is given when 500 people a second ask two processes for it.

Beside it, in the same run and as often: one insertion that waits for the majority, without which nothing is
given. Both turns of a press are not in it: `make bench` says what a turn costs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import uvloop

from bot.app.database import open_database
from bot.engine.compiled.playbook import Playbook
from bot.model.alert import TroubleReason
from bot.model.clock import SystemClock
from bot.model.event import Origin
from bot.model.place import Place
from bot.model.settings import Settings
from bot.model.translatable import ENGLISH
from bot.playbook.load import load
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.coupons.runtime.flights import CouponFlights
from bot.promotions.coupons.services import CouponService
from bot.promotions.coupons.store.grants import Coupons
from bot.services.caller import Caller
from bot.store.database.mongo import Database
from bot.store.stores import Stores

A_SECOND, SECONDS = 500, 10
WARM = 500
"""So many ask before, whose times are not counted: connections are opened then."""
MOST_TIMES = 30.0
"""The p99 of a coupon is at most so many times that of one insertion, which is short where nobody waits."""
PLAYBOOK = """\
bot: bench
channels: {main: {id: "@bench", channel_id: "1", channel_secret: s, access_token: t}}
rules: [{when: {text: 嗨}, reply: 嗨}]
"""
HERE = Origin("", "main", 0)


class Quiet:
    """Nobody is told."""

    async def once(self, reason: TroubleReason, what: str, text: str) -> None: ...


async def asked(ask: Callable[[int], Awaitable[object]]) -> list[float]:
    """Seconds that each answer took, sorted; it is asked on time, whether others are answered or not.

    The first `WARM` of them are not counted.
    """
    loop, took = asyncio.get_running_loop(), list[float]()
    began = loop.time()

    async def one(number: int) -> None:
        due = began + number / A_SECOND
        await asyncio.sleep(max(0.0, due - loop.time()))
        await ask(number)
        if number >= WARM:
            took.append(loop.time() - due)

    await asyncio.gather(*(one(number) for number in range(WARM + A_SECOND * SECONDS)))
    return sorted(took)


def in_words(what: str, took: list[float]) -> str:
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    return f"{what}: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, at most {took[-1] * 1000:.1f} ms"


def playbook_of(coupon: Coupon, folder: Path) -> Playbook:
    (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    found = load(folder, {})
    assert found.playbook is not None, found.problems
    return replace(found.playbook, promotions={**found.playbook.promotions, "coupons": {coupon.name: coupon}})


async def measured_on(stores: Stores, other: Coupons, folder: Path) -> bool:
    """Tell how long it took; whether that is within the bound, and exactly the stock was given."""
    clock, number = SystemClock(), A_SECOND * SECONDS
    until = clock.now() + timedelta(days=30)
    coupon = Coupon(
        *("折百", "折 100 元", "", None, WARM + number // 2, 1, None, until, None, None, "made", None),
        redeem=frozenset({"clerk"}),
        gives_back=False,
        place=Place("bot.yaml", 1, 1, "coupons"),
    )
    playbook = playbook_of(coupon, folder)
    flights = [CouponFlights(one, Quiet(), lambda: ENGLISH, clock) for one in (stores.of(Coupons), other)]
    processes = [CouponService(one, lambda: playbook) for one in flights]

    async def ask(who: int) -> None:
        caller = Caller(f"main:U{who}", "main", f"U{who}", f"call {who}", clock.now())
        await processes[who % 2].give(GiveCoupon(coupon.name, HERE), caller)

    rows = stores.database.collection("coupon_codes")

    async def insert(who: int) -> None:
        await rows.insert_one({"_id": f"plain{who}", "coupon": "none"})

    plain, coupons = await asked(insert), await asked(ask)
    given = (await stores.of(Coupons).left([coupon.name]))[coupon.name].given
    times = coupons[int(number * 0.99)] / plain[int(number * 0.99)]
    print(in_words(f"one insertion, {A_SECOND} a second", plain))
    print(in_words(f"a coupon, {A_SECOND} a second to two processes", coupons))
    print(f"{times:.1f} times an insertion (at most {MOST_TIMES:g}); {given} of {coupon.stock} given")
    return times <= MOST_TIMES and given == coupon.stock


async def measured() -> bool:
    """The same on a database of its own, which is removed."""
    with tempfile.TemporaryDirectory() as place:
        opened = await open_database(Settings({}), Path(place), {}, "measure", ends_with_us=True)
        assert opened.embedded is not None
        second = Database(opened.embedded.uri)
        try:
            return await measured_on(opened.stores, Coupons(second), Path(place))
        finally:
            second.close()
            await opened.close()


def main() -> None:
    """Measure, and end with 1 where it took too long."""
    argparse.ArgumentParser(prog="python -m bench.coupons", description=__doc__).parse_args()
    load_average = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load_average}, {time.strftime('%Y-%m-%d')}")
    sys.exit(0 if uvloop.run(measured()) else 1)


if __name__ == "__main__":
    main()
