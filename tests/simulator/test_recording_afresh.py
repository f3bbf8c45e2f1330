"""Recording with a friend whom the bot knows already: a new one is offered at that place. L4."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.simulator.lent_pages import spoil
from tests.simulator.phone.test_overtaken import STREAM, Held
from tests.simulator.shop import Shop

CLICKED_WITHOUT_FRAMES = """button => {
    const [later, frame] = [[], window.requestAnimationFrame];
    window.requestAnimationFrame = (draw) => later.push(draw);
    window.drawn = async () => {
        window.requestAnimationFrame = frame;
        for (const draw of later) frame(draw);
        for (let n = 0; n < 5; n++) await new Promise(frame);
    };
    button.click();
}"""
"""Click, and nothing is drawn until `drawn()` is called."""


async def test_who_is_known_already_is_said_and_a_new_friend_is_one_click_away(
    shop: Shop, desk: Page
) -> None:
    """Nobody is forced: the recording has begun all the same."""
    friend = await shop.friend("小美")
    await shop.say(friend, "優惠")  # which puts a tag on
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await desk.locator("#tab-recording").click()
    panel = desk.locator("#panel-recording")
    begin = panel.get_by_role("button", name="從現在開始錄")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: 優惠")
    await begin.click()
    await expect(panel.locator(".record-notice")).to_contain_text("機器人已經認得「小美」")
    await expect(panel.locator(".record-reason")).to_contain_text("還沒錄到東西")

    await panel.get_by_role("button", name="換一位新好友來錄").click()
    await expect(panel.locator(".record-notice")).to_contain_text("從加入好友開始錄")
    await expect(desk).not_to_have_url(f"{shop.address}/simulator/?friend={friend}")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: follows")
    pressed = panel.locator(".record-acts [aria-pressed=true]")
    await expect(pressed).to_have_text("換一位新好友來錄")
    await begin.click()
    await expect(panel.locator(".record-notice")).to_have_text("開始錄了，到手機上聊聊看。")
    await expect(pressed).to_have_text("從現在開始錄")


async def test_what_is_said_of_a_new_friend_stays_where_the_page_draws_late(shop: Shop, desk: Page) -> None:
    """The server has answered everything before the page shows the friend; whoever plays is told no more."""
    page, panel = desk, await recording(shop, desk)
    async with page.expect_response("**/follow") as answered:
        await panel.get_by_role("button", name="換一位新好友來錄").evaluate(CLICKED_WITHOUT_FRAMES)
    await (await answered.value).finished()
    await page.evaluate("drawn()")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: follows")
    await expect(panel.locator(".record-notice")).to_contain_text("從加入好友開始錄")
    await shop.say(page.url.rpartition("=")[2], "營業時間")
    await expect(panel.locator(".record-notice")).to_be_empty()


async def test_what_is_said_of_a_new_friend_stays_where_all_is_read_meanwhile(shop: Shop, desk: Page) -> None:
    """The stream has had a gap: everything is read anew, and the panel meets the friend once more."""
    page, held = desk, Held()
    spoil(page)
    await page.add_init_script(STREAM)
    panel = await recording(shop, desk)
    await page.route("**/state?friend=*", held, times=1)
    await page.evaluate("stream.dispatchEvent(new Event('reset'))")
    await held.made.wait()
    async with page.expect_response("**/follow") as answered:
        await panel.get_by_role("button", name="換一位新好友來錄").click()
    await (await answered.value).finished()
    held.go.set()
    await expect(panel.locator(".record-yaml")).to_contain_text("歡迎來到森活選品")  # after that
    await expect(panel.locator(".record-notice")).to_contain_text("從加入好友開始錄")


async def test_nothing_is_pressed_before_it_is_known_who_is_there(shop: Shop, desk: Page) -> None:
    """A press for nobody was lost without a word."""
    held = Held()
    await desk.route("**/state?friend=*", held, times=1)
    await desk.goto(f"{shop.address}/simulator/?friend={await shop.friend('小美')}")
    await held.made.wait()
    await desk.locator("#tab-recording").click()
    begin = desk.locator("#panel-recording").get_by_role("button", name="從現在開始錄")
    await expect(begin).to_be_disabled()
    held.go.set()
    await expect(begin).to_be_enabled()


async def recording(shop: Shop, page: Page) -> Locator:
    """The panel, of a friend whom the bot knows."""
    friend = await shop.friend("小美")
    await shop.say(friend, "優惠")
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: 優惠")
    return panel
