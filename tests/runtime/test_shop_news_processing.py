"""The news of shops: each member read once, everybody told once, whatever crashes or comes twice. C6"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any

import orjson
import pytest

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.members import ShopMember
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Binding, Contact, Identity
from bot.model.inbox import Received
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, OrderState, ShopLink, ShopWebhook
from bot.model.shop_failure import NotOffered, NotUnderstood, ShopAway, ShopFailed
from bot.runtime.promotions import orders_followed
from bot.runtime.shops.link_cache import LinkCache
from bot.runtime.shops.member_news import MemberNews, Overtaken, ShopTeller
from bot.runtime.shops.news_intake import TRIES, NewsWorld, ShopNewsIntake, ShopNewsProcessor
from bot.services.own_events import StoreEvents
from bot.store.shops.news import ShopNewsStore
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.depth import examples
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.harness import Bot, followed
from tests.runtime.shop import Shop

SHOP = """\
shops:
  forest:
    {platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque, channel: main,
     attributes: {tier: vip_info.level_name}}
attributes: {tier: {type: text}}
channels:
  main: {id: "@forest", channel_id: "1234", channel_secret: opaque, access_token: token, shop: forest}
"""
PLAYBOOK = compiled(
    SHOP
    + """\
rules:
  - {when: {shop: order_paid, at_least: 1000}, push: "訂單 {{ event.order_no }}"}
  - {when: {attribute_changed: tier, to: 金卡}, push: 恭喜升等}
  - {when: {shop: member_registered}, push: 歡迎}
"""
)
HEARS_ALL = compiled(
    SHOP
    + """\
rules:
  - {when: {shop: order_placed}, push: 下單}
  - {when: {shop: order_paid}, push: 付款}
  - {when: {shop: order_cancelled}, push: 取消}
  - {when: {shop: order_refunded}, push: 退款}
  - when: {shop: order_partially_refunded}
    push: "退了 {{ event.refunded }}，還有 {{ event.paid }}／{{ event.amount }}"
  - {when: {shop: tier_changed}, push: 換等級}
"""
)
FOREST = ShopSettings(
    "forest", "cyberbiz", None, {"username": "u", "secret": "s", "webhook_secret": "w"}, channel="main"
)
SEA = replace(FOREST, name="sea")


@dataclass
class CountingShop:
    """The members of the shop as they are, by number: their level. `fails` is what happens instead."""

    clock: ManualClock
    tiers: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    fails: dict[str, ShopFailed] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    orders: dict[str, OrderState | ShopFailed | None] = field(default_factory=dict)
    """What has become of orders, where they are not paid."""

    async def order_state(self, order: str) -> OrderState | None:
        state = self.orders.get(order, OrderState(paid=True))
        if isinstance(state, ShopFailed):
            raise state
        return state

    async def member(self, member_no: str) -> ShopMember | None:
        self.read.append(member_no)
        if (error := self.fails.get(member_no) or self.fails.get("all")) is not None:
            raise error
        if member_no not in self.tiers:
            return None
        values = {"t.tier": self.tiers[member_no]}
        found = ReservedMember(self.phones.get(member_no), member_no, values, shop="forest")
        return ShopMember(
            found, line=self.lines.get(member_no), updated=self.changed.get(member_no), read=self.clock.now()
        )


@dataclass
class News:
    """A desk over a bot that runs."""

    shop: Shop
    bot: Bot
    there: CountingShop
    removed: list[str] = field(default_factory=list)
    has_shop: bool = True
    playbook: Playbook = PLAYBOOK
    settings: ShopSettings = FOREST

    @property
    def stores(self) -> Stores:
        return self.bot.stores

    def desk(self, hear: StoreEvents | None = None, store: ShopNewsStore | None = None) -> ShopNewsProcessor:
        clock, stores = self.shop.clock, self.stores
        hear = hear or self.bot.runtime.receiver.store

        async def removed(shop: ShopSettings) -> None:
            self.removed.append(shop.name)

        return ShopNewsProcessor(
            NewsWorld(
                store or stores.shop_news,
                lambda: {"forest": self.settings} if self.has_shop else {"sea": SEA},
                lambda name: self.there,
                LinkCache(stores.shop_links, clock),
                ShopTeller(stores, lambda: self.playbook, hear, clock),
                orders_followed(stores, lambda: self.playbook, hear, clock),
                removed,
                lambda part: True,
                clock,
            )
        )

    async def comes(self, topic: str, told: dict[str, Any], name: str = "") -> None:
        id_ = name or f"{topic} {orjson.dumps(told).decode()}"
        webhook = ShopWebhook(id_, "forest", topic, orjson.dumps(told), self.shop.clock.now())
        await ShopNewsIntake(self.stores.shop_news, lambda: None).keep(webhook, 10)

    async def tell(self, desk: ShopNewsProcessor | None = None) -> None:
        """Look once, and let all that begins end."""
        desk = desk or self.desk()
        await desk.look()
        await asyncio.gather(*desk._tasks.values())
        await self.shop.quiet()

    async def hears(self, topic: str, told: dict[str, Any], name: str = "") -> None:
        """It comes, and is told."""
        await self.comes(topic, told, name)
        await self.tell()

    async def tell_all(self) -> None:
        """Look once more a little later: for news that a turn has overtaken."""
        desk = self.desk()
        await self.tell(desk)
        self.shop.clock.advance(2)
        await self.tell(desk)

    async def waiting(self) -> int:
        return len(await self.stores.shop_news.waiting("forest", 1000))

    async def is_member(self, user: str, number: str, **more: Any) -> None:
        """Somebody with LINE is this member."""
        contact = Contact(
            f"main:{user}",
            identities=(Identity("main", user, True, seen=NOW),),
            member_no=number,
            member_shop="forest",
            **{"bindings": {"shop": Binding(NOW)}, **more},
        )
        await come(self.stores.contacts, contact)

    async def has_a_gold_member(self) -> None:
        """Somebody with LINE is this member, and the shop's record has their level."""
        await self.is_member("U1", "5001")
        self.there.tiers["5001"] = "金卡"

    async def now(self, contact: str) -> Contact:
        stored = await self.stores.contacts.person(contact)
        assert stored is not None
        return stored.contact


@pytest.fixture
async def news(shop: Shop) -> News:
    return News(shop, await shop.opens(PLAYBOOK), CountingShop(shop.clock))


@pytest.fixture
async def all_news(shop: Shop) -> News:
    return News(shop, await shop.opens(HEARS_ALL), CountingShop(shop.clock), playbook=HEARS_ALL)


def order(number: int = 1, member: str = "5001", amount: int = 1880, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "order_number": number,
        "customer": {"id": int(member)},
        "prices": {"total_price": amount},
        **more,
    }


async def test_several_news_of_a_member_are_one_read_and_each_is_heard(news: News) -> None:
    await news.has_a_gold_member()
    await news.comes("customers/update", {"id": 5001})
    await news.comes("customers/update", {"id": 5001, "name": "x"})
    await news.comes("customer_vip_level/update", {"customer_id": 5001, "current_level": {}})
    await news.comes("orders/paid", order())
    await news.hears("orders/paid", order(updated_at="2026-11-20 12:00:00"))
    assert news.there.read == ["5001"]
    assert sorted(news.shop.line.texts()) == ["恭喜升等", "訂單 1"]
    now = await news.now("main:U1")
    assert (now.last_order is not None, await news.waiting()) == (True, 0)
    await news.tell()
    assert news.there.read == ["5001"], "what is told is told"


async def test_an_order_alone_is_one_news_and_brings_the_record(news: News) -> None:
    await news.has_a_gold_member()
    await news.hears("orders/paid", order())
    assert sorted(news.shop.line.texts()) == ["恭喜升等", "訂單 1"]
    assert len(await news.bot.timeline("U1")) == 1


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_has_no_line_is_silently_what_the_record_says(news: News) -> None:
    news.there.tiers["5002"], news.there.phones["5002"] = "銀卡", "+886912345678"
    await news.comes("customers/create", {"id": 5002})
    await news.hears("orders/paid", order(member="5002"))
    [found] = await news.stores.people.without_line("+886912345678", None)
    now = await news.now(found)
    assert (now.attributes["t.tier"].value, now.member_no, now.last_order is not None) == (
        "銀卡",
        "5002",
        True,
    )
    assert (news.shop.line.texts(), await news.waiting()) == ([], 0)


async def test_a_login_at_the_shop_binds_whom_we_know(news: News) -> None:
    """`bound: shop`; of a LINE account that is nobody's here nothing is taken."""
    known = Contact("main:U7", identities=(Identity("main", "U7", True, seen=NOW),))
    await come(news.stores.contacts, known)
    news.there.tiers |= {"7": "金卡", "8": "金卡"}
    news.there.lines |= {"7": "U7", "8": "Unobody"}
    await news.comes("uid_providers/create", {"id": 7})
    await news.hears("uid_providers/create", {"id": 8})
    now = await news.now("main:U7")
    assert ("shop" in now.bindings, now.member_no) == (True, "7")
    assert news.shop.line.texts() == ["恭喜升等"]
    assert await news.stores.contacts.person("main:Unobody") is None


async def test_who_was_told_of_before_they_came_is_bound_by_the_next_news(news: News) -> None:
    """Nobody knows whose LINE account it is: the first news make somebody without LINE, the next one them."""
    news.there.tiers["5001"], news.there.lines["5001"] = "銀卡", "U1"
    await news.hears("customers/update", {"id": 5001})
    await news.bot.hear(followed("U1", news.shop.clock))
    await news.shop.quiet()
    assert not (await news.now("main:U1")).bindings
    await news.hears("orders/paid", order())
    now = await news.now("main:U1")
    assert (now.member_no, list(now.bindings), now.attributes["t.tier"].value) == ("5001", ["shop"], "銀卡")
    assert news.shop.line.texts() == ["訂單 1"]
    assert await news.stores.people.with_member_no("5001") == ["main:U1"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_deleted_at_the_shop_is_bound_by_its_word_no_more(news: News) -> None:
    await news.is_member("U1", "5001")
    await news.hears("customers/destroy", {"id": 5001})
    now = await news.now("main:U1")
    assert (now.bindings, now.member_no) == ({}, None)


@pytest.mark.parametrize(
    ("away", "early", "rest"),
    [(ShopAway("no answer in time"), 0, 60), (ShopAway("the shop answers 429", 900), 890, 20)],
    ids=["for a while", "with Retry-After, longer than anybody waits for a member"],
)
async def test_a_shop_that_is_away_keeps_its_news_and_is_left_alone(
    news: News, away: ShopAway, early: float, rest: float
) -> None:
    await news.has_a_gold_member()
    await news.comes("customers/update", {"id": 5001})
    news.there.fails["all"] = away
    desk = news.desk()
    await news.tell(desk)
    assert await news.waiting() == 1
    news.there.fails.clear()
    news.shop.clock.advance(early)
    await news.tell(desk)
    assert len(news.there.read) == 1
    news.shop.clock.advance(rest)
    await news.tell(desk)
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])


@pytest.mark.ring("all", "a crowd")
async def test_one_member_who_is_not_understood_keeps_nobody_else(news: News) -> None:
    await news.has_a_gold_member()
    news.there.fails["6"] = NotUnderstood("a customer without id")
    await news.comes("customers/update", {"id": 6})
    await news.comes("customers/update", {"id": 5001})
    await news.comes("customers/update", {"id": 9})
    desk = news.desk()
    for _ in range(TRIES):
        await news.tell(desk)
        news.shop.clock.advance(60)
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])
    assert news.there.read.count("6") == TRIES


@pytest.mark.ring("all", "a crowd")
async def test_news_that_are_overtaken_for_days_are_not_read_each_second(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once at first, for mostly it is a turn that was under way; later now and then."""

    async def overtaken(teller: ShopTeller, shop: ShopSettings, news: MemberNews) -> None:
        raise Overtaken

    monkeypatch.setattr(ShopTeller, "notify", overtaken)
    await news.comes("customers/update", {"id": 5001})
    desk = news.desk()
    reads = []
    for _ in range(100):  # minutes
        before = len(news.there.read)
        await news.tell(desk)
        reads.append(len(news.there.read) - before)
        news.shop.clock.advance(60)
    assert all(reads[:3]), "at first"
    assert 10 < sum(reads) < 30
    assert await news.waiting() == 1


async def test_a_shop_that_was_unlinked_is_not_heard(news: News) -> None:
    news.settings = replace(FOREST, credentials={**FOREST.credentials, "app_id": "ours"})
    await news.hears("apps/uninstall", {"app_client_id": "ours"})
    assert (news.removed, await news.waiting()) == (["forest"], 0)


@pytest.mark.parametrize("told", [{"id": 5001}, {"app_client_id": "theirs"}, {"app_client_id": None}])
async def test_another_body_under_the_topic_of_removal_unlinks_nothing(
    news: News, told: dict[str, Any]
) -> None:
    """C9: the topic is not signed; whoever has captured a body may send it with any."""
    for credentials in ({**FOREST.credentials, "app_id": "ours"}, FOREST.credentials):
        news.settings = replace(FOREST, credentials=credentials)
        await news.hears("apps/uninstall", told, f"{credentials}")
    assert (news.removed, await news.waiting()) == ([], 0)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("orders/paid", OrderState()),
        ("orders/paid", OrderState(cancelled=True)),
        ("orders/paid", None),
        ("orders/paid", NotOffered("the credentials may not read orders")),
        ("orders/cancelled", OrderState(paid=True)),
        ("orders/refunded", OrderState(paid=True)),
    ],
)
async def test_a_captured_body_under_another_topic_makes_no_order_paid(
    all_news: News, topic: str, state: OrderState | ShopFailed | None
) -> None:
    """C5, C6: what has become of an order is the shop's word, else that of the signed body."""
    news = all_news
    await news.has_a_gold_member()
    news.there.orders["1"] = state
    body = order(statuses={"order_status": "open", "financial_status": "pending"})
    await news.comes("orders/create", body)
    await news.comes(topic, body)
    desk = news.desk()
    await news.tell(desk)
    assert (news.shop.line.texts(), await news.waiting()) == (["下單"], 0)
    assert desk.ended.counts["not believed",] == 1


async def test_each_refund_of_a_part_is_heard_once_with_what_stays_paid(all_news: News) -> None:
    """Issue 65: of one order there may be several, and each says what was paid back by then."""
    news = all_news
    await news.has_a_gold_member()
    news.there.orders["1"] = OrderState(paid=True, refunded=True)
    back = {"body": "退款", "price": 100.0, "refunded_at": "2026-11-20 12:00:00"}
    for refunds in ([back], [back], [back, {**back, "price": 250.5}]):
        body = order(amount=950, statuses={"financial_status": "partial_refunded"}, return_histories=refunds)
        await news.hears("orders/refunded", body, str(len(refunds)))
    whole = order(amount=950, statuses={"financial_status": "refunded"}, return_histories=[back])
    await news.hears("orders/refunded", whole)
    assert news.shop.line.texts() == ["退了 100，還有 850／950", "退了 350.5，還有 599.5／950", "退款"]


async def test_where_orders_may_not_be_read_the_signed_body_says_what_they_are(news: News) -> None:
    await news.has_a_gold_member()
    news.there.orders["1"] = NotOffered("the credentials may not read orders")
    await news.hears("orders/paid", order(statuses={"financial_status": "paid"}))
    assert "訂單 1" in news.shop.line.texts()


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_shop_that_is_away_is_asked_about_an_order_later(news: News) -> None:
    await news.has_a_gold_member()
    news.there.orders["1"] = ShopAway("no answer in time")
    await news.comes("orders/paid", order())
    desk = news.desk()
    await news.tell(desk)
    assert (await news.waiting(), news.shop.line.texts()) == (1, [])
    news.there.orders.clear()
    news.shop.clock.advance(60)
    await news.tell(desk)
    assert (await news.waiting(), "訂單 1" in news.shop.line.texts()) == (0, True)


async def test_a_body_about_points_under_the_topic_of_levels_is_no_new_level(all_news: News) -> None:
    news = all_news
    await news.has_a_gold_member()
    await news.hears("customer_vip_level/update", {"id": 9, "customer_id": 5001, "points": 100.0})
    assert news.shop.line.texts() == []


async def test_who_has_registered_is_welcomed_once_whichever_body_is_sent_as_a_registration(
    news: News,
) -> None:
    await news.is_member("U1", "5001")
    news.there.tiers["5001"] = "銀卡"
    created = {"id": 5001, "created_at": news.shop.clock.now().isoformat()}
    for told in (created, {**created, "name": "x"}, {**created, "name": "y"}):
        await news.hears("customers/create", told)
    assert news.shop.line.texts() == ["歡迎"]


async def test_a_clock_that_is_set_back_makes_no_member_wait_for_it(news: News) -> None:
    await news.has_a_gold_member()
    news.there.fails["5001"] = NotUnderstood("a customer without id")
    await news.comes("customers/update", {"id": 5001})
    desk = news.desk()
    await news.tell(desk)
    news.there.fails.clear()
    news.shop.clock.advance(-86_400)
    await news.tell(desk)
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])


async def test_a_registration_that_is_told_once_more_after_weeks_welcomes_nobody(news: News) -> None:
    """Its id is known for 14 days; whoever replays it later is heard as little."""
    await news.has_a_gold_member()
    created = {"id": 5001, "created_at": news.shop.clock.now().isoformat()}
    await news.hears("customers/create", created, "first")
    assert sorted(news.shop.line.texts()) == ["恭喜升等", "歡迎"]
    news.shop.clock.advance(15 * 86_400)
    await news.hears("customers/create", created, "known no more")
    assert (len(news.shop.line.texts()), await news.waiting()) == (2, 0)


async def linked(news: News, **more: Any) -> ShopLink:
    """The shop was linked by a command, and perhaps unlinked since (`ended`)."""
    links = news.stores.shop_links
    before = await links.read("forest")
    revision = 1 if before is None else before.revision + 1
    link = ShopLink("forest", "cyberbiz", "api_secret", "here", "mei", NOW, revision, **more)
    assert await links.put(link, before)
    return link


async def test_what_waits_when_the_shop_is_unlinked_is_dropped(news: News) -> None:
    await news.comes("orders/paid", order())
    news.shop.clock.advance(1)
    await linked(news, ended=LinkEnd("mei", NOW, "here"))
    await news.tell()
    assert (news.there.read, await news.waiting()) == ([], 0)
    [row] = await news.shop.database.collection("shop_news").find().to_list(None)
    assert "raw" not in row


async def test_what_came_since_it_is_linked_again_is_told(news: News) -> None:
    """Another process has answered 200, who knows of it; this one had looked a moment before."""
    await news.has_a_gold_member()
    await linked(news, ended=LinkEnd("mei", NOW, "here"))
    desk = news.desk()
    assert not is_linked(FOREST, await desk._world.links.of("forest"))
    await linked(news)
    await news.comes("customers/update", {"id": 5001})
    await news.tell(desk)
    news.shop.clock.advance(3)
    await news.tell(desk)
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])


async def test_news_of_a_shop_that_this_playbook_has_not_wait_for_one_that_has(news: News) -> None:
    """Two processes serve two playbooks while one is rolled out; or somebody has edited it by mistake."""
    await news.has_a_gold_member()
    await news.comes("customers/update", {"id": 5001})
    news.has_shop = False  # it has another one
    await news.tell()
    assert await news.waiting() == 1
    news.has_shop = True
    await news.tell()
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_does_not_open_keeps_nobody_back(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is missing: it may come back. Who came later waits for nobody."""
    monkeypatch.setattr("bot.runtime.shops.news_intake.AT_A_TIME", 2)
    await news.has_a_gold_member()
    for number in range(3):
        await news.comes("customers/update", {"id": number}, f"shut {number}")
    await news.shop.database.collection("shop_news").update_many({}, {"$set": {"raw": b"of another key"}})
    news.shop.clock.advance(1)
    await news.hears("customers/update", {"id": 5001})
    assert (await news.waiting(), news.shop.line.texts()) == (0, ["恭喜升等"])
    assert await news.shop.database.collection("shop_news").count_documents({"state": "open"}) == 3


async def test_what_a_shop_told_is_forgotten_once_it_is_told_and_known_again(news: News) -> None:
    await news.is_member("U1", "5001")
    await news.hears("orders/paid", order(), "one")
    [row] = await news.shop.database.collection("shop_news").find().to_list(None)
    assert "raw" not in row
    await news.comes("orders/paid", order(), "one")
    assert await news.waiting() == 0


class DyingStore(ShopNewsStore):
    """Whoever notes that something is told may die over it."""

    dying: Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]

    async def end(self, ids: Sequence[str], state: str) -> None:
        await self.dying(super().end)(ids, state)


@pytest.mark.parametrize("seed", range(examples(12)))
async def test_whoever_dies_and_however_many_tell_everybody_hears_it_once(news: News, seed: int) -> None:
    """A death before and after each step, two desks at once, webhooks that come again meanwhile."""
    dice = Random(seed)
    await news.has_a_gold_member()
    told = [("orders/paid", order(n)) for n in (1, 2)] + [("customers/update", {"id": 5001})]

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        async def perhaps(*args: Any) -> Any:
            if dice.random() < 0.4:
                raise DatabaseUnavailable("it dies before")
            done = await work(*args)
            if dice.random() < 0.4:
                raise DatabaseUnavailable("it dies behind")
            return done

        return perhaps

    async def dies(received: Sequence[Received], seconds: float) -> None:
        await dying(news.bot.runtime.receiver.store)(received, seconds)

    for _ in range(6):
        for topic, body in told:
            if dice.random() < 0.7:
                await news.comes(topic, body)
        store = DyingStore(news.shop.database, news.shop.seal)
        store.dying = dying
        desks = [news.desk(dies, store), news.desk(dies, store)]
        for desk in desks:
            await desk.look()
        await asyncio.gather(*(task for desk in desks for task in desk._tasks.values()))
    for topic, body in told:
        await news.comes(topic, body)
    await news.tell()
    assert sorted(news.shop.line.texts()) == ["恭喜升等", "訂單 1", "訂單 2"]
    assert await news.waiting() == 0
