"""The workbench's page for members of the pretend shop, and for LIFF's faults, in a real browser. L4."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.eventually import PATIENCE
from tests.simulator.lent_pages import complaints
from tests.simulator.shop import Shop, open_shop, worked_example

MARKUP = '<img src=x onerror="window.hacked=1">'


@dataclass
class Panel:
    """The workbench with the shop's panel open."""

    page: Page
    shop: Shop
    friend: str

    async def members(self) -> dict[str, Any]:
        return {one["number"]: one for one in (await self.shop.get("shop/forest/members"))["members"]}

    async def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            await self.page.locator(f'.member-form input[name="{name}"]').fill(value)

    async def shop_has(self, **faults: Any) -> None:
        """Wait until the shop has these faults: what is chosen is chosen before the shop knows."""
        async with asyncio.timeout(PATIENCE):
            while (await self.shop.get("shops"))["shops"][0]["faults"] != faults:
                pass

    async def save(self) -> None:
        await self.page.locator(".member-form").get_by_role("button", name="儲存").click()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One of this module's own: nobody has moved its clock, or filled its pretend shop."""
    async with open_shop(worked_example(tmp_path_factory.mktemp("panel") / "shop")) as shop:
        # reading hundreds of members at the platform's pace would keep the next test waiting for minutes
        await shop.do("shop/forest/webhooks", {"deliver": "lost"}, method="PUT")
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def panel(shop: Shop, desk: Page) -> AsyncIterator[Panel]:
    friend = await shop.friend()
    before = await shop.get("shop/forest/members")
    with complaints(desk) as wrong:
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-shop").click()
        await expect(desk.locator(".member").first).to_be_visible()
        there = Panel(desk, shop, friend)
        yield there
    for number in (await there.members()).keys() - {one["number"] for one in before["members"]}:
        await shop.do(f"shop/forest/members/{number}", method="DELETE")
    assert wrong == []


async def test_a_member_is_added_changed_and_deleted(panel: Panel) -> None:
    page = panel.page
    await page.get_by_role("button", name="新增會員").click()
    await panel.fill(number="7001", name=MARKUP, phone="0987-654-321", birthday="1999-01-02", tier="銀卡")
    await page.get_by_role("button", name="加一筆點數").click()
    await page.get_by_role("spinbutton", name="點數", exact=True).fill("30")
    await panel.save()
    row = page.locator(".member", has_text="7001")
    await expect(row).to_contain_text(MARKUP)
    await expect(row).to_contain_text("0987-654-321 · 銀卡 · 30 點")
    await expect(row).to_be_focused()
    kept = (await panel.members())["7001"]
    assert (kept["birthday"], kept["points"]) == ("1999-01-02", [{"left": 30, "until": None}])

    await row.click()
    await panel.fill(name="王小明", phone="", tier_until="2030-12-31")
    await page.get_by_label("手機已驗證").uncheck()
    await panel.save()
    await expect(row).to_contain_text("王小明")
    await expect(row).to_contain_text("沒有手機")
    changed = (await panel.members())["7001"]
    assert (changed["phone"], changed["phone_proven"], changed["tier_until"]) == (None, False, "2030-12-31")

    await row.click()
    await page.get_by_role("button", name="刪除會員").click()
    await expect(row).to_have_count(0)
    assert "7001" not in await panel.members()
    assert await page.evaluate("window.hacked") is None


async def test_the_shop_knows_who_is_being_played(panel: Panel) -> None:
    """B18: LINE 快速登入."""
    await panel.page.get_by_role("button", name="新增會員").click()
    await panel.fill(number="7002", name="小美")
    await panel.page.get_by_role("button", name="他就是「小美」").click()
    await panel.save()
    await expect(panel.page.locator(".member", has_text="7002")).to_be_visible()
    assert (await panel.members())["7002"]["line"] == panel.friend


NO_NUMBERS = {
    "": "1 到 12 位數字",
    "0123": "1 到 12 位數字",
    "abc": "1 到 12 位數字",
    "5001": "已經有會員 5001",
}


async def test_a_number_that_cannot_be_is_told_and_nothing_is_lost(panel: Panel) -> None:
    before = await panel.members()
    for number, told in NO_NUMBERS.items():
        await panel.page.get_by_role("button", name="新增會員").click()
        await panel.fill(number=number, name="王小明")
        await panel.save()
        await expect(panel.page.locator(".member-form [role=alert]")).to_contain_text(told)
        await expect(panel.page.locator('.member-form input[name="name"]')).to_have_value("王小明")
        await panel.page.keyboard.press("Escape")
        await expect(panel.page.get_by_role("button", name="新增會員")).to_be_focused()
        assert await panel.members() == before, number


@pytest.mark.parametrize(
    "number", [120, pytest.param(1_000, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_a_thousand_members(panel: Panel, number: int) -> None:
    """A hundred are shown; a search finds any of them."""
    for more in range(8000, 8000 + number - len(await panel.members())):
        body = {"name": f"會員{more}", "phone": f"090000{more}"}
        await panel.shop.do(f"shop/forest/members/{more}", body, method="PUT")
    await panel.page.reload()
    await expect(panel.page.locator(".member")).to_have_count(100)
    await expect(panel.page.locator(".shop-listing")).to_contain_text(f"還有 {number - 100} 位")
    await panel.page.get_by_role("searchbox").fill(f"090000{more}")
    await expect(panel.page.locator(".member")).to_have_count(1)
    await expect(panel.page.locator(".member")).to_contain_text(f"會員{more}")
    await panel.page.get_by_role("searchbox").fill("沒有這個人")
    await expect(panel.page.locator(".shop-listing")).to_contain_text("沒有符合的會員")


async def test_the_shop_has_a_bad_day(panel: Panel) -> None:
    await panel.page.locator("#panel-shop").get_by_text("讓商店出狀況").click()
    await panel.page.locator('[data-fault="shop-answer credentials"]').check()
    await panel.page.locator('[data-fault="shop-slow 3"]').check()
    await expect(panel.page.locator('[data-fault="shop-slow 3"]')).to_be_checked()
    await expect(panel.page.locator('[data-fault="shop-answer credentials"]')).to_be_checked()
    await panel.shop_has(slow=3, answer="credentials")
    await expect(panel.page.locator("#signs")).to_contain_text("商店「forest」：")
    for name in ("answer", "slow"):
        await panel.page.locator(f'[data-fault="shop-{name} null"]').check()
    await expect(panel.page.locator('[data-fault="shop-slow null"]')).to_be_checked()
    await panel.shop_has(slow=None, answer=None)


async def test_all_faults_stand_in_one_place_and_go_at_once(panel: Panel) -> None:
    """L4: also those of another account and another friend, which one would hunt for as a bug."""
    shop, page = panel.shop, panel.page
    other = await shop.friend("阿明")
    await shop.do("channels/outlet/faults", {"answer": "429"}, method="PUT")
    await shop.do(f"friends/{other}/liff", {"permission": False}, method="PUT")
    await shop.do("sms", {"fault": "silence"}, method="PUT")
    await shop.do("shop/forest/faults", {"slow": 15}, method="PUT")
    on = await shop.get("faults")
    assert (list(on["channels"]), list(on["friends"]), list(on["shops"])) == (["outlet"], [other], ["forest"])
    assert on["sms"] == {"credit": None, "fault": "silence"}
    await page.reload()
    await expect(page.locator("#signs .sign.harm")).to_contain_text("阿明：")
    await page.locator("#signs .sign.harm").click()
    listed = page.locator(".faults-on li")
    await expect(listed).to_have_count(4)
    assert await page.locator("#panel-faults").evaluate(
        "panel => panel.firstElementChild.querySelector('button').textContent"
    ) == ("全部恢復正常"), "at the top"
    await page.get_by_role("button", name="全部恢復正常").press("Enter")
    await expect(page.locator("#signs .sign.harm")).to_have_count(0)
    await expect(page.locator(".fault-alarm")).to_be_hidden()
    assert await shop.get("faults") == {"channels": {}, "friends": {}, "sms": None, "shops": {}, "hooks": []}
    assert (await shop.get("shops"))["shops"][0]["faults"] == {"answer": None, "slow": None}


BAD_DAYS: dict[str, dict[str, Any]] = {
    "liff permission": {"permission": False},
    "liff elsewhere": {"launched_from_chat": False},
    "liff computer": {"in_client": False, "os": "web"},
    "liff browser": {"in_client": False, "os": "android"},
    "liff expired": {"token": "expired"},
    "liff stranger": {"friend": False},
    "sms credit": {"credit": 0},
    "sms number": {"fault": "number"},
    "sms credentials": {"fault": "credentials"},
    "sms silence": {"fault": "silence"},
}


@pytest.mark.parametrize(
    "loaded_anew",
    [("sms silence",), pytest.param(BAD_DAYS, marks=pytest.mark.ring("soak", "more of the same"))],
)
async def test_a_bad_day_of_liff_on_this_phone_or_of_the_sms(
    panel: Panel, loaded_anew: Container[str]
) -> None:
    async def there(fault: str) -> Any:
        if fault.startswith("sms"):
            return await panel.shop.get("sms")
        friends = (await panel.shop.get("state"))["friends"]
        return next(one["liff"] for one in friends if one["id"] == panel.friend)

    page = panel.page
    await page.locator("#tab-faults").click()
    for fault, settings in BAD_DAYS.items():
        usual = await there(fault)
        await page.locator(f'[data-fault="{fault}"]').check()
        await expect(page.locator("#signs")).to_contain_text("故障中")
        assert await there(fault) == usual | settings, fault
        if fault in loaded_anew:
            await page.reload()
        await expect(page.locator(f'[data-fault="{fault}"]')).to_be_checked()
        await page.get_by_role("button", name="全部恢復正常").click()
        await expect(page.locator("#signs")).to_be_empty()
        assert await there(fault) == usual, fault


async def test_line_does_not_tell_who_the_friends_are(panel: Panel) -> None:
    """M1: of which kind the account is; no fault, so nothing is back to normal by the button."""

    async def verified() -> bool:
        return bool((await panel.shop.get("state"))["channels"][0]["verified"])

    page = panel.page
    await page.locator("#tab-faults").click()
    await expect(page.locator('[data-fault="followers true"]')).to_be_checked()
    await page.locator('[data-fault="followers false"]').check()
    await page.reload()
    await expect(page.locator('[data-fault="followers false"]')).to_be_checked()
    assert not await verified()
    await expect(page.locator("#signs")).to_be_empty()
    await panel.shop.do("channels/main/followers", {"verified": True}, method="PUT")
    await expect(page.locator('[data-fault="followers true"]')).to_be_checked()
