"""A shop's own system tells its news by `POST /api/events`: stored, read, told like a platform's (C6)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.connectors.shops.members import ShopMember
from bot.connectors.shops.webhooks import meaning
from bot.model.contact import Binding, Contact, Identity
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, OrderState, ShopLink
from bot.runtime.intake.outside_event import FieldIsWrong
from bot.runtime.intake.outside_events import Addressees, OutsideEvents
from bot.runtime.promotions import orders_followed
from bot.runtime.shops.link_cache import LinkCache
from bot.runtime.shops.member_news import ShopTeller
from bot.runtime.shops.news_intake import NewsWorld, ShopNewsIntake, ShopNewsProcessor
from bot.runtime.shops.shop_events import ShopEvents, read_shop_news
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop

AMY = f"U{1:032x}"
PLAYBOOK = compiled(
    """\
shops:
  erp: {platform: hook, url: "https://erp.example/", secret: s, channel: main, attributes: {tier: tier}}
attributes: {tier: {type: text}}
signals: {arrived: {}}
channels:
  main: {id: "@forest", channel_id: "1234", channel_secret: opaque, access_token: token, shop: erp}
rules:
  - {when: {shop: order_paid, at_least: 1000}, push: "訂單 {{ event.order_no }} {{ event.amount }}"}
  - {when: {shop: tier_changed}, push: "等級 {{ attribute.tier }}"}
  - {when: {signal: arrived}, push: 到貨}
"""
)
ERP = ShopSettings("erp", "hook", None, {"url": "https://erp.example/", "secret": "s"}, channel="main")
FOREST = ShopSettings("forest", "cyberbiz", None, {"username": "u", "secret": "s"})
TAIPEI = ZoneInfo("Asia/Taipei")


def changed(
    id_: str = "1", news: str = "member_updated", member: Any = "5001", **more: Any
) -> dict[str, Any]:
    return {"id": id_, "shop": "erp", "news": news, "member_no": member, **more}


def paid(id_: str = "2", **order: Any) -> dict[str, Any]:
    return changed(id_, "order_paid", order={"order_no": "A1", "amount": 1880, **order})


@dataclass
class Told:
    """The intake, and the desk, over a bot that runs; the shop has one member."""

    shop: Shop
    bot: Bot
    tier: str = "金卡"
    reads: int = 0

    async def order_state(self, order: str) -> OrderState | None:
        raise AssertionError("an own system signs what it tells")

    async def member(self, member_no: str) -> ShopMember | None:
        self.reads += 1
        if member_no != "5001":
            return None
        return ShopMember(
            ReservedMember(None, "5001", {"t.tier": self.tier}, shop="erp"), read=self.shop.clock.now()
        )

    def events(self) -> ShopEvents:
        bot, clock, stores = self.bot, self.shop.clock, self.bot.stores
        addressees = Addressees(stores.contacts, stores.people, bot.runtime.turns.recent.stored)
        signals = OutsideEvents(
            lambda: PLAYBOOK, addressees, stores.inbox, bot.runtime.receiver.store_new, clock
        )
        links = LinkCache(stores.shop_links, clock)
        keep = ShopNewsIntake(stores.shop_news, lambda: None).keep
        return ShopEvents(signals, lambda: ({"erp": ERP, "forest": FOREST}, TAIPEI), links, keep, clock)

    async def takes(self, *told: Any) -> list[str]:
        return [one.verdict for one in await self.events().take(told)]

    async def tell(self) -> None:
        clock, stores = self.shop.clock, self.bot.stores

        async def removed(shop: ShopSettings) -> None:
            raise AssertionError

        hears = (stores, lambda: PLAYBOOK, self.bot.runtime.receiver.store, clock)
        links = LinkCache(stores.shop_links, clock)
        world = NewsWorld(
            *(stores.shop_news, lambda: {"erp": ERP}, lambda name: self, links),
            *(ShopTeller(*hears), orders_followed(*hears), removed),
            lambda part: True,
            clock,
        )
        desk = ShopNewsProcessor(world)
        await desk.look()
        await asyncio.gather(*desk._tasks.values())
        await self.shop.quiet()

    async def amy(self) -> Contact:
        stored = await self.bot.stores.contacts.person(f"main:{AMY}")
        assert stored is not None
        return stored.contact


@pytest.fixture
async def told(shop: Shop) -> Told:
    """Amy is the member."""
    told = Told(shop, await shop.opens(PLAYBOOK))
    identity = Identity("main", AMY, friend=True, seen=NOW)
    amy = Contact(
        f"main:{AMY}",
        identities=(identity,),
        phone="+886912345678",
        member_no="5001",
        member_shop="erp",
        bindings={"phone": Binding(NOW)},
    )
    await come(told.bot.stores.contacts, amy)
    return told


async def test_it_is_news_of_the_shop_with_what_the_record_says(told: Told) -> None:
    assert await told.takes(changed(news="tier_changed"), paid()) == ["stored", "stored"]
    await told.tell()
    assert sorted(told.shop.line.texts()) == ["等級 金卡", "訂單 A1 1880"]
    amy = await told.amy()
    assert (told.reads, amy.attributes["t.tier"].value) == (1, "金卡"), "read once for both"
    assert amy.last_order == NOW, "no moment was told: when it came"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_the_same_id_counts_once_also_in_one_call(told: Told) -> None:
    assert await told.takes(paid(), paid(), changed("3")) == ["stored", "known", "stored"]
    assert await told.takes(paid(), {**paid("4")}) == ["known", "stored"]
    await told.tell()
    assert told.shop.line.texts() == ["訂單 A1 1880"], "of one order it is told once, whatever the id"
    assert await told.takes(paid()) == ["known"]


async def test_signals_and_news_in_one_call_keep_their_order(told: Told) -> None:
    signal = {"id": "s", "signal": "arrived", "contact": {"line_id": AMY}}
    nobody = {"id": "t", "signal": "arrived", "contact": {"line_id": f"U{9:032x}"}}
    assert await told.takes(changed(), nobody, signal, 7, changed(news="x")) == [
        *("stored", "nobody", "stored"),
        *("wrong", "wrong"),
    ]


async def test_an_old_order_moves_last_order_and_nobody_hears_of_it(told: Told) -> None:
    placed = "2026-01-02T10:00:00+08:00"
    assert await told.takes(paid(placed_at=placed, updated_at=placed)) == ["stored"]
    await told.tell()
    assert told.shop.line.texts() == []
    assert (await told.amy()).attributes["t.tier"].value == "金卡"


async def test_whoever_is_not_linked_is_told_so(told: Told) -> None:
    end = LinkEnd("amy", NOW, "here")
    link = ShopLink("erp", "hook", "", "here", "amy", NOW, 1, ended=end)
    assert await told.bot.stores.shop_links.put(link, None)
    [answer] = await told.events().take([changed()])
    assert (answer.verdict, answer.field, str(answer.message)) == ("wrong", "shop", "is not linked")


async def test_a_member_whom_the_shop_has_no_more_keeps_a_proven_phone(told: Told) -> None:
    assert await told.takes(changed(member="9", news="member_removed")) == ["stored"]
    await told.tell()
    assert (await told.amy()).bindings.keys() == {"phone"}
    assert await told.bot.stores.shop_news.waiting("erp", 9) == []


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (changed(surplus=1), "surplus"),
        (changed(id_=""), "id"),
        (changed(id_="x" * 201), "id"),
        ({**changed(), "shop": "forest"}, "shop"),  # a platform signs its own
        ({**changed(), "shop": ["erp"]}, "shop"),
        (changed(news="orders/paid"), "news"),
        (changed(member=None), "member_no"),
        (changed(member=True), "member_no"),
        (changed(order={"order_no": "1"}), "order"),
        (changed(news="order_paid"), "order"),
        (paid(order_no=""), "order.order_no"),
        (paid(amount="much"), "order.amount"),
        (paid(amount=True), "order.amount"),
        (paid(placed_at="yesterday"), "order.placed_at"),
        (paid(points=1), "order.points"),
        (paid(refunded=100), "order.refunded"),
        ({**paid(), "news": "order_partially_refunded"}, "order.refunded"),
        ({**paid(refunded=0), "news": "order_partially_refunded"}, "order.refunded"),
        ({**paid(refunded=1880), "news": "order_partially_refunded"}, "order.refunded"),
        (paid(codes="AB12"), "order.codes"),
        (paid(codes=["AB12", ""]), "order.codes"),
        (paid(codes=[12]), "order.codes"),
        (paid(codes=["x" * 201]), "order.codes"),
        (paid(codes=["x"] * 21), "order.codes"),
        ({**changed(), "at": (NOW - timedelta(days=15)).isoformat()}, "at"),
    ],
)
def test_a_wrong_field_is_named(event: Mapping[str, Any], field: str) -> None:
    with pytest.raises(FieldIsWrong) as error:
        read_shop_news(event, {"erp": ERP}, TAIPEI, NOW)
    assert error.value.wrong.field == field


def test_a_refund_of_a_part_says_how_much_is_back_by_now() -> None:
    """Issue 65."""
    event = {**paid(refunded=100.5), "news": "order_partially_refunded"}
    told = meaning("hook", read_shop_news(event, {"erp": ERP}, TAIPEI, NOW)).order
    assert told is not None
    assert (told.topic, told.amount, told.refunded) == ("order_partially_refunded", 1880, 100.5)


def test_the_codes_of_an_order_are_as_they_were_typed() -> None:
    """N1"""
    told = meaning("hook", read_shop_news(paid(codes=["ab-12", "CD34"]), {"erp": ERP}, TAIPEI, NOW))
    assert told.order is not None
    assert told.order.codes == ("ab-12", "CD34")
    assert "ab-12" not in repr(told), "a code is in no log"


def test_moments_are_of_the_playbooks_zone_and_numbers_may_be_numbers() -> None:
    event = paid(order_no=17, amount=99.5, placed_at="2026-11-20 18:30", updated_at="2026-11-20T12:00:00Z")
    webhook = read_shop_news({**event, "member_no": 5001}, {"erp": ERP}, TAIPEI, NOW)
    told = meaning("hook", webhook)
    assert told.order is not None
    assert (told.member, told.order.number, told.order.amount) == ("5001", "17", 99.5)
    assert told.order.placed == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    assert told.order.updated == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert b"erp" not in orjson.dumps(webhook.id), "the id says nothing"
