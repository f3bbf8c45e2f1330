"""C2, C6: a shop tells by webhooks what was changed there; the bot reads it anew, and people hear of it."""

from __future__ import annotations

from tests.eventually import eventually
from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import new_phone
from tests.simulator.test_binding_with_shop import proven, put


async def heard(shop: Shop, friend: str) -> list[str]:
    await shop.rest()
    return [turn["heard"] for turn in await shop.turns(friend)]


async def known(shop: Shop, friend: str) -> dict[str, object]:
    await shop.rest()
    there = await shop.get(f"friends/{friend}/contact")
    return {one["name"]: one["value"] for one in there["attributes"]}


async def test_a_tier_that_is_changed_at_the_shop_switches_the_menu(shop: Shop) -> None:
    phone = new_phone()
    await put(shop, "members/8301", {"name": "小美", "phone": phone, "tier": "一般"})
    friend = await proven(shop, phone)
    await shop.rest()
    await put(shop, "members/8301", {"tier": "白金卡", "points": [{"left": 7}]})
    assert await known(shop, friend) == (await known(shop, friend)) | {"tier": "白金卡", "points": "7"}
    there = await shop.get(f"friends/{friend}/contact")
    assert "VIP" in [tag["name"] for tag in there["tags"]]
    assert "shop tier_changed" in await heard(shop, friend)


async def test_an_order_that_is_told_twice_late_or_by_somebody_else(shop: Shop) -> None:
    phone = new_phone()
    await put(shop, "members/8302", {"name": "小美", "phone": phone})
    friend = await proven(shop, phone)
    order = {"member": "8302", "news": "order_paid", "amount": 1880, "order_no": "20261120-1"}
    for deliver in ("unsigned", "lost"):
        await shop.do("shop/forest/webhooks", {"deliver": deliver}, method="PUT")
        await shop.do("shop/forest/orders", order)
    assert "shop order_paid" not in await heard(shop, friend)
    await shop.do("shop/forest/webhooks", {"deliver": "twice"}, method="PUT")
    await shop.do("shop/forest/orders", order)
    await shop.do("shop/forest/webhooks", {"deliver": "late"}, method="PUT")
    await shop.do("shop/forest/orders", {**order, "news": "order_placed"})
    await shop.do("shop/forest/webhooks", {"deliver": "once"}, method="PUT")
    await shop.do("shop/forest/orders", order)
    both = {"shop order_paid", "shop order_placed"}
    await eventually(lambda: heard(shop, friend), both.issubset)  # a shop is asked in its own time
    turns = await heard(shop, friend)
    assert turns.count("shop order_paid") == 1, "one order is paid once, however often that is told"
    assert turns.count("shop order_placed") == 1
