"""SHOPLINE against the simulator's, which finds parts of numbers, pages, and wants the shop's handle. C5"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.shops.directory import Changed
from bot.model.instance import ReservedMember
from bot.model.shop_failure import CredentialsRefused, NotOffered, NotUnderstood
from bot.model.value import Value
from tests.connectors.shops.conftest import LINE, MEILING, World, somebody


async def test_a_member_is_found_with_everything_that_is_mapped(world: World) -> None:
    values: dict[str, Value] = {"n.points": 120, "d.tier_until": "2027-12-31"}
    found = await world.members(LINE).by_phone(MEILING)
    assert found == ReservedMember(MEILING, "5001", values, {"會員": True}, consent=True, shop="harbour")


@pytest.mark.parametrize(
    "stored", ["0912345678", "912345678", "0912-345-678", "+886912345678", "886912345678"]
)
async def test_one_number_in_the_shapes_in_which_shops_keep_it(world: World, stored: str) -> None:
    await world.put("harbour/members/5001", {"phone": stored})
    assert (await somebody(world.members(LINE).by_phone(MEILING))).phone == MEILING


async def test_a_part_of_a_number_is_another_number(world: World) -> None:
    await world.put("harbour/members/5001", {"phone": "09123456789"})
    await world.put("harbour/members/5002", {"calling_code": "852"})
    assert await world.members(LINE).by_phone(MEILING) is None
    assert await world.members(LINE).by_phone("+886922333444") is None


async def test_the_one_is_found_on_a_later_page(world: World) -> None:
    await world.put("harbour/members/5001", {"phone": None})
    for number in range(1, 61):
        await world.put(f"harbour/members/{number}", {"name": "某", "phone": f"0912345678{number}"})
    await world.put("harbour/members/9000", {"name": "美玲", "phone": "0912345678"})
    assert (await somebody(world.members(LINE).by_phone(MEILING))).member_no == "9000"


async def test_a_search_without_end_is_no_answer(world: World) -> None:
    for number in range(1, 202):
        await world.put(f"harbour/members/{number}", {"name": "某", "phone": f"0912345678{number}"})
    with pytest.raises(NotUnderstood):
        await world.members(LINE).by_phone(MEILING)


async def test_a_customer_who_is_no_member_is_nobody_whichever_way_one_asks(world: World) -> None:
    """Who has only ordered something: neither a list, nor a search, nor a webhook's reading has them."""
    members = world.members(LINE)
    assert await members.member("5001") is not None
    await world.put("harbour/members/5001", {"more": {"is_member": False}})
    assert await members.member("5001") is None
    assert await members.read("5001") is None
    assert await members.by_phone(MEILING) is None
    page = await members.page(Changed(world.clock.now() + timedelta(days=1)))
    assert "5001" not in [one.found.member_no for one in page.members]


async def test_there_is_no_search_and_no_writing_of_line_user_ids(world: World) -> None:
    assert await world.members(LINE).by_line("U1") is None
    with pytest.raises(NotOffered):
        await world.members(LINE).write_line("5001", "U1", "main")


@pytest.mark.parametrize("wrong", [{"token": "else"}, {"username": "another-shop"}])
async def test_token_and_handle_must_be_the_shops(world: World, wrong: dict[str, str]) -> None:
    stranger = replace(LINE, credentials=dict(LINE.credentials) | wrong)
    with pytest.raises(CredentialsRefused):
        await world.members(stranger).by_phone(MEILING)
