"""The JSON interface of the pretend shops: what is edited is what the platform answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.model.settings import ShopSettings
from tests.connectors.shops.conftest import LINE, SECRET, STORE, World, shops_running


@pytest.fixture
async def shops() -> AsyncIterator[World]:
    async with shops_running(SECRET, STORE, LINE) as world:
        yield world


async def test_all_shops_are_shown_without_their_credentials(shops: World) -> None:
    shown = (await shops.get("shops"))["shops"]
    assert [shop["name"] for shop in shown] == ["forest", "bazaar", "harbour"]
    assert shown[0] == {
        "name": "forest",
        "platform": "cyberbiz",
        "access": "api_secret",
        "channel": None,
        "faults": {"slow": None, "answer": None},
        "deliver": "once",
        "calls": {},
        "heard": True,
    }


async def test_a_member_is_edited_and_added(shops: World) -> None:
    edited = await shops.put("forest/members/5001", {"tier": "鑽石", "more": {"gender": "女"}})
    assert (edited["name"], edited["tier"], edited["more"]) == ("陳美玲", "鑽石", {"gender": "女"})
    await shops.put("forest/members/9", {"name": "王小明", "phone": "0988111222", "points": [{"left": 3}]})
    members = (await shops.get("shop/forest/members"))["members"]
    assert [one["number"] for one in members] == ["5001", "5002", "9"]
    assert members[0] == edited
    assert members[2]["points"] == [{"left": 3, "until": None}]
    found = await shops.members(SECRET).by_phone("+886988111222")
    assert found is not None
    assert (found.member_no, found.values["n.points"]) == ("9", 3)
    assert len((await shops.get("shop/bazaar/members"))["members"]) == 2, "another shop, other members"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"colour": "red"}, "only"),
        ({"name": None}, "name"),
        ({"name": 5}, "text"),
        ({"name": "x" * 201}, "200"),
        ({"birthday": "20.5.1990"}, "day"),
        ({"marketing": "yes"}, "true or false"),
        ({"orders": True}, "whole number"),
        ({"points": 5}, "list"),
        ({"points": [5]}, "list"),
        ({"points": [{"left": "5"}]}, "list"),
        ({"points": [{"left": 1}] * 201}, "200"),
        ({"more": []}, "object"),
    ],
)
async def test_mistakes_are_named_and_nothing_changes(shops: World, body: dict[str, Any], told: str) -> None:
    before = await shops.get("shop/forest/members")
    refused = await shops.put("forest/members/5001", body, 400)
    assert refused["error"] == "invalid"
    assert told in refused["message"]
    assert await shops.get("shop/forest/members") == before


@pytest.mark.parametrize("number", ["0", "abc", "1" * 13, "-1"])
async def test_a_number_is_digits(shops: World, number: str) -> None:
    assert (await shops.put(f"forest/members/{number}", {"name": "某"}, 400))["error"] == "invalid"


@pytest.mark.ring("all", "a crowd")
async def test_a_shop_has_not_more_members_than_fit(shops: World) -> None:
    assert await shops.put("forest/members", {"many": 100_000}) == {"total": 100_002}
    assert (await shops.put("forest/members/999", {"name": "某"}, 409))["error"] == "full"
    await shops.put("forest/members/5001", {"name": "其他"})
    shown = await shops.get("shop/forest/members")
    assert (len(shown["members"]), shown["total"]) == (1_000, 100_002)


@pytest.mark.parametrize("body", [{"many": 0}, {"many": 100_001}, {"many": True}, {}, {"few": 9}])
async def test_members_that_are_made_up_are_a_number(shops: World, body: dict[str, Any]) -> None:
    assert (await shops.put("forest/members", body, 400))["error"] == "invalid"


async def test_faults_are_switched_on_and_off(shops: World) -> None:
    assert await shops.put("forest/faults", {"answer": "429"}) == {"slow": None, "answer": "429"}
    [forest, *_] = (await shops.get("shops"))["shops"]
    assert forest["faults"]["answer"] == "429"
    assert await shops.put("forest/faults", {}) == {"slow": None, "answer": None}
    for body in ({"answer": "418"}, {"slow": 0}, {"slow": 601}, {"slow": "1"}, {"fast": 1}):
        assert (await shops.put("forest/faults", body, 400))["error"] == "invalid"


async def test_unknown_shops_and_platforms(shops: World) -> None:
    assert (await shops.get("shop/nowhere/members", 404))["error"] == "unknown"
    assert (await shops.put("nowhere/faults", {}, 404))["error"] == "unknown"
    assert await shops.raw("cyberbiz/harbour/v1/customers/5001", {}) == 404
    assert await shops.raw("shopline/forest/v1/customers/5001", {}) == 404


async def test_a_reload_keeps_the_members_and_takes_the_new_credentials() -> None:
    async with shops_running(SECRET) as world:
        await world.put("forest/members/5001", {"tier": "鑽石"})
        changed = ShopSettings("forest", "cyberbiz", "api_secret", {"username": "u", "secret": "another"})
        world.simulator.meet_shops([changed, STORE])
        [meiling, _] = (await world.get("shop/forest/members"))["members"]
        assert meiling["tier"] == "鑽石"
        assert await world.members(changed).by_phone("+886912345678") is not None
        assert await world.members(STORE).by_phone("+886912345678") is not None
