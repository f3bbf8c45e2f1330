"""The recording tab on a small screen: that it runs is seen, its name and button stay in sight. L4."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect

from tests.simulator.shop import Shop, open_shop

LAPTOP = ViewportSize(width=1366, height=768)


async def test_it_is_seen_that_it_runs_and_the_button_stays_in_sight(shop: Shop, browser: Browser) -> None:
    """The newest line is shown above the field; what is missing is said there, in the page's language."""
    friend = await shop.friend("小美")
    context = await browser.new_context(viewport=LAPTOP, locale="en-US")
    page = await context.new_page()
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    begin, save = (panel.get_by_role("button", name=name) for name in ("從現在開始錄", "存成情境"))
    await expect(panel.locator(".record-runs")).to_be_hidden()
    await begin.click()
    await expect(panel.locator(".record-runs")).to_have_text("錄製中")
    await expect(begin).to_have_attribute("aria-pressed", "true")

    for said in ("營業時間", "優惠", "營業時間", "優惠"):
        await shop.say(friend, said)
    last = panel.locator(".record-yaml .code")
    steps = panel.locator(".record-steps summary")
    await expect(steps).to_have_text("看錄到的內容（9 步）")
    await expect(last).to_be_hidden()
    await expect(begin).to_be_in_viewport(ratio=1)
    await steps.click()
    await expect(last).to_contain_text("user: 優惠")
    room = page.locator("#panels")
    at_end = "e => Math.ceil(e.scrollTop + e.clientHeight) >= e.scrollHeight"
    await page.wait_for_function(at_end, arg=await room.element_handle())
    await shop.say(friend, "營業時間")
    await expect(steps).to_have_text("看錄到的內容（11 步）")
    await page.wait_for_function(at_end, arg=await room.element_handle())
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
    await expect(panel.locator(".record-told")).to_be_empty()
    await expect(panel.locator(".record-runs")).to_be_hidden()
    await expect(save).to_be_in_viewport(ratio=1)


async def test_the_command_has_no_way_back_in_its_path(tmp_path: Path) -> None:
    """As the terminal writes it, however the folder was named."""
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    (tmp_path / "aside").mkdir()
    async with open_shop(tmp_path / "aside" / "..") as shop:
        friend = await shop.friend()
        await shop.say(friend, "嗨")
        saved = await shop.do(f"friends/{friend}/scenario", {"name": "嗨"})
        assert f" test {tmp_path} " in saved["command"]


BOT = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rules:
  - {when: {text: 嗨}, reply: 您好}
"""
