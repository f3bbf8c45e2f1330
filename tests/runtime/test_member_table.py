"""Semantics 34, the table: what becomes of a contact when its number goes, its phone changes, or either is
given to somebody else; learnt by webhook, by poll, by a look at the card; with and without LINE. B10 B15 C6
"""

from __future__ import annotations

import pytest

from bot.model.contact import AttributeValue, Binding
from bot.model.effects import RefreshMember
from bot.model.event import Event, Source
from bot.model.instance import ReservedMember
from bot.model.shop import SyncFigures
from bot.runtime.shops.member_page import PageTaker
from bot.services.caller import Caller
from bot.services.member_records import MemberReader
from bot.services.own_events import own_event
from tests.conftest import NOW
from tests.runtime.shop import Shop
from tests.runtime.test_shop_news_processing import CountingShop, News
from tests.runtime.test_shop_truth import MAPPED, TOLD, read
from tests.services.members import ScriptedShop, SomeShops

PHONE, NEXT = "+886912345678", "+886955666777"
OLD, NEW = "8401", "8402"
AMY = "main:U1"


@pytest.fixture
async def news(shop: Shop) -> News:
    """A shop that has one member; a contact bound as that member by a proven phone."""
    news = News(shop, await shop.opens(TOLD), CountingShop(shop.clock), playbook=TOLD, settings=MAPPED)
    news.there.tiers[OLD], news.there.phones[OLD] = "金卡", PHONE
    return news


async def with_line(news: News) -> None:
    known = {"t.tier": AttributeValue("金卡", NOW)}
    await news.is_member("U1", OLD, phone=PHONE, bindings={"phone": Binding(NOW)}, attributes=known)


async def without_line(news: News) -> str:
    await by_webhook(news, OLD, "create")
    [contact] = await news.stores.people.with_member_no(OLD)
    return contact


# -- how it is learnt


async def by_webhook(news: News, number: str, topic: str) -> None:
    news.shop.clock.advance(1)
    await news.comes(f"customers/{topic}", {"id": int(number), "at": str(news.shop.clock.now())})
    await news.tell_all()
    assert await news.waiting() == 0


async def by_poll(news: News, number: str, topic: str) -> None:
    """The page of a night: it lists members that were changed, and never one that is gone."""
    news.shop.clock.advance(1)
    page = [await read(news, one) for one in news.there.tiers]
    taker = PageTaker(news.stores, TOLD, MAPPED, None, "night", news.shop.clock, news=True)
    await taker.take(page, SyncFigures())
    await news.shop.quiet()


async def by_look(news: News, number: str, topic: str) -> None:
    """The card is opened, and the member read by number."""
    news.shop.clock.advance(1)
    stores = news.stores
    shops = SomeShops(lambda: _Asked(news.there))
    records = MemberReader(stores.contacts, shops, news.shop.clock)
    asked = Caller(AMY, "main", "U1", f"{AMY}:look#0", news.shop.clock.now())
    outcome = await records.refresh(RefreshMember(None), asked)
    event = Event(f"main:look {news.shop.clock.now()}", "main", Source("user", "U1"), asked.at, outcome)
    await news.bot.runtime.receiver.store([own_event(AMY, event)], 10)
    await news.shop.quiet()


class _Asked(ScriptedShop):
    """The same shop as `CountingShop`, as the finder asks it."""

    def __init__(self, there: CountingShop) -> None:
        super().__init__()
        self.there = there

    async def by_line(self, user: str) -> None:
        return None

    async def read(self, member_no: str) -> ReservedMember | None:
        member = await self.there.member(member_no)
        return None if member is None else member.found


WAYS = {"webhook": by_webhook, "poll": by_poll, "look": by_look}


# -- what has become of whom


async def is_nobody(news: News) -> None:
    """Bound to nobody, nothing of the shop left, and a notice waits that says why."""
    now = await news.now(AMY)
    assert (now.member_no, now.member_shop, now.phone, now.bindings) == (None, None, None, {})
    assert now.attributes == {}
    assert [notice.what for notice in now.notices] == ["member_gone"]


async def is_bound_as(news: News, tier: str = "金卡") -> None:
    now = await news.now(AMY)
    assert (now.member_no, now.phone, [*now.bindings]) == (OLD, PHONE, ["phone"])
    assert (now.attributes["t.tier"].value, now.notices) == (tier, ())


async def is_somebody_without_line(news: News, number: str, phone: str, but: str = AMY) -> None:
    [other] = await news.stores.people.with_member_no(number)
    now = await news.now(other)
    assert (now.has_line, now.phone, now.attributes["t.tier"].value) == (False, phone, "白金卡")
    assert other != but


def goes(news: News) -> None:
    del news.there.tiers[OLD], news.there.phones[OLD]


def comes(news: News, number: str, phone: str) -> None:
    news.there.tiers[number], news.there.phones[number] = "白金卡", phone


# -- the number is gone


@pytest.mark.parametrize("way", WAYS)
async def test_s34_the_number_is_gone(news: News, way: str) -> None:
    await with_line(news)
    goes(news)
    await WAYS[way](news, OLD, "destroy")
    await (is_bound_as(news) if way == "poll" else is_nobody(news))
    await by_look(news, OLD, "")  # what the poll cannot see is seen when the card is opened
    await is_nobody(news)


@pytest.mark.parametrize("way", ["webhook", "poll"])
async def test_the_number_of_somebody_without_line_is_gone(news: News, way: str) -> None:
    contact = await without_line(news)
    goes(news)
    await WAYS[way](news, OLD, "destroy")
    now = await news.now(contact)
    if way == "poll":
        assert (now.member_no, now.phone, now.attributes["t.tier"].value) == (OLD, PHONE, "金卡")
    else:
        assert (now.member_no, now.phone, now.attributes) == (None, None, {})


# -- the member's phone is another


@pytest.mark.parametrize("way", WAYS)
async def test_s34_the_phone_is_changed(news: News, way: str) -> None:
    """The binding follows the number; the phone that was proven stays."""
    await with_line(news)
    comes(news, OLD, NEXT)
    await WAYS[way](news, OLD, "update")
    await is_bound_as(news, "白金卡")


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("way", ["webhook", "poll"])
async def test_the_phone_of_somebody_without_line_is_changed(news: News, way: str) -> None:
    contact = await without_line(news)
    comes(news, OLD, NEXT)
    await WAYS[way](news, OLD, "update")
    assert ((await news.now(contact)).member_no, (await news.now(contact)).phone) == (OLD, NEXT)


# -- the phone is given to another member


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("gone", ["webhook", "look", "unheard", "there"])
async def test_s34_the_phone_is_given_again(news: News, gone: str, way: str) -> None:
    """Issue 41: the next member with this phone is somebody else until a code has been asked."""
    await with_line(news)
    if gone != "there":
        goes(news)
    if gone in WAYS:
        await WAYS[gone](news, OLD, "destroy")
    comes(news, NEW, PHONE)
    await WAYS[way](news, NEW, "create")
    heard = gone in WAYS or (gone == "unheard" and way == "look")
    await (is_nobody(news) if heard else is_bound_as(news))
    if way != "look":  # a look reads the own number, and tells of nobody else
        await is_somebody_without_line(news, NEW, PHONE)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("way", ["webhook", "poll"])
@pytest.mark.parametrize("gone", ["webhook", "there"])
async def test_the_phone_of_somebody_without_line_is_given_again(news: News, gone: str, way: str) -> None:
    contact = await without_line(news)
    if gone != "there":
        goes(news)
        await by_webhook(news, OLD, "destroy")
    comes(news, NEW, PHONE)
    await WAYS[way](news, NEW, "create")
    assert (await news.now(contact)).member_no == (OLD if gone == "there" else None)
    await is_somebody_without_line(news, NEW, PHONE, contact)


# -- the number is given to another member


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("phone", [PHONE, NEXT])
async def test_s34_the_number_is_given_again(news: News, phone: str, way: str) -> None:
    """After its deletion was heard; before that it cannot be distinguished from a changed phone."""
    await with_line(news)
    goes(news)
    await by_webhook(news, OLD, "destroy")
    comes(news, OLD, phone)
    await WAYS[way](news, OLD, "create")
    await is_nobody(news)
    assert news.shop.line.texts() == []
    if way != "look":
        await is_somebody_without_line(news, OLD, phone)


@pytest.mark.parametrize("way", ["webhook", "poll"])
async def test_the_number_of_somebody_without_line_is_given_again(news: News, way: str) -> None:
    contact = await without_line(news)
    goes(news)
    await by_webhook(news, OLD, "destroy")
    comes(news, OLD, PHONE)
    await WAYS[way](news, OLD, "create")
    await is_somebody_without_line(news, OLD, PHONE, contact)
