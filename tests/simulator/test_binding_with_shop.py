"""B3: binding in chat on a channel that has a shop: its members only, with what the shop knows of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import DONE, begun, bound, codes, new_phone

pytestmark = pytest.mark.ring("all", "starts a process")


async def put(shop: Shop, path: str, body: dict[str, Any]) -> None:
    await shop.do(f"shop/forest/{path}", body, method="PUT")


async def proven(shop: Shop, phone: str) -> str:
    """A friend of the main channel who has proven this phone."""
    friend = await begun(shop, phone, channel="main")
    [code] = await codes(shop, friend)
    await shop.say(friend, code)
    return friend


async def test_a_member_is_bound_and_known(shop: Shop) -> None:
    phone = new_phone()
    member = {"name": "周怡君", "phone": phone, "tier": "金卡", "points": [{"left": 80}], "orders": 3}
    await put(shop, "members/6001", member)
    friend = await proven(shop, phone)
    assert DONE in await shop.texts(friend)
    assert await bound(shop, friend) == ["phone", "已綁定", "VIP"]
    shown = await shop.known(friend)
    assert (shown["tier"], shown["points"], shown["orders"]) == ("金卡", "80", "3")
    members = (await shop.get("shop/forest/members"))["members"]
    assert [one["line_at"] for one in members if one["number"] == "6001"] == [friend], "the shop knows, too"


async def test_who_is_not_found_changes_the_number_there(shop: Shop) -> None:
    """Issue 14, 5: nothing begins anew, and the first failure costs nothing."""
    phone = new_phone()
    await put(shop, "members/6003", {"name": "李心怡", "phone": phone})
    friend = await proven(shop, new_phone())
    await shop.say(friend, phone)
    await shop.say(friend, (await codes(shop, friend))[-1])
    assert DONE in await shop.texts(friend)
    assert "phone" in await bound(shop, friend)
    ways = [sent["how"] for turn in await shop.turns(friend) for sent in turn["sent"]]
    assert set(ways) == {"reply"}


async def test_on_another_account_of_ours_it_is_the_same_person(shop: Shop) -> None:
    """B3, B7, J2: the two are one contact, *first* was once, and both accounts go on."""
    phone = new_phone()
    await put(shop, "members/6003", {"name": "李美華", "phone": phone, "points": [{"left": 7}]})
    member = await proven(shop, phone)
    await shop.do("clock", {"by": "61s"})
    outlet = await begun(shop, phone)
    [code] = await codes(shop, outlet)
    await shop.say(outlet, code)
    assert (await shop.texts(outlet))[-1] == "您已完成手機綁定囉！", "bound before, in the other account"
    for friend in (member, outlet):
        assert (await bound(shop, friend))[:2] == ["phone", "已綁定"]
        await shop.say(friend, "綁定手機")
        assert (await shop.texts(friend))[-1] == "您已完成手機綁定囉！"
    one, other = [await shop.get(f"friends/{friend}/contact") for friend in (member, outlet)]
    assert one["attributes"] == other["attributes"]
