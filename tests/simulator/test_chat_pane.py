"""E3, J1: the customer beside the chat: looked at and changed there, while what is being written stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Page, expect

from bot.model.admin import AdminRole
from tests.axe import violations
from tests.simulator.lent_pages import DESK, PHONE
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.test_binding_in_chat import begun, codes, new_phone
from tests.simulator.test_chat_page import at_chat

SPOKEN = """\
rules:
  - {when: {tag_added: 彩妝}, push: 彩妝新品到了}
"""
DRAFT = "您好，我幫您看看"


@pytest_asyncio.fixture(name="shop", scope="module", loop_scope="session")
async def own_shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """The worked example, with a rule that hears a tag."""
    folder = worked_example(tmp_path_factory.mktemp("pane") / "shop")
    (folder / "rules" / "spoken.yaml").write_text(SPOKEN, "utf-8")
    async with open_shop(folder) as shop:
        yield shop


def pane(page: Page) -> FrameLocator:
    return page.frame_locator("#about")


async def test_tags_and_attributes_are_changed_beside_an_answer(shop: Shop, chromium: Browser) -> None:
    friend = await shop.friend("小圓")
    await shop.say(friend, "真人客服")
    async with at_chat(chromium, shop, "小圓") as page:
        about = pane(page)
        await page.get_by_label("你的回覆").fill(DRAFT)
        await expect(about.get_by_role("heading", level=1)).to_have_text("小圓")
        await about.get_by_label("要貼的標籤").fill("保養")
        await about.get_by_role("button", name="貼上").click()
        await expect(about.get_by_role("status")).to_contain_text("已貼上標籤「保養」")
        await about.get_by_role("button", name="復原").click()
        await expect(about.get_by_role("status")).to_contain_text("已拿掉標籤「保養」")
        await expect(about.locator(".tags")).to_have_count(0)
        await about.locator("summary", has_text="膚質").press("Enter")
        await about.get_by_label("膚質", exact=True).select_option("油性")
        await about.get_by_role("button", name="儲存", exact=True).locator("visible=true").press("Enter")
        await expect(about.get_by_role("status")).to_contain_text("油性")
        await about.get_by_label("要貼的標籤").fill("彩妝")
        await about.get_by_label("要貼的標籤").press("Enter")
        await expect(about.get_by_role("blockquote")).to_have_text("彩妝新品到了")
        await about.get_by_role("link", name="先不要").click()
        await about.get_by_label("要貼的標籤").fill("彩妝")
        await about.get_by_label("要貼的標籤").press("Enter")
        await about.get_by_role("button", name="執行並送出").click()
        await expect(about.locator(".tag", has_text="彩妝")).to_be_visible()
        await expect(page.locator(".by-bot .bubble").last).to_have_text("彩妝新品到了")
        await expect(page.get_by_label("你的回覆")).to_have_value(DRAFT)
        assert await violations(page) == []
        async with page.expect_navigation():
            await about.get_by_role("link", name="看這位客人的完整資料").click()
        await expect(page.get_by_role("navigation", name="頁面").first).to_be_visible()


async def test_what_happens_meanwhile_is_shown_by_itself(shop: Shop, chromium: Browser) -> None:
    friend = await shop.friend("小方")
    await shop.say(friend, "真人客服")
    async with at_chat(chromium, shop, "小方", "supervisor") as page:
        about = pane(page)
        await expect(about.get_by_text("還沒有標籤")).to_be_visible()
        await about.get_by_label("要貼的標籤").fill("香")
        await shop.say(friend, "優惠")
        await expect(page.locator(".by-person .bubble").last).to_have_text("優惠")
        await expect(about.get_by_label("要貼的標籤")).to_have_value("香")


async def test_a_phone_is_shown_in_full_as_a_look_of_its_own(shop: Shop, chromium: Browser) -> None:
    number = new_phone()
    friend = await begun(shop, number)
    await shop.say(friend, (await codes(shop, friend))[-1])
    async with at_chat(chromium, shop, "小美", "agent", PHONE) as page:
        await page.get_by_label("你的回覆").fill(DRAFT)
        await page.get_by_role("link", name="這位客人").click()
        about, full = pane(page), f"+886{number[1:]}"
        await expect(about.locator(".person-head")).to_contain_text("••")
        await about.get_by_role("button", name="顯示完整資料").click()
        await expect(about.locator(".person-head")).to_contain_text(full)
        await shop.say(friend, "謝謝")
        await about.get_by_role("link", name="重新遮住").click()
        await expect(about.locator(".person-head")).to_contain_text("••")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await about.locator("html").evaluate("one => one.scrollWidth <= one.clientWidth")
        await page.get_by_role("link", name="回到對話").click()
        await expect(page.get_by_label("你的回覆")).to_have_value(DRAFT)
        await page.goto(f"{shop.address}/admin/contacts")
        await page.locator(".contact", has_text="小美").first.click()
        await page.get_by_role("link", name="操作紀錄").click()
        await expect(page.get_by_text("看了完整資料").first).to_be_visible()


async def test_a_note_about_the_customer_is_written_changed_and_had_back(
    shop: Shop, chromium: Browser
) -> None:
    friend = await shop.friend("小記")
    await shop.say(friend, "真人客服")
    async with at_chat(chromium, shop, "小記") as page:
        about = pane(page)
        notes = about.get_by_role("region", name="備註")
        await notes.get_by_role("textbox", name="寫一則備註").fill("對花生過敏")
        await notes.get_by_role("button", name="儲存備註").click()
        await expect(notes.locator(".value")).to_have_text("對花生過敏")
        await notes.locator("summary").press("Enter")
        await notes.get_by_role("textbox", name="寫一則備註").first.fill("對堅果過敏")
        await notes.get_by_role("button", name="儲存", exact=True).click()
        await expect(notes.locator(".value")).to_have_text("對堅果過敏")
        await notes.locator("summary").click()
        assert await violations(page) == []
        await notes.get_by_role("button", name="刪除備註").click()
        await expect(notes.locator(".value")).to_have_count(0)
        await about.get_by_role("button", name="復原").click()
        await expect(notes.locator(".value")).to_have_text("對堅果過敏")
        async with at_chat(chromium, shop, "小記", "admin") as ben:
            theirs = pane(ben).get_by_role("region", name="備註")
            await expect(theirs.locator(".value")).to_have_text("對堅果過敏")
            await expect(theirs.get_by_text("修改或刪除")).to_have_count(0)
        assert "對堅果過敏" not in await shop.texts(friend)


async def test_a_coupon_is_given_once_it_is_seen_what_the_customer_gets(
    shop: Shop, chromium: Browser
) -> None:
    friend = await shop.friend("小券")
    await shop.say(friend, "真人客服")
    async with at_chat(chromium, shop, "小券") as page:
        about = pane(page)
        coupons = about.get_by_role("region", name="優惠券")
        await page.get_by_label("你的回覆").fill(DRAFT)
        await coupons.get_by_label("要送的優惠券").select_option("新朋友折 100 元")
        await coupons.get_by_role("button", name="送出優惠券").click()
        await expect(about.get_by_role("heading", level=1)).to_contain_text("新朋友折 100 元")
        await expect(about.get_by_text("客人不會收到通知")).to_be_visible()  # its rule replies
        assert await violations(page) == []
        await about.get_by_role("button", name="送給客人").click()
        await expect(about.get_by_role("status")).to_contain_text("已送出：新朋友折 100 元")
        await expect(coupons.get_by_text("可以使用")).to_be_visible()
        await expect(page.get_by_label("你的回覆")).to_have_value(DRAFT)
        await coupons.get_by_label("要送的優惠券").select_option("新朋友折 100 元")
        await coupons.get_by_role("button", name="送出優惠券").click()
        await expect(about.get_by_role("alert")).to_contain_text("已經達到上限")


@pytest.mark.parametrize("role", ["admin", "supervisor", "agent"])
async def test_the_whole_team_has_it(shop: Shop, chromium: Browser, role: AdminRole) -> None:
    friend = await shop.friend(f"小{role}")
    await shop.say(friend, "真人客服")
    async with at_chat(chromium, shop, f"小{role}", role, DESK) as page:
        await expect(pane(page).get_by_role("heading", name="標籤")).to_be_visible()
        await expect(pane(page).get_by_role("button", name="顯示完整資料")).to_be_visible()
