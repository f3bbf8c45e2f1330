"""What a webhook, a poll, a binding and an erasing bring crosswise: the last word, and once. C6"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.connectors.shops.members import ShopMember
from bot.engine.members.identity import of_shop
from bot.model.contact import AttributeValue, Binding, Contact, Identity
from bot.model.inbox import Received
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import SyncFigures
from bot.runtime.effects.merging import Merging
from bot.runtime.shops.member_page import PageTaker
from bot.services.rewrites import RewriteJob
from bot.services.without_line import WithoutLineMerger
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.shop import Shop
from tests.runtime.test_shop_news_processing import FOREST, SHOP, CountingShop, News, order

PHONE = "+886912345678"
TOLD = compiled(
    SHOP
    + """\
  outlet: {id: "@outlet", channel_id: "1235", channel_secret: opaque, access_token: token, shop: forest}
rules:
  - {when: {shop: member_updated}, push: 更新了}
  - {when: {shop: tier_changed}, push: 換等級了}
  - {when: {shop: order_paid}, push: "訂單 {{ event.order_no }}"}
"""
)
MAPPED = replace(FOREST, attributes={"tier": MappedField("vip_info.level_name")})


@pytest.fixture
async def news(shop: Shop) -> News:
    return News(shop, await shop.opens(TOLD), CountingShop(shop.clock), playbook=TOLD)


def merging(news: News) -> Merging:
    stores = news.stores
    given = of_shop(TOLD)
    return Merging(stores.rewriter, stores.contacts, stores.audit, news.shop.clock, lambda: given)


async def read(news: News, number: str) -> ShopMember:
    member = await news.there.member(number)
    assert member is not None
    return member


async def polled(news: News, member: ShopMember, settings: ShopSettings = MAPPED) -> None:
    """A page of the nightly poll, with this member on it."""
    taker = PageTaker(news.stores, TOLD, settings, None, "night", news.shop.clock, news=True)
    await taker.take([member], SyncFigures())


# -- binding


async def bound(news: News, at: datetime = NOW, **more: Any) -> None:
    """U1 is the member 5001, by a proven phone; the level was known then."""
    known = {"t.tier": AttributeValue("銀卡", at)}
    await news.is_member(
        "U1", "5001", phone=PHONE, bindings={"phone": Binding(NOW)}, attributes=known, **more
    )


async def test_a_webhook_that_comes_while_somebody_binds_is_not_forgotten(news: News) -> None:
    """What was looked up for the binding is older: the shop's last word stands."""
    news.there.tiers["5001"], news.there.phones["5001"] = "銀卡", PHONE
    looked_up = await read(news, "5001")
    news.there.tiers["5001"] = "金卡"
    news.shop.clock.advance(1)
    await news.hears("customers/update", {"id": 5001})
    news.shop.clock.advance(1)
    now = news.shop.clock.now()
    await bound(news, now, shop_read=looked_up.read)
    stores = news.stores
    without = WithoutLineMerger(stores.people, stores.phones, stores.contacts, merging(news))
    assert await without.join("main:U1", RewriteJob("member", now, "bound")) == 1
    await news.shop.quiet()
    known = await news.now("main:U1")
    assert known.attributes["t.tier"].value == "金卡"
    assert known.shop_read != looked_up.read


# -- polls


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(("late", "tells_when"), [(False, False), (False, True), (True, True)])
async def test_a_poll_before_the_webhook_is_told_tells_it_for_both(
    news: News, *, tells_when: bool, late: bool
) -> None:
    """Whether the webhook waits while the poll reads, or comes later still: then by `updated_at` alone."""
    await news.has_a_gold_member()
    if tells_when:
        news.there.changed["5001"] = news.shop.clock.now()
    news.shop.clock.advance(1)
    if not late:
        await news.comes("customers/update", {"id": 5001})
    news.shop.clock.advance(1)
    await polled(news, await read(news, "5001"))
    await news.shop.quiet()
    assert sorted(news.shop.line.texts()) == ["換等級了", "更新了"]
    news.shop.clock.advance(1)
    if late:
        await news.comes("customers/update", {"id": 5001})
    await news.tell()
    assert sorted(news.shop.line.texts()) == ["換等級了", "更新了"]
    assert await news.waiting() == 0


@pytest.mark.parametrize(
    ("settings", "heard"),
    [
        (MAPPED, ["換等級了", "更新了"]),
        (replace(FOREST, attributes={"tier": MappedField("note")}), ["換等級了", "更新了"]),
    ],
)
async def test_a_level_that_a_poll_cannot_tell_of_is_told_by_its_webhook(
    news: News, settings: ShopSettings, heard: Sequence[str]
) -> None:
    """Where no attribute is the level, a poll tells of the rest of the record alone."""
    news.settings = settings
    await news.has_a_gold_member()
    await news.comes("customer_vip_level/update", {"customer_id": 5001, "current_level": {}})
    news.shop.clock.advance(1)
    await polled(news, await read(news, "5001"), settings)
    await news.shop.quiet()
    await news.tell()
    assert sorted(news.shop.line.texts()) == heard


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_changed_after_the_poll_is_told(news: News) -> None:
    await news.has_a_gold_member()
    await polled(news, await read(news, "5001"))
    await news.shop.quiet()
    news.there.tiers["5001"] = "銀卡"
    news.shop.clock.advance(5)
    await news.hears("customers/update", {"id": 5001})
    news.shop.clock.advance(5)
    await news.hears("customers/update", {"id": 5001, "note": "of no attribute of ours"})
    assert news.shop.line.texts().count("更新了") == 3


async def test_a_poll_behind_a_webhook_that_nobody_has_decided_yet_tells_nothing(news: News) -> None:
    """Both are stored, neither is known when the other is planned."""
    await news.has_a_gold_member()
    heard: list[Received] = []

    async def later(received: Sequence[Received], seconds: float) -> None:
        heard.extend(received)

    await news.comes("customers/update", {"id": 5001})
    page = await read(news, "5001")
    await news.tell(news.desk(later))
    taker = PageTaker(news.stores, TOLD, MAPPED, None, "night", news.shop.clock, news=True)
    await news.bot.runtime.receiver.store(heard, 10)
    await taker.take([page], SyncFigures())
    await news.shop.quiet()
    assert news.shop.line.texts().count("更新了") == 1


# -- merges


async def test_who_is_merged_before_it_is_told_once_more_hears_it_once(news: News) -> None:
    """It dies behind the telling; staff make two accounts one; it is told once more."""
    await news.has_a_gold_member()
    await news.comes("customers/update", {"id": 5001})
    await news.comes("orders/paid", order())

    async def dies(received: Sequence[Received], seconds: float) -> None:
        await news.bot.runtime.receiver.store(received, seconds)
        raise DatabaseUnavailable("it dies behind")

    await news.tell(news.desk(dies))
    assert await news.waiting() == 2
    outlet = Contact("outlet:V1", identities=(Identity("outlet", "V1", True, seen=NOW + timedelta(1)),))
    await come(news.stores.contacts, outlet)
    await merging(news).merge("outlet:V1", "main:U1", "command:test")
    await news.shop.quiet()
    await news.tell()
    assert sorted(news.shop.line.texts()) == ["更新了", "訂單 1"]
    assert await news.waiting() == 0


# -- erased


async def erased(news: News, contact: str) -> None:
    """As an erasing will do it: the contact is gone."""
    await news.shop.database.collection("contacts").delete_one({"_id": contact})


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("deleted", [False, True], ids=["changed", "deleted at the shop"])
async def test_who_is_erased_before_their_news_are_decided_does_not_come_back(
    news: News, *, deleted: bool
) -> None:
    await news.is_member("U1", "5001")
    if not deleted:
        news.there.tiers["5001"] = "金卡"
    await news.comes("customers/destroy" if deleted else "customers/update", {"id": 5001})

    async def erases(received: Sequence[Received], seconds: float) -> None:
        await erased(news, "main:U1")
        await news.bot.runtime.receiver.store(received, seconds)

    await news.tell(news.desk(erases))
    assert await news.shop.database.collection("contacts").count_documents({}) == 0
    assert (news.shop.line.texts(), await news.waiting()) == ([], 0)


async def test_who_is_erased_before_several_of_their_news_are_decided_does_not_come_back(news: News) -> None:
    """One after the other: what was read for the first is not taken for them with the second."""
    await news.has_a_gold_member()
    await news.comes("customers/update", {"id": 5001})
    await news.comes("orders/paid", order())

    async def erases(received: Sequence[Received], seconds: float) -> None:
        await erased(news, "main:U1")
        assert len(received) == 2
        for one in received:
            await news.bot.runtime.receiver.store([one], seconds)
            await news.shop.quiet()

    await news.tell(news.desk(erases))
    assert await news.shop.database.collection("contacts").count_documents({}) == 0


async def test_who_is_erased_while_the_shop_is_asked_does_not_come_back(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither with LINE nor as somebody without."""
    await news.is_member("U1", "5001")
    news.there.tiers |= {"5001": "金卡", "5002": "銀卡"}
    await news.hears("customers/create", {"id": 5002})
    [without] = await news.stores.people.with_member_no("5002")
    for number in (5001, 5002):
        await news.comes("customers/update", {"id": number})
    asked = news.there.member

    async def erases(member_no: str) -> ShopMember | None:
        await erased(news, {"5001": "main:U1", "5002": without}[member_no])
        return await asked(member_no)

    monkeypatch.setattr(news.there, "member", erases)
    await news.tell()
    assert await news.shop.database.collection("contacts").count_documents({}) == 0
    assert (news.shop.line.texts(), await news.waiting()) == ([], 0)


# -- numbers and phones that are given again (semantics 33)


async def test_s34_a_number_that_is_given_again_at_once_is_somebody_elses(news: News) -> None:
    """Deleted, and somebody with another phone has registered before we hear of it (else: the table)."""
    await bound(news)
    await news.comes("customers/destroy", {"id": 5001})
    news.there.tiers["5001"], news.there.phones["5001"] = "金卡", "+886955666777"
    news.shop.clock.advance(1)
    await news.comes("customers/create", {"id": 5001})
    await news.tell_all()
    first = await news.now("main:U1")
    assert (first.member_no, first.phone, first.bindings, first.attributes) == (None, None, {}, {})
    [other] = await news.stores.people.with_member_no("5001")
    assert ((await news.now(other)).phone, await news.waiting()) == ("+886955666777", 0)
    assert news.shop.line.texts() == []


@pytest.mark.parametrize("at_once", [True, False])
async def test_s34_a_number_that_is_given_again_leaves_who_had_it_without_line_alone(
    news: News, *, at_once: bool
) -> None:
    """Nothing of theirs becomes the other one's."""
    news.there.tiers["5001"], news.there.phones["5001"] = "銀卡", PHONE
    await news.comes("customers/create", {"id": 5001})
    await news.hears("orders/paid", order())
    [before] = await news.stores.people.with_member_no("5001")
    del news.there.tiers["5001"]
    news.shop.clock.advance(1)
    await news.comes("customers/destroy", {"id": 5001})
    if not at_once:
        await news.tell()
        assert await news.stores.people.with_member_no("5001") == []
    news.there.tiers["5001"], news.there.phones["5001"] = "金卡", "+886955666777"
    news.shop.clock.advance(1)
    await news.comes("customers/create", {"id": 5001, "again": True})
    await news.tell_all()
    [after] = await news.stores.people.with_member_no("5001")
    now, other = await news.now(before), await news.now(after)
    assert (now.phone, now.member_no, now.attributes) == (None, None, {})
    assert (other.id == now.id, other.phone, other.last_order) == (False, "+886955666777", None)
    assert (other.attributes["t.tier"].value, await news.waiting()) == ("金卡", 0)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_number_that_is_given_again_is_not_that_of_whom_a_list_gave_it(
    news: News, *, at_once: bool
) -> None:
    """A list has named their LINE account with it: nothing is bound, and still they are not the next one."""
    await news.is_member("U1", "5001", bindings={}, attributes={"t.tier": AttributeValue("銀卡", NOW)})
    await news.comes("customers/destroy", {"id": 5001})
    if not at_once:
        await news.tell()
    news.there.tiers["5001"], news.there.phones["5001"] = "金卡", "+886955666777"
    news.shop.clock.advance(1)
    await news.comes("customers/create", {"id": 5001})
    await news.tell_all()
    first = await news.now("main:U1")
    assert (first.member_no, first.attributes, first.notices) == (None, {}, ())
    [other] = await news.stores.people.with_member_no("5001")
    assert ((await news.now(other)).phone, await news.waiting()) == ("+886955666777", 0)
    assert news.shop.line.texts() == []
