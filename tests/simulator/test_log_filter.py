"""The log in a real browser: searched, filtered, by keyboard; the filter stays while new entries come. L4."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.pictures import png
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.test_binding_in_chat import new_phone
from tests.simulator.test_binding_with_shop import proven


async def _opened(page: Page, shop: Shop, friend: str) -> Page:
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-log").click()
    await expect(page.locator("#happened .deed").first).to_be_visible()
    return page


async def test_what_is_searched_for_is_shown_and_stays_so(shop: Shop, desk: Page) -> None:
    friend = await shop.friend("阿找")
    await shop.say(friend, "獨一無二的話")
    page = await _opened(desk, shop, friend)
    rows, search = page.locator("#happened .deed"), page.get_by_role("searchbox")
    await search.fill("獨一無二")
    await expect(rows).to_have_count(1)
    await expect(page.locator(".log-count")).to_contain_text("符合 1 筆")
    await shop.say(friend, "別的話")
    await shop.say(friend, "也是獨一無二")
    await expect(rows).to_have_count(2)
    await expect(search).to_have_value("獨一無二")
    await page.reload()
    await expect(rows).to_have_count(2)
    await search.fill("沒有人說過這個")
    await expect(page.get_by_text("沒有符合的紀錄")).to_be_visible()
    await search.press("Escape")
    await expect(search).to_have_value("")
    await expect(page.get_by_text("沒有符合的紀錄")).to_be_hidden()
    await search.fill("沒有人說過這個")
    await page.get_by_role("button", name="清除篩選").press("Enter")
    await expect(search).to_be_focused()
    upper, lower = [await rows.nth(n).get_attribute("data-key") for n in range(2)]
    await page.locator(f'[data-key="{upper}"] [data-part=head]').focus()
    await page.keyboard.press("ArrowDown")  # another entry may come above both meanwhile
    await expect(page.locator(f'[data-key="{lower}"] [data-part=head]')).to_be_focused()


async def test_an_alert_says_to_whom_it_goes_and_all_that_it_says(shop: Shop, desk: Page) -> None:
    """A5: as a mail would bring it; none goes out here."""
    friend = await shop.friend("阿等")
    await shop.say(friend, "找客服")
    await shop.do("clock", {"by": "61s"})  # whoever was told just before is told again a minute later
    page = await _opened(desk, shop, friend)
    row = page.locator("#happened .deed", has_text="寄信給 service@forest.example（這裡不寄）").first
    await row.locator("[data-part=head]").click()
    await expect(row.locator(".deed-body")).to_contain_text("阿等")
    await expect(row.locator(".deed-body")).to_contain_text("/admin/chat")


async def test_by_kind_friend_and_trouble(shop: Shop, desk: Page) -> None:
    """SMS and calls of the shop stand in the log as well, and what was refused is found at once."""
    friend, other = await shop.friend("阿篩", "outlet"), await shop.friend("阿別", "outlet")
    await shop.say(other, "綁定手機")
    await shop.do("sms", {"fault": "number"}, method="PUT")
    await shop.say(friend, "綁定手機", "0977123009")
    await shop.do("faults", {}, method="DELETE")
    page = await _opened(desk, shop, friend)
    rows = page.locator("#happened .deed")
    await page.get_by_label("只看這位好友").check()
    await expect(rows.filter(has_text="阿篩").first).to_be_visible()
    await expect(rows.filter(has_text="阿別")).to_have_count(0)
    await page.get_by_label("只看出錯的").check()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("寄簡訊給阿篩")
    await expect(rows).to_contain_text("不收這個號碼")
    await page.get_by_role("radio", name="商店").check()
    await expect(rows).to_have_count(0)
    await page.get_by_role("radio", name="簡訊").check()
    await expect(rows).to_have_count(1)


@pytest.mark.ring("all", "starts a process")
async def test_calls_of_the_shop_are_told(shop: Shop) -> None:
    phone = new_phone()
    await shop.do("shop/forest/members/6101", {"name": "阿買", "phone": phone}, method="PUT")
    await proven(shop, phone)
    told = [entry for entry in (await shop.get("state"))["happened"] if entry["kind"] == "shop"]
    assert told
    assert {entry["text"] for entry in told} == {"forest"}
    assert 200 in {entry["status"] for entry in told}
    assert not [entry for entry in told if phone in str(entry)], "paths as the platform documents them"


async def test_what_is_not_there_yet_is_an_answer_like_any_other(tmp_path: Path, desk: Page) -> None:
    """A 404 of LINE: there is no default menu, and a tab is new, which is made then: nothing is wrong."""
    (tmp_path / "menu.png").write_bytes(png(800, 540))
    async with open_shop(written(tmp_path, TABS)) as shop:
        page = await _opened(desk, shop, await shop.friend("阿選"))
        rows, search = page.locator("#happened .deed"), page.get_by_role("searchbox")
        await search.fill("目前沒有")
        await expect(rows.first).to_contain_text("查詢預設圖文選單：目前沒有")
        await expect(rows.first).not_to_contain_text("no default richmenu")
        await search.fill("分頁")
        await expect(rows.filter(has_text="分頁還沒建立，改為新建").first).to_be_visible()
        await expect(rows.filter(has_text="被拒絕")).to_have_count(0)
        await page.get_by_label("只看出錯的").check()
        for text in ("分頁", "目前沒有"):
            await search.fill(text)
            await expect(rows).to_have_count(0)


TABS = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rich_menus:
  - menu: 訪客
    tabs:
      選購: {image: menu.png, grid: [甲], areas: {甲: {label: 服務, tab: 服務}}}
      服務: {image: menu.png, grid: [甲], areas: {甲: {label: 回去, tab: 選購}}}
rules: [{when: {text: 嗨}, reply: 您好}]
"""
