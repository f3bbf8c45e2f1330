"""The recording tab on a small screen: that it runs is seen, its name and button stay in sight. L4."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from tests.eventually import PATIENCE, comes_to
from tests.simulator.lent_pages import Pages
from tests.simulator.shop import Shop, open_shop

LAPTOP = ViewportSize(width=1366, height=768)
BOT = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
tags: {看過優惠: {}}
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 嗨}, reply: 您好}
  - {when: {text: 營業時間}, reply: "每天 11:00–21:00"}
  - {when: {text: 優惠}, do: [{add_tags: [看過優惠]}, {reply: 本週全館 85 折}]}
"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A small one, in a folder that is named by a way back."""
    folder = tmp_path_factory.mktemp("seen").resolve()
    (folder / "bot.yaml").write_text(BOT, "utf-8")
    (folder / "aside").mkdir()
    async with open_shop(folder / "aside" / "..") as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def english(pages: Pages) -> AsyncIterator[Page]:
    """A laptop's screen, of somebody who reads English."""
    async with pages.lend(LAPTOP, locale="en-US") as page:
        yield page


async def test_it_is_seen_that_it_runs_and_the_button_stays_in_sight(shop: Shop, english: Page) -> None:
    """The newest line is shown above the field; what is missing is said there, in the page's language."""
    friend, page = await shop.friend("小美"), english
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    begin, save = (panel.get_by_role("button", name=name) for name in ("從現在開始錄", "存成測試對話"))
    await expect(panel.locator(".record-runs")).to_be_hidden()
    await begin.click()
    await expect(panel.locator(".record-runs")).to_have_text("錄製中")
    await expect(begin).to_have_attribute("aria-pressed", "true")
    told = panel.locator(".record-notice")
    await expect(told).to_have_text("開始錄了，到手機上聊聊看。")

    for said in ("營業時間", "優惠", "營業時間", "優惠"):
        await shop.say(friend, said)
    last = panel.locator(".record-yaml .code")
    steps = panel.locator(".record-steps summary")
    await expect(steps).to_have_text("看錄到的內容（9 步）")
    await expect(told).to_be_empty()  # it was heeded
    await expect(panel.locator(".record-reason")).to_have_text("聊完了，取個名字存起來就好。")
    await expect(last).to_be_hidden()
    await expect(begin).to_be_in_viewport(ratio=1)
    await steps.click()
    await expect(last).to_contain_text("user: 優惠")
    room = page.locator("#panels")
    at_end = "e => Math.ceil(e.scrollTop + e.clientHeight) >= e.scrollHeight"
    await comes_to(room, at_end, True)
    await shop.say(friend, "營業時間")
    await expect(steps).to_have_text("看錄到的內容（11 步）")
    await comes_to(room, at_end, True)
    await expect(save).to_be_in_viewport(ratio=1)
    await expect(panel.locator(".record-runs")).to_be_in_viewport()
    await room.evaluate("e => e.scrollTo(0, 0)")
    await expect(save).to_be_in_viewport(ratio=1)
    await expect(panel.locator("#scenario-name")).to_be_in_viewport(ratio=1)
    assert await last.evaluate("e => e.scrollHeight <= e.clientHeight"), "no scrollbar within another"
    await steps.click()

    await save.click()
    await expect(panel.get_by_role("alert").filter(has_text="還沒有名稱")).to_be_visible()
    await panel.locator("#scenario-name").fill("問優惠")
    await expect(panel.get_by_text("還沒有名稱")).to_have_count(0)
    await save.click()
    await expect(panel.locator(".record-saved")).to_contain_text("tests/scenarios/問優惠.yaml")
    await expect(panel.locator(".record-notice")).to_be_empty()
    await expect(panel.locator(".record-runs")).to_be_hidden()
    await expect(save).to_be_in_viewport(ratio=1)
    await expect(save).to_have_attribute("aria-disabled", "true")
    saved = panel.locator(".record-saved")
    await expect(saved.get_by_role("button", name="複製")).to_be_in_viewport(ratio=1)
    words = await saved.locator(".code-word").all()
    heights = [await word.evaluate("e => e.getClientRects()[0].height") for word in words]
    assert [await word.text_content() for word in words[-2:]] == ["--language", "zh-TW"]
    assert len(set(heights[-2:])) == 1, "a word is torn apart"
    assert await saved.locator(".code").inner_text() == " ".join([await word.inner_text() for word in words])
    await steps.click()
    await expect(last).to_be_in_viewport()
    await comes_to(room, at_end, True)
    await steps.click()

    await panel.locator("#scenario-name").fill("")
    await expect(save).to_have_attribute("aria-disabled", "false")
    await save.click()
    await expect(panel.get_by_role("alert").filter(has_text="還沒有名稱")).to_be_visible()
    await expect(saved).to_be_empty()


async def test_where_the_playbook_was_edited_nobody_is_refused_who_has_not_recorded(
    shop: Shop, desk: Page
) -> None:
    """The first step is told; the refusal comes where the edit was in the middle of a recording."""
    friend, page = await shop.friend(), desk
    await shop.say(friend, "嗨")
    await _edited(shop, BOT.replace("您好", "哈囉"))
    await shop.say(friend, "嗨")
    await page.set_viewport_size(LAPTOP)
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    await expect(panel.locator(".record-reason")).to_have_text("按「從現在開始錄」，再到手機上聊。")
    await expect(panel.locator("details")).to_have_count(0)
    await expect(panel.get_by_role("button", name="存成測試對話")).to_be_disabled()
    async with page.expect_response("**/scenario/begin"):
        await panel.get_by_role("button", name="從現在開始錄").click()
    await shop.say(friend, "嗨")
    await expect(panel.locator(".record-steps summary")).to_be_visible()
    await _edited(shop, BOT)
    await shop.say(friend, "嗨")
    await expect(panel.locator(".record-reason")).to_contain_text("這段對話中間改過劇本")


async def _edited(shop: Shop, text: str) -> None:
    """Another text, which is what answers from now on."""
    taken = (await shop.get("state"))["playbook"]["taken"]
    (shop.folder / "bot.yaml").write_text(text, "utf-8")
    async with asyncio.timeout(PATIENCE):
        while (await shop.get("state"))["playbook"]["taken"] == taken:
            pass


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_the_command_has_no_way_back_in_its_path(shop: Shop) -> None:
    """As the terminal writes it, however the folder was named."""
    friend = await shop.friend()
    await shop.say(friend, "嗨")
    saved = await shop.do(f"friends/{friend}/scenario", {"name": "嗨"})
    assert shop.folder.name == ".."
    assert f" test {shop.folder.resolve()} " in saved["command"]
