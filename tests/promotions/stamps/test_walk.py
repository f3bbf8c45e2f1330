"""N2: a stamp from the counter to the reward: scanned, stamped at the till, undone, filled by an order."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, expect

from tests.simulator.lent_pages import PHONE
from tests.simulator.member_page import opened
from tests.simulator.shop import Shop
from tests.simulator.windows import signed_in

CARD = "森活集點"


async def test_a_clerk_stamps_the_card_of_who_shows_a_code_and_undoes(chromium: Browser, shop: Shop) -> None:
    friend = await shop.friend()
    page = await opened(shop, friend, "my_stamps")
    [card] = page.screen["stamps"]
    assert (card["name"], card["count"], card["cells"]) == (CARD, 0, 10)
    code = page.screen["person"]["text"]
    assert page.screen["person"]["qr"].startswith("<svg")

    async with signed_in(chromium, shop, "admin", PHONE) as desk:
        await desk.goto(f"{shop.address}/admin/till")
        await desk.get_by_label("優惠券或客人的代碼").fill(code.lower().replace("-", ""))
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_text("0 點，共 10 格")).to_be_visible()
        assert friend not in desk.url
        await desk.get_by_label("要蓋幾點").fill("5")
        await desk.get_by_role("button", name="蓋點", exact=True).click()
        await expect(desk.get_by_text("5 點，共 10 格")).to_be_visible()
        await shop.rest()
        assert any("集點折 50 元" in text for text in await shop.texts(friend))
        await desk.get_by_role("button", name="按錯了，復原").click()
        await expect(desk.get_by_text("0 點，共 10 格")).to_be_visible()
        await expect(desk.get_by_role("button", name="按錯了，復原")).to_have_count(0)


async def test_the_code_on_the_counter_stamps_once_a_day(chromium: Browser, shop: Shop) -> None:
    friend = await shop.friend()
    async with signed_in(chromium, shop, "admin", PHONE) as desk:
        await desk.goto(f"{shop.address}/admin/stamps")
        await desk.get_by_text("櫃檯的集點碼").click()
        address = await desk.get_by_role("link", name="信義店").get_attribute("href")
        assert address is not None
        async with shop.http.get(f"{shop.address}{address}") as answer:  # signed in nowhere
            assert answer.status == 200, await answer.text()
            assert answer.headers["Refresh"] == "15"
        await desk.goto(f"{shop.address}{address}")
        await expect(desk.get_by_role("heading", name="森活集點卡")).to_be_visible()
        link = await desk.get_by_role("img", name="集點碼").get_attribute("data-link")
        assert link is not None
        [code] = parse_qs(urlsplit(link).query)["stamp"]

        first = await opened(shop, friend, "my_stamps", inputs={"stamp": code})
        assert (first.screen["scanned"], first.screen["stamps"][0]["count"]) == ("stamped", 1)
        again = await opened(shop, friend, "my_stamps", inputs={"stamp": code})
        assert (again.screen["scanned"], again.screen["stamps"][0]["count"]) == ("stamped", 1)
        forged = await opened(shop, friend, "my_stamps", inputs={"stamp": code[:-2] + "AA"})
        assert forged.screen["scanned"] == "late"


async def test_an_address_of_the_counter_that_has_leaked_is_replaced(chromium: Browser, shop: Shop) -> None:
    async with signed_in(chromium, shop, "admin", PHONE) as desk:
        addresses, others = list[str | None](), None
        for _ in range(2):
            await desk.goto(f"{shop.address}/admin/stamps")
            await desk.get_by_text("櫃檯的集點碼").click()
            addresses.append(await desk.get_by_role("link", name="信義店").get_attribute("href"))
            others = await desk.get_by_role("link", name="板橋店").get_attribute("href")
            await desk.get_by_role("button", name="信義店 換新網址").click()
            await expect(desk.get_by_text("信義店 的網址換好了")).to_be_visible()
        await desk.get_by_text("櫃檯的集點碼").click()
        now = await desk.get_by_role("link", name="信義店").get_attribute("href")
        for address, status in ((addresses[0], 404), (addresses[1], 404), (now, 200), (others, 200)):
            async with shop.http.get(f"{shop.address}{address}") as answer:
                assert answer.status == status, address
