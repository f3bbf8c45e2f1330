"""`kill -9` while coupons are given and redeemed by two processes: never one too many, no code twice (N1).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
In `make test` desks die at random steps instead (`tests/promotions/coupons/test_schedules.py`), in seconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.operations.till import TillActor
from bot.promotions.coupons.model import HELD_COUPONS, HeldCoupon
from bot.promotions.coupons.operations.acts import redeem
from bot.promotions.coupons.store.grants import Coupons
from bot.store.database.mongo import reaching
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.bot_process import PLAYBOOK
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS
from tests.faults.two_killed import TwoKilled, two_killed
from tests.faults.webhooks import person, says
from tests.faults.world import World
from tests.playbooks import compiled

PEOPLE = 20
STOCK = 12
"""Of each round's coupon."""
COUPONS = [f"折百{number}" for number in range(max(ROUNDS, 3))]
SECTION = "coupons:\n" + "".join(
    f"  {name}: {{title: 折 100 元, stock: {STOCK}, for: 30d}}\n" for name in COUPONS
)
RULES = "".join(f"  - {{when: {{text: 領{name}}}, do: [{{give_coupon: {name}}}]}}\n" for name in COUPONS)
HEARD = "  - {when: {coupon: any, result: [given, had, none_left, over, failed]}, reply: 好}\n"


def shop() -> Playbook:
    return compiled(f"{SECTION}rules:\n{RULES}{HEARD}")


async def codes(stores: Stores, coupon: str) -> dict[str, str]:
    """Whom each code of a coupon was given to."""
    async with reaching():
        rows = stores.database.collection("coupon_grants").find({"coupon": coupon})
        return {row["code"]: row["contact"] async for row in rows}


async def redeemed(stores: Stores, coupon: str, till: str, playbook: Playbook, most: int) -> Counter[str]:
    """A till that redeems whatever is given, each code once, whatever dies: what its presses came to."""
    found = Counter[str]()
    done = set[str]()
    while len(done) < most:
        await asyncio.sleep(0.02)  # the bots tell nobody when they have given one
        try:
            for code in [*(await codes(stores, coupon))][: most + 3]:
                if code not in done:
                    outcome = await redeem(stores, playbook, code, TillActor(till), f"{till} {code}")
                    if outcome.what != "waits":
                        found[outcome.what] += 1
                        done.add(code)
        except DatabaseUnavailable:
            continue
    return found


async def held(stores: Stores, users: list[str], coupon: str) -> dict[str, list[HeldCoupon]]:
    people = await stores.contacts.people_of(f"main:{user}" for user in users)
    return {
        id_: [one for one in HELD_COUPONS.of(who) if one.grant.coupon == coupon]
        for id_, who in people.items()
    }


async def one_round(two: TwoKilled, coupon: str, playbook: Playbook) -> None:
    """Each asks twice, at whichever process."""
    users = [person() for _ in range(PEOPLE)]
    async with two.struck(2 * PEOPLE) as group:
        tills = [
            group.create_task(redeemed(two.stores, coupon, f"console:{till}", playbook, STOCK))
            for till in ("mei", "ning")
        ]
        for user in users:
            group.create_task(two.deliver(*(says(user, f"領{coupon}") for _ in range(2))))
    await two.world.all_done(*users, seconds=ROUND_SECONDS)
    await check(two.stores, users, coupon, [till.result() for till in tills])


async def check(stores: Stores, users: list[str], coupon: str, tills: list[Counter[str]]) -> None:
    given = await codes(stores, coupon)
    assert len(given) == STOCK, "exactly as many as there are"
    assert len(set(given.values())) == STOCK, "nobody two"
    assert (await stores.of(Coupons).left([coupon]))[coupon].given == STOCK
    people = await held(stores, users, coupon)
    assert {one.grant.code: id_ for id_, some in people.items() for one in some} == given
    assert sum(tills, Counter()) == {"redeemed": STOCK, "was_redeemed": STOCK}, "each code once, by one till"
    for some in people.values():
        for one in some:
            assert one.used is not None
            assert one.act_id == f"{one.by} {one.grant.code}"


@pytest.mark.ring("soak", "rounds of kill -9")
async def test_killed_while_coupons_are_given_and_redeemed(processes: World) -> None:
    """N1: whichever of a process and its database dies, beside another process."""
    playbook = shop()
    async with two_killed(processes, SECTION + PLAYBOOK + RULES + HEARD) as two:
        await two.rounds(lambda number: one_round(two, COUPONS[number], playbook))
