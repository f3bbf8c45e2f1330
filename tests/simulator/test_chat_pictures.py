"""E3: pictures that staff send, and messages drawn in the chat as LINE draws them, beside the phone."""

from __future__ import annotations

import base64

from playwright.async_api import Browser, FilePayload, expect

from tests.axe import violations
from tests.operations.test_staff_pictures import PLACE, drawn, photo
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop
from tests.simulator.test_chat_page import at_chat, waiting

HEIC = b"\0\0\0\x18ftypheic" + bytes(40)
_TRANSFER = """([target, bytes]) => {
  const content = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([content], "圖.png", { type: "image/png" }));
  const how = { bubbles: true, cancelable: true };
"""
PASTE = f"""{_TRANSFER}
  target.dispatchEvent(new ClipboardEvent("paste", {{ clipboardData: data, ...how }}));
}}"""
DROP = f"""{_TRANSFER}
  for (const kind of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, {{ dataTransfer: data, ...how }}));
}}"""


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": f"image/{name.rpartition('.')[2]}", "buffer": content}


async def pictures(shop: Shop, friend: str) -> list[str]:
    """The addresses of the pictures that the phone has."""
    messages = (await shop.get(f"friends/{friend}/messages"))["messages"]
    return [
        one["content"]["originalContentUrl"]
        for one in messages
        if one["author"] == "bot" and one["content"]["type"] == "image"
    ]


async def test_chosen_pasted_and_dragged_in_they_go_out_together(shop: Shop, chromium: Browser) -> None:
    """J1: one push or reply with its text, without what the camera wrote into it; the phone loads it."""
    friend = await waiting(shop, "小圖")
    async with at_chat(chromium, shop, "小圖") as page:
        tray = page.locator(".pictures li[data-token]")
        await page.get_by_label("加圖片").set_input_files([file("收據.jpeg", photo())])
        await expect(tray).to_have_count(1)
        box = page.get_by_label("你的回覆")
        bytes_of = base64.b64encode(drawn("RGB")).decode()
        await page.evaluate(PASTE, [await box.element_handle(), bytes_of])
        await expect(tray).to_have_count(2)
        await page.evaluate(DROP, [await page.locator("#talk").element_handle(), bytes_of])
        await expect(tray).to_have_count(3)
        await tray.nth(1).get_by_role("button", name="移除這張圖片").click()
        await expect(tray).to_have_count(2)
        await box.fill("您看這張")
        await page.reload()  # what is written and chosen stays
        await expect(tray).to_have_count(2)
        await expect(box).to_have_value("您看這張")
        assert await violations(page) == []
        await box.press("Enter")
        await expect(page.locator(".by-staff .photo img")).to_have_count(2)
        await expect(tray).to_have_count(0)
        sent = await pictures(shop, friend)
        assert len(sent) == 2
        async with shop.http.get(sent[0]) as answer:
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["Cache-Control"].startswith("private")
            assert PLACE not in await answer.read()
        async with shop.http.get(sent[0].replace(".jpg", ".png")) as answer:
            assert answer.status == 404
        async with shop.http.get(f"{shop.address}/media/staff/{'0' * 32}.jpg") as answer:
            assert answer.status == 404
        await expect(page.locator(".by-staff .photo img").first).to_have_js_property("naturalWidth", 300)
        await page.locator(".by-staff .photo").first.click()
        await expect(page.locator("dialog.seen-large img")).to_be_visible()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog.seen-large")).to_have_count(0)


async def test_what_line_would_not_show_is_refused_in_a_sentence(shop: Shop, chromium: Browser) -> None:
    await waiting(shop, "小熱")
    async with at_chat(chromium, shop, "小熱", size=PHONE) as page:
        chosen = page.get_by_label("加圖片")
        says = page.locator(".answer-says")
        await chosen.set_input_files([file("IMG_1.heic", HEIC)])
        await expect(says).to_contain_text("HEIC")
        large = b"\xff\xd8\xff" + bytes(10_000_001)
        await chosen.set_input_files([file("大.jpeg", large)])
        await expect(says).to_contain_text("10 MB")
        six = [file(f"{n}.png", drawn("RGB")) for n in range(6)]
        await chosen.set_input_files(six)
        await expect(says).to_contain_text("最多 5 則")
        await expect(page.locator(".pictures li[data-token]")).to_have_count(5)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_label("你的回覆").fill("還有一句")
        await page.get_by_label("你的回覆").press("Enter")
        await expect(says).to_contain_text("最多 5 則")
        await page.get_by_role("radio", name="內部便條").click()
        await expect(chosen).to_be_hidden()


async def test_without_a_script_a_picture_comes_with_the_form(shop: Shop, chromium: Browser) -> None:
    friend = await waiting(shop, "小舊")
    async with at_chat(chromium, shop, "小舊") as signed:
        state = await signed.context.storage_state()
        window = await chromium.new_context(locale="zh-TW", java_script_enabled=False, storage_state=state)
        page = await window.new_page()
        await page.goto(signed.url)
        await page.locator("#answer [name=file]").set_input_files([file("a.png", drawn("RGB"))])
        await page.get_by_role("button", name="送出").click()
        await expect(page.locator(".by-staff .bubble a")).to_have_count(1)
        assert len(await pictures(shop, friend)) == 1
        await window.close()


async def test_messages_stand_in_the_chat_as_line_draws_them(shop: Shop, chromium: Browser) -> None:
    """Templates, imagemaps, Flex and quick replies of the bot's; by keys nothing of them can be pressed."""
    friend = await shop.friend("小卡")
    await shop.say(friend, "門市資訊", "品牌故事", "優惠", "更新資料", "會員卡", "營業時間")
    where = {"type": "location", "title": "我家", "address": "台北市", "latitude": 25.0, "longitude": 121.5}
    await shop.do(f"friends/{friend}/send", where)
    await shop.rest()
    async with at_chat(chromium, shop, "小卡") as page:
        said = page.locator(".said")
        await expect(said.locator(".carousel > .plate").first).to_contain_text("信義店")
        await expect(said.locator(".imagemap .area")).to_have_count(3)
        await expect(said.locator(".drawn > .plate .tap")).not_to_have_count(0)
        await expect(said.locator(".flex-message")).not_to_have_count(0)
        await expect(said.locator(".offered .pill").last).to_be_visible()
        assert await said.locator(".drawn.is-still button:not([tabindex='-1'])").count() == 0
        await expect(said.locator("[data-message]")).to_have_count(0)
        for width in (1440, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert await violations(page) == []
