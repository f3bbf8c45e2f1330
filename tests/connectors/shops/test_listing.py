"""All members of a shop, page by page, while the shop goes on changing them. C3, C6"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.connectors.shops.directory import Changed
from bot.connectors.shops.members import Members, ShopMember
from bot.connectors.shops.shop_request import Platform, ShopReply
from bot.connectors.shops.shopline.client import Shopline
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop_failure import NotUnderstood, ShopFailed
from bot.simulator.shop.members import FIRST, PretendMember, PretendShop, crowd
from tests.connectors.shops.conftest import LINE, NOON, SECRET, STORE, World

APP = replace(STORE, attributes=SECRET.attributes)
PLAIN = replace(SECRET, attributes={"orders": MappedField("orders_count")})
BEFORE = NOON - timedelta(minutes=2)


def there(world: World, shop: ShopSettings) -> PretendShop:
    return world.simulator.shops.by_name[shop.name]


async def everybody(
    members: Members, since: datetime | None = None, until: datetime = BEFORE
) -> list[ShopMember]:
    found, mark = list[ShopMember](), None
    while True:
        page = await members.page(Changed(until, since), mark)
        found += page.members
        if (mark := page.mark) is None:
            return found


def numbers(found: list[ShopMember]) -> list[str]:
    return [one.found.member_no or "" for one in found]


@pytest.mark.parametrize("shop", [PLAIN, LINE], ids=["cyberbiz", "shopline"])
@pytest.mark.parametrize("many", [0, 1, 50, 100, 101, 260])
async def test_each_member_is_listed_once(world: World, shop: ShopSettings, many: int) -> None:
    pretend = there(world, shop)
    pretend.members.clear()
    pretend.fill(crowd(many))
    found = numbers(await everybody(world.members(shop)))
    assert sorted(found) == sorted(pretend.members)
    assert len(found) == many


@pytest.mark.parametrize("shop", [SECRET, APP, LINE], ids=["api_secret", "app_store", "shopline"])
async def test_a_member_of_a_list_says_what_it_says_alone(world: World, shop: ShopSettings) -> None:
    """VIP level and points, which are no part of CYBERBIZ's list; who logs in by LINE; name and address."""
    more = {"email": "MEI@example.com"}
    await world.put(f"{shop.name}/members/5001", {"line": "U1", "more": more})
    members = world.members(shop)
    found = {one.found.member_no: one for one in await everybody(members, until=NOON)}
    one = found["5001"]
    assert one.found == await members.read("5001")
    assert (one.name, one.email, one.line, one.updated) == ("陳美玲", "MEI@example.com", "U1", NOON)
    assert found["5002"].line is None


@pytest.mark.parametrize("shop", [SECRET, APP], ids=["api_secret", "app_store"])
async def test_what_we_have_written_ourselves_is_no_login(world: World, shop: ShopSettings) -> None:
    await world.members(shop).write_line("5001", "U1", "main")
    assert [one.line for one in await everybody(world.members(shop), until=NOON)] == [None, None]


@pytest.mark.ring("all", "a shop with many members")
@pytest.mark.parametrize(
    ("shop", "members", "calls"),
    [(SECRET, 150, 3 + 300), (PLAIN, 150, 3), (APP, 150, 6 + 150), (LINE, 250, 3)],
    ids=["vip and points one by one", "list alone", "vip by the page", "shopline"],
)
async def test_what_it_takes_is_told_beforehand(
    world: World, shop: ShopSettings, members: int, calls: int
) -> None:
    """At most one call more, which asks how many pages there are; and no faster than the platform allows."""
    pretend = there(world, shop)
    pretend.members.clear()
    pretend.fill(crowd(members))
    client = world.members(shop)
    assert client.cost().calls(members) == calls
    began = world.clock.now()
    await everybody(client)
    made = sum(pretend.calls.values())
    assert calls <= made <= calls + 1
    assert world.clock.now() - began <= client.cost().lasts(members) + timedelta(seconds=1)


@pytest.mark.parametrize("shop", [PLAIN, LINE], ids=["cyberbiz", "shopline"])
@pytest.mark.parametrize("seed", range(6))
async def test_nobody_is_missed_while_the_shop_goes_on(world: World, shop: ShopSettings, seed: int) -> None:
    """Deleted, changed, new between the pages: who stayed as they were is met, who was changed is met by
    what asks for the time since."""
    chance, pretend, members = random.Random(seed), there(world, shop), world.members(shop)
    pretend.members.clear()
    pretend.fill(crowd(430))
    met, mark = set[str](), None
    while True:
        page = await members.page(Changed(BEFORE), mark)
        met |= set(numbers(list(page.members)))
        if (mark := page.mark) is None:
            break
        for number in chance.sample(sorted(pretend.members), 9):
            pretend.remove(number)
        for number in chance.sample(sorted(pretend.members), 20):
            pretend.put(pretend.members[number])
        newest = replace(next(iter(crowd(1))), number=str(FIRST + 1_000 + chance.randrange(10**6)))
        pretend.put(newest)
    stayed = {number for number, one in pretend.members.items() if one.updated <= BEFORE}
    assert stayed <= met
    later = await everybody(members, since=BEFORE - timedelta(minutes=5), until=world.clock.now())
    assert set(pretend.members) <= met | set(numbers(later))


async def test_it_goes_on_from_a_mark_that_was_kept(world: World) -> None:
    for shop in (PLAIN, LINE):
        there(world, shop).fill(crowd(230))
        first = await world.members(shop).page(Changed(BEFORE))
        assert first.mark is not None
        again = world.members(shop)  # another process, or another day
        second = await again.page(Changed(BEFORE), first.mark)
        assert not set(numbers(list(first.members))) & set(numbers(list(second.members)))


async def test_pages_that_are_gone_meanwhile_are_empty(world: World) -> None:
    pretend = there(world, PLAIN)
    pretend.fill(crowd(230))
    members = world.members(PLAIN)
    first = await members.page(Changed(BEFORE))
    for number in list(pretend.members)[40:]:
        pretend.remove(number)
    page = await members.page(Changed(BEFORE), first.mark)
    assert (page.members, page.mark) == ([], "3")


class Circling:
    """A platform that does not know `previous_id`: each page is the first."""

    def shop_request(self, patience: timedelta) -> Circling:
        return self

    async def get(self, path: str, query: object) -> ShopReply:
        items = [{"id": str(number)} for number in range(100)]
        body = {"items": items, "pagination": {"total_count": 500}}
        return ShopReply(body, CIMultiDictProxy(CIMultiDict()))


async def test_a_platform_that_goes_round_in_circles_is_found_out() -> None:
    """Else the same hundred customers would be all that there are."""
    circling = Shopline(cast(Platform, Circling()))
    first = await circling.page(Changed(BEFORE))
    assert first.mark == "99"
    with pytest.raises(NotUnderstood):
        await circling.page(Changed(BEFORE), first.mark)


@pytest.mark.parametrize("shop", [PLAIN, LINE], ids=["cyberbiz", "shopline"])
async def test_it_fails_by_name(world: World, shop: ShopSettings) -> None:
    for answer in ("credentials", "permission", "not-json"):
        await world.put(f"{shop.name}/faults", {"answer": answer})
        with pytest.raises(ShopFailed):
            await world.members(shop).page(Changed(BEFORE))


async def test_pages_without_end_are_no_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a fault of the platform would be read for years."""
    monkeypatch.setattr("bot.connectors.shops.cyberbiz.simulator.api._paged", _endless)
    with pytest.raises(NotUnderstood):
        await world.members(PLAIN).page(Changed(BEFORE))


def _endless(request: object, found: object) -> tuple[list[PretendMember], dict[str, str]]:
    return [], {"X-Total-Pages": "1000000000", "X-Total": "2"}
