"""LIFF's browser over the chat, and `window.liff` in it, in a real browser with a page of the tests'. L4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import FrameLocator, expect

from bot.connectors.sms.sender import ShortMessage
from tests.eventually import comes_to, eventually
from tests.simulator.conftest import LIFF
from tests.simulator.phone.conftest import PHONE, Phone

HERE = Path(__file__).parent
LINK = f"https://liff.line.me/{LIFF.liff_id}/phone_binding"


async def page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "liff_page.html")


async def script(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "liff_page.js", headers={"Cache-Control": "no-store"})


MORE_ROUTES = [
    web.get("/liff/{channel}", page),
    web.get("/liff/{channel}/{page:.*}", page),
    web.get("/test/liff_page.js", script),
]
"""What stands at the bot's own addresses: a page, the same everywhere below `/liff`."""


@pytest.fixture
def more_routes() -> list[web.RouteDef]:
    return MORE_ROUTES


def button(uri: str = LINK) -> dict[str, Any]:
    action = {"type": "uri", "label": "綁定手機", "uri": uri}
    return {
        "type": "template",
        "altText": "綁定",
        "template": {"type": "buttons", "text": "請綁定", "actions": [action]},
    }


async def opened(phone: Phone, uri: str = LINK, **settings: Any) -> FrameLocator:
    """The page, after a tap on a button that leads to it."""
    await phone.open()
    await phone.world.do(f"friends/{phone.friend}/liff", settings, "PUT")
    row = await phone.push(button(uri))
    await row.get_by_role("button", name="綁定手機").click()
    frame = phone.page.frame_locator("#liff iframe")
    await expect(frame.locator("#state")).not_to_have_text("…")
    return frame


async def liff(phone: Phone, script: str) -> Any:
    """What a call of `liff` gives in the page; an error is `[code, message]`."""
    frame = phone.page.frames[-1]
    return await frame.evaluate(f"(async () => {script})().catch((e) => [e.code, e.message])")


async def reloaded(phone: Phone) -> None:
    """The page, begun anew: its old document, which is ready as well, is gone."""
    frame = phone.page.frames[-1]
    async with frame.expect_navigation():
        await frame.evaluate("void setTimeout(() => location.reload())")
    await expect(frame.locator("#state")).to_have_text("ready")


async def test_a_tap_opens_the_page_over_the_chat(phone: Phone) -> None:
    frame = await opened(phone, LINK + "?from=card#top")
    await expect(frame.locator("#state")).to_have_text("ready")
    dialog = phone.page.get_by_role("dialog", name="森活選品")
    await expect(dialog).to_be_visible()
    assert await phone.page.frames[-1].evaluate("location.pathname + location.search + location.hash") == (
        "/liff/main/phone_binding?from=card#top"
    )
    assert await phone.page.frames[-1].evaluate("inits") == [
        "/liff/main?liff.state=%2Fphone_binding%3Ffrom%3Dcard%23top",
        "/liff/main/phone_binding?from=card",
    ], "LINE's two redirects"
    assert await liff(phone, "liff.getProfile()") == {"userId": phone.friend, "displayName": "小美"}
    assert (await liff(phone, "liff.getDecodedIDToken()"))["name"] == "小美"
    assert (await liff(phone, "liff.getContext()"))["type"] == "utou"
    assert await liff(
        phone, "[liff.isInClient(), liff.isLoggedIn(), liff.getOS(), liff.getAppLanguage()]"
    ) == ([True, True, "ios", "zh-TW"])
    here = "location.href.replace('#top', '')"
    assert await liff(phone, f"liff.permanentLink.createUrlBy({here})") == LINK + "?from=card"


async def test_the_endpoint_alone(phone: Phone) -> None:
    frame = await opened(phone, f"https://liff.line.me/{LIFF.liff_id}")
    await expect(frame.locator("#state")).to_have_text("ready")
    assert await phone.page.frames[-1].evaluate("location.pathname + location.hash") == "/liff/main"
    assert await phone.page.frames[-1].evaluate("inits") == ["/liff/main"]


async def test_the_page_survives_a_reload(phone: Phone) -> None:
    await opened(phone)
    before = await liff(phone, "liff.getIDToken()")
    await reloaded(phone)
    assert await liff(phone, "liff.getIDToken()") == before


async def test_what_was_said_on_the_page_is_seen_when_it_closes(phone: Phone) -> None:
    """The card that has opened it may stand far above: focus goes back to it, the eye stays below."""
    await phone.open()
    row = await phone.push(button())
    for number in range(4):
        await phone.push({"type": "text", "text": f"第 {number} 則\n" * 10})
    await expect(row).not_to_be_in_viewport()
    await row.get_by_role("button", name="綁定手機").click()
    frame = phone.page.frame_locator("#liff iframe")
    await expect(frame.locator("#state")).to_have_text("ready")
    await liff(phone, "liff.sendMessages([{type: 'text', text: '我綁好了'}])")
    said = phone.page.locator("#chat .said.mine", has_text="我綁好了")
    await expect(said).to_have_count(1)
    await phone.page.keyboard.press("Escape")
    await expect(phone.page.locator("#liff")).to_be_hidden()
    await expect(said).to_be_in_viewport(ratio=1)


async def test_what_it_says_stands_in_the_chat(phone: Phone) -> None:
    """B5"""
    await opened(phone)
    assert await liff(phone, "liff.sendMessages([{type: 'text', text: '我已完成手機綁定'}])") is None
    assert (await phone.heard("message"))["message"]["text"] == "我已完成手機綁定"
    await phone.page.frames[-1].evaluate("liff.closeWindow()")
    await expect(phone.page.locator("#liff")).to_be_hidden()
    await expect(phone.row()).to_contain_text("我已完成手機綁定")


REFUSED = ["403", "user doesn't grant required permissions yet"]
CODES = {
    "liff.sendMessages([])": "INVALID_ARGUMENT",
    "liff.sendMessages('a')": "INVALID_ARGUMENT",
    "liff.sendMessages([{type: 'text'}])": "400",
    "liff.openWindow({})": "INVALID_ARGUMENT",
    "liff.isApiAvailable('x')": "INVALID_ARGUMENT",
    "liff.permission.requestAll()": "FORBIDDEN",
    "liff.permanentLink.createUrlBy('https://example.com')": "INVALID_CONFIG",
}


async def test_outside_a_chat_nothing_can_be_said(phone: Phone) -> None:
    """The facts, 6: error 403."""
    await opened(phone, launched_from_chat=False)
    assert await liff(phone, "liff.sendMessages([{type: 'text', text: 'a'}])") == REFUSED


async def test_errors_have_lines_codes(phone: Phone) -> None:
    await opened(phone)
    assert {call: (await liff(phone, call))[0] for call in CODES} == CODES


async def test_permissions(phone: Phone) -> None:
    """The facts, 6: without the one to write, error 403."""
    await opened(phone, permission=False)
    assert await liff(phone, "liff.sendMessages([{type: 'text', text: 'a'}])") == REFUSED
    states = "Promise.all(['profile', 'chat_message.write', 'email'].map((n) => liff.permission.query(n)))"
    assert [one["state"] for one in await liff(phone, states)] == ["granted", "prompt", "unavailable"]
    assert await liff(phone, "liff.permission.getGrantedAll()") == ["openid", "profile"]


async def test_another_liff_id_does_not_begin(phone: Phone) -> None:
    frame = await opened(phone, LINK + "?liff=1-other")
    await expect(frame.locator("#state")).to_contain_text("INIT_FAILED")


async def test_an_expired_token_is_mended_by_signing_in_again(phone: Phone) -> None:
    """B2: how a page in LINE's own browser gets a new one."""
    await opened(phone, token="expired")
    expired = await liff(phone, "liff.getDecodedIDToken()")
    assert expired["exp"] < phone.world.clock.now().timestamp()
    await phone.page.frames[-1].evaluate("liff.logout()")
    assert await liff(phone, "[liff.isLoggedIn(), liff.getIDToken()]") == [False, None]
    assert (await liff(phone, "liff.getProfile()"))[0] == "UNAUTHORIZED"
    await reloaded(phone)
    assert (await liff(phone, "liff.getDecodedIDToken()"))["exp"] > phone.world.clock.now().timestamp()


async def test_outside_of_line_one_signs_in(phone: Phone) -> None:
    """B9"""
    await opened(phone, in_client=False, os="web")
    await expect(phone.page.locator("#liff")).to_contain_text("LINE 以外的瀏覽器")
    assert await liff(phone, "[liff.isInClient(), liff.isLoggedIn(), liff.getIDToken(), liff.getOS()]") == (
        [False, False, None, "web"]
    )
    assert (await liff(phone, "liff.getContext()"))["type"] == "external"
    assert (await liff(phone, "liff.sendMessages([{type: 'text', text: 'a'}])"))[0] == "UNAUTHORIZED"
    outside = phone.page.frames[-1]
    async with outside.expect_navigation(url="**/liff/main/member_card"):
        await outside.evaluate("liff.login({redirectUri: location.origin + '/liff/main/member_card'})")
    await expect(phone.page.frame_locator("#liff iframe").locator("#state")).to_have_text("ready")
    assert await liff(phone, "liff.isLoggedIn()") is True
    assert (await liff(phone, "liff.getProfile()"))["userId"] == phone.friend
    assert (await liff(phone, "liff.sendMessages([{type: 'text', text: 'a'}])"))[0] == "403"


async def test_a_page_that_no_phone_has_opened(phone: Phone) -> None:
    """An address that was typed: a browser outside of LINE, where nobody is signed in."""
    await phone.page.goto(f"{phone.world.url}/liff/main/phone_binding")
    await expect(phone.page.locator("#state")).to_have_text("ready")
    known = "[liff.isInClient(), liff.isLoggedIn(), liff.getOS(), liff.getLineVersion()]"
    assert await liff(phone, known) == [False, False, "web", None]
    await phone.page.evaluate("liff.login()")
    await phone.page.wait_for_url("**/simulator/**")


async def test_it_closes_by_the_cross_by_escape_and_by_itself(phone: Phone) -> None:
    frame = await opened(phone)
    dialog = phone.page.locator("#liff")
    tapped = phone.row().get_by_role("button", name="綁定手機")
    await dialog.get_by_role("button", name="關閉").first.click()
    await expect(dialog).to_be_hidden()
    await expect(tapped).to_be_focused()
    await phone.page.keyboard.press("Enter")
    await expect(frame.locator("#state")).to_have_text("ready")
    await phone.page.frames[-1].wait_for_load_state()  # from then on the phone hears its keys
    await frame.locator("#code").focus()
    await phone.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(tapped).to_be_focused()
    await tapped.click()
    await expect(frame.locator("#state")).to_have_text("ready")  # it listens to its button
    await frame.locator("#shut").click()
    await expect(dialog).to_be_hidden()


async def test_the_rest_of_the_phone_waits_behind_it(phone: Phone) -> None:
    """No other window closes it."""
    await opened(phone)
    await phone.page.evaluate("postMessage({liff: 'x', wish: 'close'}, location.origin)")
    await phone.page.evaluate("postMessage({wish: 'close'}, location.origin)")
    await phone.page.frames[-1].evaluate("parent.postMessage({liff: 'x', wish: 'close'}, location.origin)")
    assert await liff(phone, "liff.isLoggedIn()") is True
    await expect(phone.page.locator("#liff")).to_be_visible()
    for part in ("#conversation", ".chat-head"):
        await expect(phone.page.locator(part)).to_have_js_property("inert", True)
    await phone.page.locator("#liff header button").click()
    for part in ("#conversation", ".chat-head"):
        await expect(phone.page.locator(part)).to_have_js_property("inert", False)


async def test_the_code_of_an_sms_goes_where_it_is_asked_for(phone: Phone) -> None:
    frame = await opened(phone)
    await phone.world.simulator.sms.send(
        ShortMessage("1" * 32, "+886912345678", "驗證碼 012345", phone.friend)
    )
    await phone.page.locator("#sms").get_by_role("button", name="填入 012345").click()
    await expect(frame.locator("#code")).to_have_value("012345")
    assert await phone.page.frames[-1].evaluate("typed") == "012345"
    await expect(phone.page.locator("#sms")).to_be_hidden()
    await expect(phone.page.locator("#text")).to_have_value("")


async def test_every_way_to_a_page(phone: Phone) -> None:
    """B1"""
    await phone.open()
    for way in ("text", "quick", "flex"):
        await taken(phone, way)
        await phone.page.locator("#liff header button").click()
        await expect(phone.page.locator("#liff")).to_be_hidden()


async def taken(phone: Phone, way: str) -> None:
    """This way leads to the page."""
    action = {"type": "uri", "label": "會員卡", "uri": LINK}
    plain: dict[str, Any] = {"type": "text", "text": f"請開 {LINK} 。" if way == "text" else "請看"}
    tap = {"type": "button", "action": action}
    bubble = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [tap]}}
    message: dict[str, Any] = {
        "text": plain,
        "quick": plain | {"quickReply": {"items": [{"type": "action", "action": action}]}},
        "flex": {"type": "flex", "altText": "卡", "contents": bubble},
    }[way]
    row = await phone.push(message)
    if way == "text":
        await row.get_by_role("link").click()
    elif way == "quick":
        await phone.page.locator("#quick").get_by_role("button", name="會員卡").click()
    else:
        await row.get_by_text("會員卡").click()
    await expect(phone.page.frame_locator("#liff iframe").locator("#state")).to_have_text("ready")


async def test_a_liff_of_nobody_is_told_as_any_address(phone: Phone) -> None:
    await phone.open()
    row = await phone.push(button("https://liff.line.me/1-other/x"))
    await row.get_by_role("button", name="綁定手機").click()
    await expect(phone.page.get_by_role("dialog", name="liff.line.me")).to_be_visible()
    await expect(phone.page.locator("#liff")).to_be_hidden()


async def test_another_chat_closes_the_page(phone: Phone) -> None:
    await opened(phone)
    other = await phone.world.friend(name="阿明")
    await phone.page.goto(f"{phone.world.url}/simulator/?friend={other}")
    await expect(phone.page.locator("#chat-as")).to_contain_text("阿明")
    await expect(phone.page.locator("#liff")).to_be_hidden()


async def test_a_page_asks_to_be_a_friend(phone: Phone) -> None:
    await opened(phone)
    assert await liff(phone, "liff.requestFriendship()") is None, "a friend is asked nothing"
    await phone.world.do(f"friends/{phone.friend}/block", {})
    await expect(phone.page.locator("#composer")).to_be_hidden()  # the phone has heard of it
    assert await liff(phone, "liff.getFriendship()") == {"friendFlag": False}
    await phone.page.frames[-1].evaluate(
        "void (window.asked = liff.requestFriendship().then(() => 'answered'))"
    )
    await phone.page.locator(".sheet").get_by_role("button", name="解除封鎖").click()
    assert await phone.page.frames[-1].evaluate("asked") == "answered"
    assert await liff(phone, "liff.getFriendship()") == {"friendFlag": True}


async def test_on_a_real_phone_it_covers_everything(phone: Phone) -> None:
    await phone.page.set_viewport_size(PHONE)
    frame = await opened(phone)
    await expect(frame.locator("#state")).to_have_text("ready")
    whole = {"x": 0, "y": 0, "width": PHONE["width"], "height": PHONE["height"]}
    await eventually(phone.page.locator("#liff").bounding_box, whole.__eq__)
    covered = "document.elementFromPoint(195, 830).tagName"
    await comes_to(phone.page, covered, "IFRAME")


async def test_pages_follow_the_language_of_the_phone(phone: Phone) -> None:
    await phone.open()
    await phone.page.locator("#about").click()
    await phone.page.locator("#phone-language").select_option("en")
    await phone.page.get_by_role("button", name="儲存").click()
    await expect(phone.page.locator(".sheet")).to_have_count(0)
    row = await phone.push(button())
    await row.get_by_role("button", name="綁定手機").click()
    await expect(phone.page.frame_locator("#liff iframe").locator("#state")).to_have_text("ready")
    assert await liff(phone, "liff.getAppLanguage()") == "en"
    status, profile, _ = await phone.world.call("GET", f"v2/bot/profile/{phone.friend}")
    assert (status, profile["language"]) == (200, "en")


NOT_LINES = [
    "http://liff.line.me/1650000001-mainPage",
    "https://liff.line.me.evil.example/1650000001-mainPage",
    "https://evil.example/https://liff.line.me/1650000001-mainPage",
    "https://liff.line.me@evil.example/1650000001-mainPage",
    "https://liff.line.me/x/1650000001-mainPage",
    "https://liff.line.me/",
    "https://liff.line.me/null",
    "javascript:alert(1)",
]


async def test_only_lines_own_address_opens_a_page(phone: Phone) -> None:
    await phone.begin()
    found = await phone.page.evaluate(
        """async (addresses) => {
            const { channelOf } = await import("./static/phone/liff_browser.js");
            const channels = [{ name: "main", liff: "1650000001-mainPage" }, { name: "other", liff: null }];
            return addresses.map((address) => channelOf(address, channels)?.name ?? null);
        }""",
        [*NOT_LINES, "https://liff.line.me/1650000001-mainPage"],
    )
    wanted: dict[str, str | None] = dict.fromkeys(NOT_LINES)
    assert dict(zip(NOT_LINES, found, strict=False)) == wanted
    assert found[-1] == "main", "LINE's own does"
