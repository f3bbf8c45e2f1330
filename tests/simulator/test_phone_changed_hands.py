"""R1, B10, B15: a phone that changed hands, from binding to card, with each platform over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.simulator.member_page import opened
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.test_binding_in_chat import DONE, bound, new_phone
from tests.simulator.test_binding_with_shop import proven, put

FIELDS = """      tier: vip_info.level_name
      tier_until: vip_info.expired_at
      points: bonus_points.total
      orders: orders_count
    consent: accepts_marketing """
SHOPLINE_FIELDS = """      tier: membership_tier.name_translations.zh-hant
      tier_until: tier_expires_at
      points: member_point_balance
      orders: order_count
    consent: is_accept_marketing """
PLATFORMS: dict[str, tuple[dict[str, str | None], str]] = {
    "api_secret": ({}, FIELDS),
    "app_store": ({"access": "app_store", "token": "t"}, FIELDS),
    "shopline": ({"platform": "shopline", "access": None, "token": "t"}, SHOPLINE_FIELDS),
}


RUN = [
    *(
        pytest.param(name, marks=pytest.mark.ring("soak", "more of the same"))
        for name in ("api_secret", "app_store")
    ),
    "shopline",
]
"""CYBERBIZ, by one token or another, is what the worked example of all other tests here has."""

DELETED = {"once": ("8701", "8702"), "lost": ("8703", "8704")}
"""The member that is deleted, and the next one, where its web hook comes, and where it is lost."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=RUN)
async def platform_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shop]:
    """A shop of each platform; each test plays with members and phones of its own."""
    folder = worked_example(tmp_path_factory.mktemp("platform") / "shop")
    data = folder / "rules" / "data.yaml"
    settings, fields = PLATFORMS[request.param]
    text = data.read_text("utf-8")
    assert FIELDS in text
    data.write_text(_with(text.replace(FIELDS, fields), settings), "utf-8")
    async with open_shop(folder) as shop:
        yield shop


def _with(text: str, settings: dict[str, str | None]) -> str:
    """The playbook's shop with other settings; `None`: without."""
    for name, value in settings.items():
        line = "" if value is None else f"    {name}: {value}\n"
        text, replaced = re.subn(rf"^    {name}: .*\n", line, text, flags=re.MULTILINE)
        if not replaced:
            text = text.replace("    channel: main ", f"{line}    channel: main ", 1)
    return text


async def card(shop: Shop, friend: str) -> dict[str, Any]:
    """What the member card shows, read anew: its barcode's number, and its lines."""
    await shop.do("clock", {"by": "10m"})
    page = await opened(shop, friend, "member_card")
    await shop.rest()
    shown = (await opened(shop, friend, "member_card")).screen["card"]
    assert page.screen["kind"] == "card"
    return {"number": shown["code"]["text"], **{line["title"]: line["text"] for line in shown["fields"]}}


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_s34_the_card_follows_the_member_number(platform_shop: Shop) -> None:
    shop, phone = platform_shop, new_phone()
    await put(
        shop, "members/8501", {"name": "小美", "phone": phone, "tier": "一般", "points": [{"left": 30}]}
    )
    owner = await proven(shop, phone)
    mine = {"number": "8501", "等級": "一般", "點數": "30"}
    assert await card(shop, owner) == mine

    # at the shop: another phone, and a new member with the old one
    await put(shop, "members/8501", {"phone": new_phone()})
    assert await card(shop, owner) == mine, "found, without the new member too"
    new = {"name": "大明", "phone": phone, "tier": "白金卡", "points": [{"left": 9999}]}
    await put(shop, "members/8502", new)
    assert await card(shop, owner) == mine
    assert await bound(shop, owner) == ["phone", "已綁定"]

    # the shop's news are of the member, too
    await put(shop, "members/8501", {"points": [{"left": 45}]})
    await shop.do(f"friends/{owner}/shop", {"news": "member_updated"})
    await shop.rest()
    assert (await shop.known(owner))["points"] == "45"

    # the new owner binds: nobody is moved, merged, or told anything
    await shop.do("clock", {"by": "61s"})
    newcomer = await proven(shop, phone)
    assert DONE in await shop.texts(newcomer)
    assert await bound(shop, newcomer) == ["phone", "已綁定", "VIP"]
    assert await card(shop, newcomer) == {"number": "8502", "等級": "白金卡", "點數": "9,999"}
    assert await bound(shop, owner) == ["phone", "已綁定"]
    assert await card(shop, owner) == {**mine, "點數": "45"}
    before = len(await shop.texts(owner))
    await shop.say(owner, "優惠")
    assert len(await shop.texts(owner)) == before + 1, "no notice of a phone that was moved"


@pytest.mark.ring("all", "a bot and a simulator of its own")
@pytest.mark.parametrize("deliver", ["once", "lost"])
async def test_s34_a_deleted_members_phone_is_given_to_the_next(platform_shop: Shop, deliver: str) -> None:
    """B10, B15, C6: without a code the old LINE account shows nothing of the next member, and says why."""
    shop, phone, (old, new) = platform_shop, new_phone(), DELETED[deliver]
    await put(
        shop, f"members/{old}", {"name": "小美", "phone": phone, "tier": "金卡", "points": [{"left": 3}]}
    )
    owner = await proven(shop, phone)
    assert (await card(shop, owner))["number"] == old
    await put(shop, "webhooks", {"deliver": deliver})
    await shop.do(f"shop/forest/members/{old}", method="DELETE")
    await shop.rest()
    await shop.do("clock", {"by": "3d"})
    await put(shop, "webhooks", {"deliver": "once"})
    await put(shop, f"members/{new}", {"name": "大明", "phone": phone, "tier": "白金卡"})
    await shop.rest()
    await shop.do("clock", {"by": "1d"})
    await opened(shop, owner, "member_card")
    await shop.rest()
    page = await opened(shop, owner, "member_card")
    assert (page.screen["kind"], page.screen["state"]) == ("question", "ask_phone")
    assert "商店已經沒有您原本的會員資料" in page.screen["texts"][0]
    assert await shop.known(owner) == {}
    assert await bound(shop, owner) == []


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_who_unbinds_has_nothing_of_the_shop(platform_shop: Shop) -> None:
    """R2, end to end: the tag, the menu's condition, the consent; and no message the day after."""
    shop, phone = platform_shop, new_phone()
    await put(shop, "members/8601", {"name": "小美", "phone": phone, "tier": "金卡", "marketing": True})
    friend = await proven(shop, phone)
    assert await bound(shop, friend) == ["phone", "已綁定", "VIP"]
    page = await opened(shop, friend, "unbind")
    await page.answer("unbind")
    await shop.rest()
    contact = await shop.get(f"friends/{friend}/contact")
    assert (contact["bound"], contact["tags"], contact["attributes"]) == ([], [], [])
    before = len(await shop.texts(friend))
    await shop.do("clock", {"by": "3d"})
    assert len(await shop.texts(friend)) == before
