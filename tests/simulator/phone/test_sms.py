"""The notification of an SMS over the chat, in a real browser: seen, filled in by a tap, put away."""

from __future__ import annotations

from playwright.async_api import expect

from bot.connectors.sms.sender import ShortMessage
from bot.simulator.state.line_ids import milliseconds
from tests.eventually import box_of
from tests.simulator.phone.conftest import Phone
from tests.simulator.phone.test_overtaken import Held

CODE = "【森活選品】驗證碼 012345，5 分鐘內有效，請勿提供給任何人。"


async def arrives(phone: Phone, text: str = CODE, number: int = 1) -> None:
    message = ShortMessage(f"{number:032x}", "+886912345678", text, phone.friend)
    await phone.world.simulator.sms.send(message)


async def test_a_tap_puts_the_code_into_the_field(phone: Phone) -> None:
    await phone.open()
    banner = phone.page.locator("#sms")
    await expect(banner).to_be_hidden()
    await arrives(phone)
    await expect(banner).to_contain_text(CODE)
    await banner.get_by_role("button", name="填入 012345").click()
    await expect(phone.page.locator("#text")).to_have_value("012345")
    await expect(phone.page.locator("#text")).to_be_focused()
    await phone.page.keyboard.press("Enter")
    assert (await phone.heard("message"))["message"]["text"] == "012345"
    await expect(banner).to_be_hidden()  # it has done its work, and would lie over the answer


async def test_it_can_be_touched_and_another_text_leaves_it_there(phone: Phone) -> None:
    await phone.open()
    await arrives(phone)
    buttons = phone.page.locator("#sms button")
    await expect(buttons).to_have_count(2)
    for button in await buttons.all():
        box = await box_of(button)
        assert min(box["width"], box["height"]) >= 44
    await phone.page.locator("#text").fill("沒收到")
    await phone.page.keyboard.press("Enter")
    await phone.heard("message")
    await expect(phone.page.locator("#sms")).to_contain_text("012345")


async def test_it_stays_over_a_reload_until_it_is_put_away(phone: Phone) -> None:
    await phone.open()
    await arrives(phone)
    await phone.page.reload()
    banner = phone.page.locator("#sms")
    await expect(banner).to_contain_text("012345")
    await arrives(phone, "驗證碼 987654", 2)
    await expect(banner).to_contain_text("987654")
    await banner.get_by_role("button", name="收起").click()
    await expect(banner).to_contain_text("012345")
    await banner.get_by_role("button", name="收起").click()
    await expect(banner).to_be_hidden()
    await phone.page.reload()
    await expect(phone.page.locator("#composer")).to_be_visible()
    await expect(banner).to_be_hidden()


async def test_what_an_sms_says_is_text(phone: Phone) -> None:
    await phone.open()
    await arrives(phone, "<img src=x onerror=alert(1)> 12345678")
    banner = phone.page.locator("#sms")
    await expect(banner).to_contain_text("<img src=x")
    await expect(banner.locator("img")).to_have_count(0)
    await expect(banner.get_by_role("button").first).to_be_disabled()


async def test_an_older_reading_does_not_bring_it_back(phone: Phone) -> None:
    """Issue 14, 5: the answer was under way when the SMS was put away, or its code was used."""
    await phone.open()
    await arrives(phone)
    await arrives(phone, "驗證碼 987654", 2)
    page, friend = phone.page, phone.friend
    other = await phone.world.friend(name="阿明")
    held = Held()
    await page.goto(f"{phone.world.url}/simulator/?friend={other}")
    await page.locator("#back").click()
    await page.route(f"**/friends/{friend}/sms", held, times=1)
    await page.locator(f'[data-friend="{friend}"]').click()
    await held.made.wait()
    await phone.world.do(f"friends/{friend}/sms/{1:032x}/dismiss", {})
    phone.world.simulator.sms.end(friend, milliseconds(phone.world.clock.now()))
    async with page.expect_response(f"**/friends/{friend}/sms"):
        held.go.set()
    await phone.push({"type": "text", "text": "都畫好了"})
    await expect(page.locator("#sms")).to_be_hidden()


async def test_one_that_is_over_stays_so_after_a_reload(phone: Phone) -> None:
    await phone.open()
    await arrives(phone)
    await expect(phone.page.locator("#sms")).to_be_visible()
    phone.world.simulator.sms.end(phone.friend, milliseconds(phone.world.clock.now()))
    await expect(phone.page.locator("#sms")).to_be_hidden()
    await phone.page.reload()
    await phone.push({"type": "text", "text": "都畫好了"})
    await expect(phone.page.locator("#sms")).to_be_hidden()
