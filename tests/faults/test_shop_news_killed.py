"""`kill -9` under a stream of shops' webhooks: what was answered 200 is acted upon, once. C6, A1, N1"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from random import Random

import pytest

from bot.promotions.coupons.model import HELD_COUPONS
from bot.simulator.shop.members import PretendMember
from tests.faults.bot_process import comes_to
from tests.faults.shops import (
    FOREST,
    HARBOUR,
    IN_PLAYBOOK,
    Shops,
    ShopWebhook,
    changed,
    paid,
    shops_open,
    told_until_taken,
)
from tests.faults.stored import looking
from tests.faults.test_kill import SEED
from tests.faults.webhooks import follows, person
from tests.faults.world import World

CHANNELS = {"forest": "main", "harbour": "outlet"}
PLAYBOOK = f"""\
bot: 森活選品
channels:
  main: {{id: "@a", channel_id: "${{LINE_CHANNEL_ID}}", channel_secret: "${{LINE_CHANNEL_SECRET}}",
    access_token: "${{LINE_CHANNEL_ACCESS_TOKEN}}", shop: forest}}
  outlet: {{id: "@b", channel_id: "${{LINE_CHANNEL_ID}}", channel_secret: "${{LINE_CHANNEL_SECRET}}",
    access_token: "${{LINE_CHANNEL_ACCESS_TOKEN}}", shop: harbour}}
shops:
  forest: {IN_PLAYBOOK["forest"] % "channel: main, attributes: {orders: orders_count}"}
  harbour: {IN_PLAYBOOK["harbour"] % "channel: outlet, attributes: {orders: order_count}"}
attributes: {{orders: number}}
coupons: {{折百: {{for: 30d, redeem: order}}}}
rules:
  - {{when: follow, give_coupon: 折百}}
  - {{when: {{coupon: 折百, result: [given, had, failed]}}, note: 折百}}
  - {{when: {{coupon: 折百, result: redeemed}}, push: 用了折百}}
  - {{when: {{shop: order_paid}}, do: [{{add_tags: 買過}}, {{push: "訂單 {{{{ event.order_no }}}}"}}]}}
flows:
  thanks:
    when: {{tag_added: 買過}}
    once_per: person
    if_late: next_morning
    states: {{hello: {{push: 謝謝。不想收到？輸入「停止推播」, end: true}}}}
"""
ORDERS = 2
"""Of each member; between them the shop changes their record."""
ROUND_SECONDS = 240


@dataclass(frozen=True)
class Buyer:
    """A member with LINE, and all that happens to them at the shop, in order; each is told then."""

    shop: str
    user: str
    orders: tuple[str, ...]
    happens: tuple[Callable[[], ShopWebhook], ...]
    codes: list[str]
    """Of the coupons that they were given: each of their orders comes with all."""

    @property
    def contact(self) -> str:
        return f"{CHANNELS[self.shop]}:{self.user}"


@pytest.fixture
async def shops(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shops]:
    """Who asks as often as its platform allows, from two processes at once, is not told to wait."""
    monkeypatch.setattr("bot.connectors.shops.cyberbiz.simulator.api.PER_SECOND", 1_000)
    async with shops_open(FOREST, HARBOUR) as shops:
        yield shops


def buyer(shops: Shops, shop: str, number: int) -> Buyer:
    there, channel, user = shops.by_name[shop], CHANNELS[shop], person()
    member = PretendMember(str(6000 + number), f"會員{number}", f"09{number:08}", line=user)
    codes: list[str] = []
    happens = [partial(changed, there, channel, member)]
    orders = [f"{shop}-{number}-{n}" for n in range(ORDERS)]
    for bought, order in enumerate(orders, 1):
        happens.append(partial(paid, there, channel, member, order, codes))
        happens.append(partial(changed, there, channel, replace(member, orders=bought)))
    return Buyer(shop, user, tuple(orders), tuple(happens), codes)


@pytest.mark.parametrize(
    ("processes", "people", "deaths"),
    [
        pytest.param(1, 3, 1, marks=pytest.mark.ring("soak", "more of the same")),
        (2, 3, 1),
        pytest.param(1, 60, 8, marks=pytest.mark.ring("soak", "more of the same")),
        pytest.param(2, 60, 8, marks=pytest.mark.ring("soak", "more of the same")),
    ],
)
async def test_each_webhook_is_acted_upon_once(
    started_world: World, shops: Shops, processes: int, people: int, deaths: int
) -> None:
    """Of CYBERBIZ and of SHOPLINE, whichever process takes them and whoever dies meanwhile."""
    world, dice = started_world, Random(f"{SEED} {processes} {people}")
    (world.folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    bots = [await world.bot(**shops.environment(n)).start() for n in range(processes)]
    buyers = [buyer(shops, shop, number) for shop in CHANNELS for number in range(people)]
    for one in buyers:
        await world.delivered(bots[0], replace(follows(one.user), channel=CHANNELS[one.shop]))
    await world.all_done()  # the shop's LINE accounts are known here
    async with looking(world.data) as stored:
        for one in buyers:
            coupons = HELD_COUPONS.of(await stored.contact(one.contact))
            one.codes.extend(held.grant.code for held in coupons)
    every = sum(len(one.happens) for one in buyers) // (deaths + 1)
    taken, moments = count(1), [asyncio.Event() for _ in range(deaths)]

    def address() -> str:
        return dice.choice([bot.address for bot in bots if bot.runs] or ["http://127.0.0.1:1"])

    def one_more() -> None:
        number = next(taken)
        if number % every == 0 and number // every <= deaths:
            moments[number // every - 1].set()

    async def die() -> None:
        for moment in moments:
            await moment.wait()
            bot = dice.choice(bots)
            await bot.kill()
            await bot.start()

    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        for one in buyers:
            group.create_task(told_until_taken(world.session, one.happens, address, one_more))
        group.create_task(die())
    await _all_told(world)
    await world.all_done(seconds=ROUND_SECONDS)
    await _check(world, buyers)
    assert not [line for bot in bots for line in bot.complaints()], f"OAFLOW_KILL_SEED={SEED}"


async def _all_told(world: World) -> None:
    async with looking(world.data) as stored:

        async def told() -> bool:
            return not await stored.shop_news_left()

        await comes_to(told, ROUND_SECONDS)


async def _check(world: World, buyers: list[Buyer]) -> None:
    said = Counter((taken.to, text) for taken in world.line.taken for text in taken.texts)
    wanted = Counter((one.user, f"訂單 {order}") for one in buyers for order in one.orders)
    wanted += Counter((one.user, "用了折百") for one in buyers)
    wanted += Counter((one.user, "謝謝。不想收到？輸入「停止推播」") for one in buyers)
    assert said == wanted, f"OAFLOW_KILL_SEED={SEED}"
    async with looking(world.data) as stored:
        for one in buyers:
            contact = await stored.contact(one.contact)
            assert (contact.attributes["n.orders"].value, list(contact.bindings)) == (ORDERS, ["shop"])
            assert [tag.name for tag in contact.tags] == ["買過"]
            assert [held.order for held in HELD_COUPONS.of(contact)] == [one.orders[0]], (
                "the first that is taken"
            )
        assert await stored.everybody() == {one.contact for one in buyers}
