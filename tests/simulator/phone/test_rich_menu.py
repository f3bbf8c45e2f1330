"""The rich menu on the phone: it folds, acts, switches, and gives the keyboard its place. L4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.async_api import Page, Request, expect

from tests.depth import one_of
from tests.eventually import box_of, comes_to, frames
from tests.pictures import png
from tests.simulator.phone.conftest import PHONE, Phone
from tests.simulator.phone.test_overtaken import Held
from tests.simulator.test_line_api_menus import made, upload

SIZE = (1200, 800)


def area(x: int, width: int, action: dict[str, Any], y: int = 0, height: int = 800) -> dict[str, Any]:
    return {"bounds": {"x": x, "y": y, "width": width, "height": height}, "action": action}


def says(label: str) -> dict[str, Any]:
    return {"type": "message", "label": label, "text": label}


def switch(label: str, alias: str) -> dict[str, Any]:
    return {"type": "richmenuswitch", "label": label, "richMenuAliasId": alias, "data": f"to={alias}"}


async def create(
    phone: Phone,
    name: str,
    alias: str,
    *areas: dict[str, Any],
    selected: bool = True,
    size: tuple[int, int] = SIZE,
) -> str:
    """A menu with a picture and an alias."""
    form: dict[str, Any] = {
        "size": {"width": size[0], "height": size[1]},
        "selected": selected,
        "areas": list(areas),
    }
    menu = await made(phone.world, picture=False, name=name, chatBarText=name, **form)
    assert await upload(phone.world, menu, png(*size)) == (200, {})
    named = {"richMenuAliasId": alias, "richMenuId": menu}
    assert (await phone.world.call("POST", "v2/bot/richmenu/alias", named))[0] == 200
    return menu


async def picture_is_there(phone: Phone) -> None:
    """The menu is drawn for the last time: it may have come before its picture had been uploaded."""
    await expect(phone.page.locator("#rich-menu img")).to_have_js_property("naturalWidth", SIZE[0])


def is_picture_of(menu: str) -> Callable[[Request], bool]:
    return lambda request: request.url.endswith(f"/menus/{menu}/image")


async def test_a_phone_on_its_side_shows_the_whole_menu_and_still_the_chat(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size({"width": 844, "height": 390})
    await phone.open()
    menu = await create(phone, "選單", "one", area(0, 1200, {"type": "message", "text": "在嗎"}))
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    await picture_is_there(phone)
    face = await box_of(page.locator("#rich-menu .menu-face"))
    room = await box_of(page.locator("#rich-menu"))
    assert face["height"] <= room["height"]
    assert face["width"] / face["height"] == pytest.approx(1.5, abs=0.02)
    assert await page.evaluate("document.documentElement.scrollHeight") == 390
    assert (await box_of(page.locator("#chat")))["height"] > 60


async def test_it_folds_acts_and_makes_room_for_the_keyboard(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await phone.open()
    hours = {"type": "message", "label": "營業時間", "text": "營業時間"}
    fill = {
        "type": "postback",
        "label": "填單",
        "data": "fill",
        "inputOption": "openKeyboard",
        "fillInText": "姓名：",
    }
    menu = await create(phone, "選單", "one", area(0, 600, hours), area(600, 600, fill))
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    face = page.locator("#rich-menu")
    await expect(face).to_be_visible()
    await expect(page.locator("#menu-bar")).to_have_text("選單")
    await expect(page.locator("#text")).to_be_hidden()
    await picture_is_there(phone)
    box, left = await box_of(face), await box_of(face.get_by_role("button", name="營業時間"))
    assert box["width"] / box["height"] == pytest.approx(1.5, abs=0.01)
    assert left["width"] == pytest.approx(box["width"] / 2, abs=0.5)
    await face.get_by_role("button", name="營業時間").press("Enter")
    await expect(page.locator(".said.mine .bubble")).to_have_text("營業時間")
    await page.locator("#menu-bar").click()
    await expect(face).to_be_hidden()
    await expect(page.locator("#menu-bar")).to_have_attribute("aria-expanded", "false")
    await page.reload()
    await expect(page.locator("#menu-bar")).to_be_visible()
    await expect(face).to_be_hidden()
    await page.locator("#to-keys").click()
    await expect(page.locator("#text")).to_be_focused()
    await page.locator("#to-menu").click()
    await face.get_by_role("button", name="填單").click()
    await expect(page.locator("#text")).to_have_value("姓名：")
    await expect(page.locator("#text")).to_be_focused()
    await phone.world.call("DELETE", "v2/bot/user/all/richmenu")
    await expect(page.locator("#to-menu")).to_be_hidden()
    await expect(page.locator("#text")).to_be_visible()


async def test_tabs_switch_before_ones_eyes(phone: Phone, page: Page) -> None:
    first = await create(phone, "甲", "one", area(0, 600, switch("到乙", "two")))
    second = await create(phone, "乙", "two", area(600, 600, switch("到甲", "one")))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_event("requestfinished", is_picture_of(second)):  # before it is wanted
        await phone.world.call("POST", f"v2/bot/user/{phone.friend}/richmenu/{first}")
    await picture_is_there(phone)
    asked.clear()
    await page.get_by_role("button", name="到乙").press("Enter")
    await expect(page.locator("#menu-bar")).to_have_text("乙")
    heard = (await phone.heard("postback"))["postback"]
    assert heard == {"data": "to=two", "params": {"newRichMenuAliasId": "two", "status": "SUCCESS"}}
    back = page.get_by_role("button", name="到甲")
    await expect(back).to_be_focused()
    await picture_is_there(phone)
    assert not [address for address in asked if address.endswith("/image")]
    await back.press("Enter")
    await expect(page.locator("#menu-bar")).to_have_text("甲")


async def test_what_does_not_show_does_not_draw_it_anew(phone: Phone, page: Page) -> None:
    """A further name of the same menu, and its becoming the account's own: nothing blinks, a finger holds."""
    menu = await create(phone, "選單", "one", area(0, 600, says("營業時間")))
    await phone.world.call("POST", f"v2/bot/user/{phone.friend}/richmenu/{menu}")
    await picture_is_there(phone)
    button = page.get_by_role("button", name="營業時間")
    await button.evaluate("button => (button.kept = true)")
    async with page.expect_response(lambda response: "/menus?" in response.url):
        await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    await frames(page)
    assert await button.evaluate("button => button.kept")


async def test_an_answer_that_was_overtaken_does_not_count(phone: Phone, page: Page) -> None:
    """What was asked first and comes last is old: the menu of then must not come back."""
    menu = await create(phone, "甲", "one", area(0, 600, says("甲")))
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    await expect(page.locator("#menu-bar")).to_have_text("甲")
    held = Held()
    await page.route("**/menus?*", held, times=1)
    await phone.world.call("POST", "v2/bot/richmenu/alias", {"richMenuAliasId": "again", "richMenuId": menu})
    await held.made.wait()
    other = await create(phone, "乙", "two", area(0, 600, says("乙")))
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{other}")
    await expect(page.locator("#menu-bar")).to_have_text("乙")
    async with page.expect_response(lambda response: "/menus?" in response.url):
        held.go.set()
    await frames(page)
    await expect(page.locator("#menu-bar")).to_have_text("乙")


@pytest.mark.parametrize(
    "motion", ["no-preference", pytest.param("reduce", marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_another_menu_is_seen_to_come(phone: Phone, motion: Literal["no-preference", "reduce"]) -> None:
    """As when a tag brings it: over the one before, with the bar's text; without motion at once."""
    page = phone.page
    await page.set_viewport_size(PHONE)
    await page.emulate_media(reduced_motion=motion)
    await phone.open()
    guest = await create(phone, "訪客", "one", area(0, 1200, says("加入會員")))
    member = await create(phone, "會員", "two", area(0, 1200, says("會員卡")))
    link = f"v2/bot/user/{phone.friend}/richmenu/"
    async with page.expect_event("requestfinished", is_picture_of(member)):  # it is not drawn again later
        await phone.world.call("POST", link + guest)
    await page.get_by_role("button", name="加入會員").focus()
    await page.evaluate(
        """() => {
            window.moved = [];
            addEventListener("animationstart", (event) => moved.push(event.target.className));
        }"""
    )
    await phone.world.call("POST", link + member)
    await expect(page.locator("#menu-bar")).to_have_text("會員")
    await expect(page.locator("#spoken")).to_have_text("圖文選單換成「會員」了")
    await expect(page.get_by_role("button", name="會員卡")).to_be_focused()
    await expect(page.locator(".menu-face")).to_have_count(1)
    moved = [] if motion == "reduce" else ["comes", "menu-face comes"]
    await comes_to(page, "moved.toSorted()", moved)
    await phone.world.call("POST", link + guest)
    await expect(page.get_by_role("button", name="加入會員")).to_be_focused()
    await expect(page.locator(".menu-face")).to_have_count(1)


@pytest.mark.parametrize(("wide", "high"), one_of(3, [(2500, 1686), (2500, 843), (800, 250)]))
async def test_each_size_is_drawn_right(phone: Phone, wide: int, high: int) -> None:
    """As wide as the screen, in its own form; each area where it was put, reached by Tab under its label."""
    page = phone.page
    await page.set_viewport_size({"width": 320, "height": 844})
    await phone.open()
    left, half = wide // 2, high // 2
    areas = [
        area(0, left, says("左上"), 0, half),
        area(left, wide - left, says("右上"), 0, half),
        area(0, wide, says("下面"), half, high - half),
    ]
    menu = await create(phone, "選單", "one", *areas, size=(wide, high))
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    face = page.locator("#rich-menu .menu-face")
    await expect(face.locator("img")).to_have_js_property("naturalWidth", wide)
    for width in (320, 390):
        await page.set_viewport_size({"width": width, "height": 844})
        await comes_to(face, "face => face.getBoundingClientRect().width", width)
        drawn = await box_of(face)
        assert drawn["height"] == pytest.approx(width * high / wide, abs=0.5)
        lower = await box_of(face.get_by_role("button", name="下面"))
        assert lower["y"] == pytest.approx(drawn["y"] + drawn["height"] * half / high, abs=0.5)
        await page.locator("#menu-bar").focus()
        for label in ("左上", "右上", "下面"):
            await page.keyboard.press("Tab")
            await expect(face.get_by_role("button", name=label)).to_be_focused()


async def test_one_that_is_not_selected_is_folded_and_a_postback_opens_it(phone: Phone, page: Page) -> None:
    menu = await create(phone, "選單", "one", area(0, 1200, switch("換", "one")), selected=False)
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    await expect(page.locator("#menu-bar")).to_have_attribute("aria-expanded", "false")
    options = {"開": "openRichMenu", "關": "closeRichMenu"}
    actions = [{"type": "postback", "label": k, "data": k, "inputOption": v} for k, v in options.items()]
    card = {"type": "buttons", "text": "選單", "actions": actions}
    row = await phone.push({"type": "template", "altText": "選單", "template": card})
    await row.get_by_role("button", name="開").click()
    await expect(page.locator("#rich-menu")).to_be_visible()
    await row.get_by_role("button", name="關").click()
    await expect(page.locator("#rich-menu")).to_be_hidden()
