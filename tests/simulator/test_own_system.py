"""B19, D7, C10: a shop with a system of its own, from `oaflow run --simulator` to its member and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.eventually import PATIENCE
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.test_binding_in_chat import DONE, begun, bound, codes, new_phone

OWN = """  forest:
    platform: hook
    url: https://erp.forest.example/oaflow
    secret: ${CYBERBIZ_SECRET}
    attributes: {tier: tier, points: points, orders: orders, skin: {from: skin, write: true}}
    consent: marketing

splits:"""
RULES = """
signals: {member_changed: {}}
rules:
  - {when: {signal: member_changed}, refresh_member: true}
  - {when: {text: 我是乾性}, do: [{set: {skin: 乾性}}, {reply: 記下來了}]}
"""


def with_own_system(folder: Path) -> Path:
    """The worked example, with a system of its own instead of CYBERBIZ."""
    data, binding = worked_example(folder) / "rules" / "data.yaml", folder / "flows" / "phone_binding.yaml"
    text = data.read_text("utf-8").replace("  tier_until: {type: date, title: 等級到期日}\n", "")
    text = text.replace("    - {show: attribute.tier_until, title: 等級到期日}\n", "")
    data.write_text(re.sub(r"  forest:\n.*?\nsplits:", OWN, text, flags=re.DOTALL), "utf-8")
    flow = binding.read_text("utf-8").replace("when_missing: try_again ", "when_missing: register ")
    binding.write_text(flow, "utf-8")
    (folder / "rules" / "aa_own.yaml").write_text(RULES, "utf-8")
    return folder


async def member(shop: Shop, phone: str) -> dict[str, Any]:
    members = (await shop.get("shop/forest/members"))["members"]
    [found] = [one for one in members if one["phone"] == phone]
    return dict(found)


async def test_a_system_that_nobody_hears_is_told_beside_its_members(tmp_path: Path, desk: Page) -> None:
    """And no more once the playbook has a token, though its environment gives none: the simulator has one."""
    folder = with_own_system(tmp_path / "shop")
    file = folder / "bot.yaml"
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"^api_token: .*\n", "", text, flags=re.MULTILINE), "utf-8")
    async with open_shop(folder) as shop:
        await desk.goto(f"{shop.address}/simulator/")
        await desk.locator("#tab-shop").click()
        await expect(desk.locator(".shop-unheard")).to_contain_text("bot.yaml 沒有 api_token")
        file.write_text(text, "utf-8")
        await expect(desk.locator(".shop-unheard")).to_have_count(0, timeout=PATIENCE * 1_000)
        assert [one["heard"] for one in (await shop.get("shops"))["shops"]] == [True]


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_registered_bound_written_and_read_again(tmp_path: Path) -> None:
    async with open_shop(with_own_system(tmp_path / "shop")) as shop:
        phone = new_phone()
        friend = await begun(shop, phone, channel="main")
        [code] = await codes(shop, friend)
        await shop.say(friend, code)
        assert (await shop.texts(friend))[-1].startswith(f"09••••••{phone[-2:]} 還不是會員。")
        await shop.say(friend, "註冊會員")
        assert DONE in await shop.texts(friend)
        assert (await bound(shop, friend))[:2] == ["phone", "已綁定"]
        made = await member(shop, phone)
        assert (made["name"], made["line_at"], made["marketing"]) == ("小美", friend, False)
        await shop.say(friend, "我是乾性")
        assert (await member(shop, phone))["more"] == {"skin": "乾性"}
        path = f"shop/forest/members/{made['number']}"
        await shop.do(path, {"tier": "金卡", "points": [{"left": 80, "until": None}]}, method="PUT")
        await shop.do(f"friends/{friend}/signal", {"signal": "member_changed", "values": {}})
        await shop.rest()
        shown = await shop.known(friend)
        assert (shown["tier"], shown["points"], shown["skin"]) == ("金卡", "80", "乾性")
        faults = {"answer": "credentials"}
        await shop.do("shop/forest/faults", faults, method="PUT")
        other = await begun(shop, new_phone(), channel="main")
        await shop.say(other, (await codes(shop, other))[-1])
        assert (await shop.texts(other))[-1] == "會員系統忙碌中，請稍後再試（您的資料未變更）"
