"""Who begins to type is in the chat: any key on the page opens the phone's keyboard. Issue 14, 2."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.eventually import settled
from tests.simulator.phone.conftest import PHONE, Phone
from tests.simulator.phone.test_rich_menu import area, create, says


async def with_menu(phone: Phone, *, selected: bool) -> None:
    """A menu that covers the keyboard, open or folded, in a page that was just opened."""
    menu = await create(phone, "選單", "one", area(0, 600, says("在嗎")), selected=selected)
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    phone.friend = await phone.world.friend()
    await phone.page.goto(f"{phone.world.url}/simulator/?friend={phone.friend}")
    await expect(phone.page.locator("#menu-bar")).to_be_visible()


@pytest_asyncio.fixture(loop_scope="session")
async def covered(phone: Phone) -> Page:
    """A page whose menu is open where the keyboard would be."""
    await with_menu(phone, selected=True)
    return phone.page


async def test_a_fresh_page_takes_what_is_typed(phone: Phone) -> None:
    """An input method composes in the field from the first letter on."""
    await phone.open()
    await phone.page.reload()
    await expect(phone.page.locator("#text")).to_be_focused()
    await phone.page.keyboard.type("營業時間")
    await phone.page.keyboard.press("Enter")
    assert (await phone.heard("message"))["message"]["text"] == "營業時間"


@pytest.mark.parametrize(
    "selected", [True, pytest.param(False, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_the_menu_gives_way_to_what_is_typed(phone: Phone, selected: bool) -> None:
    page = phone.page
    await with_menu(phone, selected=selected)
    field = page.locator("#text")
    await expect(field).to_be_hidden()
    await expect(field).to_be_focused()
    await page.keyboard.type("營業時間")
    await expect(field).to_be_visible()
    await expect(field).to_have_value("營業時間")
    await expect(page.locator("#menu-row")).to_be_hidden()
    await page.keyboard.press("Enter")
    assert (await phone.heard("message"))["message"]["text"] == "營業時間"


async def test_an_input_method_composes_below_the_menu(covered: Page) -> None:
    """Its first letter is in the field, and none is lost when the keyboard comes."""
    await expect(covered.locator("#text")).to_be_focused()
    session = await covered.context.new_cdp_session(covered)
    for composed in ("ㄧ", "ㄧㄥ", "ㄧㄥˊ"):
        await session.send(
            "Input.imeSetComposition", {"text": composed, "selectionStart": 3, "selectionEnd": 3}
        )
    await expect(covered.locator("#text")).to_be_visible()
    await expect(covered.locator("#text")).to_have_value("ㄧㄥˊ")
    await session.send("Input.insertText", {"text": "營"})
    await expect(covered.locator("#text")).to_have_value("營")


async def test_from_wherever_one_is_a_letter_goes_into_the_field(covered: Page) -> None:
    field = covered.locator("#text")
    for place in ("#menu-bar", "#chat", "#tabs [role=tab] >> nth=1", "#about", "#language"):
        await covered.locator(place).focus()
        await covered.keyboard.type("hi?")
        await expect(field).to_have_value("hi?")
        await expect(field).to_be_focused()
        await field.fill("")
        await covered.locator("#to-menu").click()
    await covered.locator("#back").click()  # from the list of chats, too
    await expect(covered.locator("#people")).to_be_visible()
    await covered.keyboard.type("ok")
    await expect(field).to_have_value("ok")
    await field.evaluate("field => { field.value = ''; field.blur(); }")
    for key in ("Process", "Dead"):
        await covered.evaluate(
            "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))", key
        )
        await expect(field).to_be_focused()
        await field.blur()


async def test_a_click_beside_everything_leaves_the_field_ready(phone: Phone, covered: Page) -> None:
    row = await phone.push({"type": "text", "text": "早安，這一句可以選起來複製"})
    for place in ("#chat", ".chat-title", ".desk"):
        await covered.locator("#menu-bar").focus()
        await covered.locator(place).click(position={"x": 3, "y": 3})
        await covered.keyboard.type("營")
        await expect(covered.locator("#text")).to_have_value("營")
        await covered.locator("#text").fill("")
    await row.locator(".bubble").dblclick()
    marked = await settled(covered, lambda: covered.evaluate("getSelection().toString()"))
    assert marked != "", "what is marked stays marked"


async def test_buttons_fields_dialogs_and_shortcuts_keep_their_keys(phone: Phone) -> None:
    page = phone.page
    await with_menu(phone, selected=False)
    field, bar = page.locator("#text"), page.locator("#menu-bar")
    await bar.focus()
    await page.keyboard.press("Space")
    await expect(bar).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Enter")
    await expect(bar).to_have_attribute("aria-expanded", "false")
    for shortcut in ("Control+a", "Alt+x", "Meta+k", "Escape", "ArrowDown", "F2", "Shift"):
        await page.keyboard.press(shortcut)
        await expect(bar).to_be_focused()
    await page.locator("#about").click()
    name = page.locator("#name")
    await name.fill("")
    await page.keyboard.type("abc")
    await expect(name).to_have_value("abc")
    await page.locator(".sheet-head button").focus()
    await page.keyboard.type("x")
    await expect(page.locator(".sheet")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(field).to_have_value("")


async def test_before_the_first_friend_it_says_what_to_do(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await phone.begin()
    await expect(page.locator("#enter")).to_be_visible()
    await page.keyboard.type("hello")
    await expect(page.locator(".toast")).to_contain_text("先按「加入好友」")
    await page.locator("#enter").click()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("營業時間")
    await expect(page.locator("#text")).to_have_value("營業時間")


async def test_a_block_of_text_right_after_adding_the_account(phone: Phone) -> None:
    """The menu covers the field already; what an input method or a password manager puts in is not lost."""
    menu = await create(phone, "選單", "one", area(0, 600, says("在嗎")), selected=True)
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    page = phone.page
    stranger = await phone.world.do("friends", {"channel": "main", "name": "阿新"})
    await page.goto(f"{phone.world.url}/simulator/?friend={stranger['id']}")
    await page.locator("#enter").click()
    await expect(page.locator("#menu-bar")).to_be_visible()
    await expect(page.locator("#text")).to_be_focused()
    session = await page.context.new_cdp_session(page)
    await session.send("Input.insertText", {"text": "營業時間"})
    await expect(page.locator("#text")).to_be_visible()
    await expect(page.locator("#text")).to_have_value("營業時間")


async def test_an_input_method_composes_after_a_tap_on_the_menu(phone: Phone, covered: Page) -> None:
    """A button that keeps the focus would take its first key as a Latin letter."""
    await covered.locator("#rich-menu .area").click()
    await phone.heard("message")
    session = await covered.context.new_cdp_session(covered)
    await session.send("Input.imeSetComposition", {"text": "ㄧ", "selectionStart": 1, "selectionEnd": 1})
    await expect(covered.locator("#text")).to_have_value("ㄧ")
    await session.send("Input.insertText", {"text": "一"})
    await expect(covered.locator("#text")).to_have_value("一")


async def test_what_is_pasted_beside_every_field_goes_into_it(covered: Page) -> None:
    await covered.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await covered.evaluate("navigator.clipboard.writeText('每天幾點開')")
    await covered.locator("#tabs [role=tab] >> nth=1").focus()
    await covered.keyboard.press("Control+v")
    await expect(covered.locator("#text")).to_be_visible()
    await expect(covered.locator("#text")).to_have_value("每天幾點開")
    await covered.locator("#text").fill("")
    await covered.locator("#tabs [role=tab] >> nth=1").focus()
    await covered.keyboard.press("Control+v")
    await expect(covered.locator("#text")).to_have_value("每天幾點開")
