"""`kill -9` while people try a draw at two processes: each tries once, no prize too many, all hear (N3).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
"""

from __future__ import annotations

from collections import Counter

import pytest

from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.draws.model import HELD_DRAWS, OF_DRAWS
from bot.store.database.mongo import reaching
from bot.store.stores import Stores
from tests.faults.bot_process import PLAYBOOK, comes_to
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS
from tests.faults.two_killed import TwoKilled, two_killed
from tests.faults.webhooks import person, says
from tests.faults.world import World

PEOPLE, STOCK = 20, 7
NAMES = [f"抽{number}" for number in range(max(ROUNDS, 3))]
SECTIONS = (
    "coupons:\n"
    + "".join(f"  大{name}: {{for: 30d, stock: {STOCK}}}\n  小{name}: {{for: 30d}}\n" for name in NAMES)
    + "draws:\n"
    + "".join(
        f"  {name}: {{each: once, prizes: "
        f"{{大獎: {{coupon: 大{name}, odds: 99%}}, 小獎: {{coupon: 小{name}}}}}}}\n"
        for name in NAMES
    )
)
RULES = "".join(f"  - {{when: {{text: 試{name}}}, do: [{{enter_draw: {name}}}]}}\n" for name in NAMES)
HEARD = "  - {when: {draw: any, result: won}, add_tags: [中獎]}\n"


async def one_round(two: TwoKilled, name: str) -> None:
    """Each tries twice, at whichever process."""
    users = [person() for _ in range(PEOPLE)]
    async with two.struck(2 * PEOPLE) as group:
        for user in users:
            group.create_task(two.deliver(*(says(user, f"試{name}") for _ in range(2))))
    await two.world.all_done(*users, seconds=ROUND_SECONDS)
    await check(two.stores, users, name)


async def check(stores: Stores, users: list[str], name: str) -> None:
    people = (await stores.contacts.people_of(f"main:{user}" for user in users)).values()
    held = [one for who in people for one in HELD_DRAWS.of(who)]
    assert [(one.tries, one.waits, one.result) for one in held] == [(1, 0, "won")] * PEOPLE
    assert all("中獎" in {tag.name for tag in who.tags} for who in people)
    theirs = Counter(one.grant.coupon for who in people for one in HELD_COUPONS.of(who))
    assert sum(theirs.values()) == PEOPLE, "one each"
    assert theirs[f"大{name}"] <= STOCK
    async with reaching():
        rows = stores.database.collection("coupon_grants").find({"draw": name})
        given = {row["_id"]: row["contact"] async for row in rows}
    assert given == {one.grant.id: who.id for who in people for one in HELD_COUPONS.of(who)}

    async def are_counted() -> bool:
        await stores.counts.fold_all()
        return sum(one.number for one in await stores.counts.of_promotions(OF_DRAWS, name=name)) == PEOPLE

    await comes_to(are_counted, ROUND_SECONDS)


@pytest.mark.ring("soak", "rounds of kill -9")
async def test_killed_while_a_draw_is_tried(processes: World) -> None:
    """N3: whichever of a process and its database dies, beside another process."""
    async with two_killed(processes, SECTIONS + PLAYBOOK + RULES + HEARD) as two:
        await two.rounds(lambda number: one_round(two, NAMES[number]))
