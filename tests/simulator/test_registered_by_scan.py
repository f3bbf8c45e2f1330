"""D3, D6: whoever scans a clerk's code and is nobody's member yet is one by the end, and that clerk's."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.eventually import eventually
from tests.simulator.lent_pages import PHONE, complaints
from tests.simulator.shop import open_shop, worked_example
from tests.simulator.test_binding_in_chat import new_phone
from tests.simulator.test_stores import scans
from tests.simulator.windows import new_window


def that_registers(folder: Path) -> Path:
    """The worked example, which registers whom the shop does not know, with codes that open a page."""
    book, flow = worked_example(folder) / "bot.yaml", folder / "flows" / "phone_binding.yaml"
    for file, was, now in (
        (book, "certified_provider: false", "certified_provider: true"),
        (flow, "when_missing: try_again ", "when_missing: register "),
    ):
        text = file.read_text("utf-8")
        assert was in text
        file.write_text(text.replace(was, now), "utf-8")
    return folder


async def registers(page: Page, phone: str) -> None:
    """Where the shop knows nobody of this number."""
    liff = page.frame_locator("#liff iframe")
    await expect(liff.get_by_text(f"09••••••{phone[-2:]} 還不是會員")).to_be_visible()
    await liff.get_by_role("button", name="註冊會員", exact=True).click()
    await expect(page.locator(".said .bubble", has_text="謝謝！板橋店的小寧會為您服務。")).to_have_count(1)


async def test_unknown_then_a_member_and_the_clerks_own(tmp_path: Path, chromium: Browser) -> None:
    """The clerk finds them: their name, and of the phone no more than its ends."""
    phone = new_phone()
    async with (
        open_shop(that_registers(tmp_path / "shop")) as shop,
        new_window(chromium, PHONE) as page,
    ):
        with complaints(page, console=True, home=shop.address) as wrong:
            stranger = (await shop.do("friends", {"channel": "main", "name": "小美"}))["id"]
            await scans(page, shop, stranger, phone)
            await registers(page, phone)
        assert wrong == []

        async def made() -> tuple[str, str | None]:
            """Their name at the shop, and which LINE account was written there: once they were answered."""
            members = (await shop.get("shop/forest/members"))["members"]
            [one] = [one for one in members if one["phone"].endswith(phone[1:])]
            return one["name"], one["line_at"]

        await eventually(made, lambda found: found == ("小美", stranger))
        clerk = await page.context.new_page()
        await clerk.goto(f"{shop.address}/admin")
        await clerk.get_by_role("button", name="門市人員").click()
        await clerk.locator('a[href^="/admin/people"]:visible').first.click()
        own = clerk.locator(".people").get_by_role("link")
        await expect(own).to_have_count(1)
        await expect(own).to_contain_text("小美")
        await expect(own).to_contain_text(f"09••••••{phone[-2:]}")
        await own.click()
        for told in ("板橋店", "小寧", "是會員"):
            await expect(clerk.get_by_text(told).first).to_be_visible()
        assert phone[1:] not in await clerk.content()
