"""What a tap does: LINE's part by the JSON interface, the phone's part on the screen. L4."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.eventually import pasted
from tests.simulator.phone.conftest import Phone


def buttons(*actions: dict[str, Any]) -> dict[str, Any]:
    card = {"type": "buttons", "text": "請選", "actions": list(actions)}
    return {"type": "template", "altText": "卡片", "template": card}


def quick(*actions: dict[str, Any], text: str = "哪一種？") -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": text, "quickReply": {"items": items}}


def postback(label: str, **more: Any) -> dict[str, Any]:
    return {"type": "postback", "label": label, "data": f"{label}=1", **more}


async def test_a_tap_is_seen_at_once_while_line_is_asked(phone: Phone, page: Page) -> None:
    row = await phone.push(buttons(postback("好", displayText="好的")))
    pressed = "tap => { tap.click(); return tap.classList.contains('pressed'); }"
    assert await row.locator(".tap").evaluate(pressed), "before LINE can have answered"
    await expect(page.locator(".said.mine .bubble").last).to_have_text("好的")
    assert (await phone.heard("postback"))["postback"] == {"data": "好=1"}
    await expect(row.locator(".tap.pressed")).to_have_count(0)


async def test_a_date_is_chosen_between_its_limits(phone: Phone, page: Page) -> None:
    limits = {"initial": "2026-12-24t10:00", "min": "2026-12-01t00:00", "max": "2026-12-31t23:59"}
    picker = {"type": "datetimepicker", "label": "選日期", "data": "when", "mode": "datetime", **limits}
    row = await phone.push(buttons(picker))
    await row.get_by_role("button", name="選日期").click()
    field = page.locator(".date-field")
    await expect(field).to_have_value("2026-12-24T10:00")
    words = page.locator(".date-words")  # a browser writes its field in a language of its own
    await expect(words).to_have_text("2026年12月24日星期四 10:00")
    await field.fill("2027-01-05T10:00")
    await page.get_by_role("button", name="選擇").click()
    await expect(page.get_by_role("alert")).to_contain_text("2026-12-01 00:00")
    await field.fill("2026-12-25T18:30")
    await page.get_by_role("button", name="選擇").click()
    heard = (await phone.heard("postback"))["postback"]
    assert heard == {"data": "when", "params": {"datetime": "2026-12-25T18:30"}}
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_addresses_are_told_and_none_is_opened_by_itself(phone: Phone, page: Page) -> None:
    uris = {
        "網頁": "https://forest.example/sale",
        "電話": "tel:0223456789",
        "畫面": "line://nv/settings",
        "店家": "https://line.me/R/oaMessage/%40forest/?%E6%88%91%E8%A6%81%E9%A0%90%E7%B4%84",
    }
    row = await phone.push(buttons(*({"type": "uri", "label": k, "uri": v} for k, v in uris.items())))
    dialog = page.get_by_role("dialog")
    for label, told in {"網頁": "forest.example", "電話": "撥打", "畫面": "LINE 會打開"}.items():
        await row.get_by_role("button", name=label).click()
        await expect(dialog).to_contain_text(told)
        await expect(dialog).to_contain_text(uris[label])
        await page.keyboard.press("Escape")
    await row.get_by_role("button", name="店家").click()
    await expect(page.locator("#text")).to_have_value("我要預約")
    await expect(page.locator("#text")).to_be_focused()
    assert len(page.context.pages) == 1
    row = await phone.push(buttons({"type": "uri", "label": "本站", "uri": phone.world.url + "/simulator/"}))
    async with page.context.expect_page() as opening:
        await row.get_by_role("button", name="本站").click()
    opened = await opening.value
    await opened.wait_for_url("**/simulator/**")
    assert await opened.evaluate("window.opener") is None
    await opened.close()


async def test_a_text_is_put_on_the_clipboard(phone: Phone) -> None:
    page = phone.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await phone.open()
    copy = {"type": "clipboard", "label": "複製", "clipboardText": "FOREST8"}
    row = await phone.push(quick(copy))
    await page.locator(".quick button").click()
    await expect(page.locator(".toast")).to_contain_text("FOREST8")
    await pasted(page, lambda text: text == "FOREST8")
    await expect(page.locator("#quick")).to_be_hidden()
    await expect(row).to_be_visible()


async def test_quick_replies_are_those_of_the_newest_message_and_vanish(phone: Phone, page: Page) -> None:
    replies = page.locator("#quick button")
    say = {"type": "message", "label": "乾性", "text": "乾性肌"}
    await phone.push(quick(say), quick(say, postback("不知道")))
    await expect(replies).to_have_text(["乾性", "不知道"])
    await replies.first.click()
    await expect(page.locator(".said.mine .bubble")).to_have_text("乾性肌")
    await expect(page.locator("#quick")).to_be_hidden()
    await phone.push(quick(postback("再一次")))
    await replies.first.press("Enter")
    assert (await phone.heard("postback"))["postback"]["data"] == "再一次=1"
    await expect(page.locator("#quick")).to_be_hidden()
    await expect(page.locator("#text")).to_be_focused()
    await phone.push(quick(say), {"type": "text", "text": "別的"})
    await expect(page.locator(".bubble", has_text="別的")).to_be_visible()
    await expect(page.locator("#quick")).to_be_hidden()


async def test_a_quick_reply_that_line_did_not_take_is_still_there(phone: Phone, page: Page) -> None:
    await phone.push(quick({"type": "message", "label": "好", "text": "好"}))
    await page.route("**/tap", lambda route: route.abort())
    await page.locator("#quick button").click()
    await expect(page.locator("#notice")).to_contain_text("連線中斷")
    await expect(page.locator("#quick button")).to_be_visible()
    await page.unroute_all()
    await page.locator("#quick button").click()
    await expect(page.locator(".said.mine")).to_have_count(1)


async def test_camera_album_and_place_stay_until_something_is_sent(phone: Phone, page: Page) -> None:
    kinds = {"camera": "拍照", "cameraRoll": "相簿", "location": "傳位置"}
    await phone.push(quick(*({"type": kind, "label": label} for kind, label in kinds.items())))
    replies = page.locator("#quick button")
    await expect(replies.locator("svg")).to_have_count(3)
    for kind in (0, 1):
        async with page.expect_file_chooser():
            await replies.nth(kind).click()
        await expect(replies).to_have_count(3)
    await replies.nth(2).click()
    await page.get_by_role("dialog").get_by_role("button", name="台北 101").click()
    assert (await phone.heard("message"))["message"]["title"] == "台北 101"
    await expect(page.locator("#quick")).to_be_hidden()


async def test_a_postback_may_open_the_keyboard(phone: Phone, page: Page) -> None:
    row = await phone.push(buttons(postback("填", inputOption="openKeyboard", fillInText="姓名：\n電話：")))
    await row.get_by_role("button", name="填").click()
    await expect(page.locator("#text")).to_have_value("姓名：\n電話：")
    await expect(page.locator("#text")).to_be_focused()
    row = await phone.push(buttons(postback("說", inputOption="openVoice")))
    await row.get_by_role("button", name="說").click()
    await expect(page.locator(".toast")).to_contain_text("錄音")
