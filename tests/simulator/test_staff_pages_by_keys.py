"""The staff's pages without a mouse: all is reached, one sees where one is, Enter does it. K1, `ui.md`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.simulator.keys import PAGE, walked
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, open_shop
from tests.simulator.test_app_store import OFFICE, with_app
from tests.simulator.windows import new_window

DESK: ViewportSize = {"width": 1366, "height": 768}
PAGES = (
    "/admin/appointments",
    "/admin/appointments/new",
    "/admin/flows/reminder/new",
    "/admin/coupons/new",
    "/admin/stamps/new",
    "/admin/draws/new",
    "/admin",
    "/admin/contacts",
    "/admin/chat/report",
    "/admin/pages",
    "/admin/flows",
    "/admin/flows/skin_quiz",
    "/admin/menus",
    "/admin/menus/new",
    "/admin/playbook/versions",
    "/admin/playbook/versions/1",
    "/admin/shops",
    "/admin/shops/forest",
    "/admin/shops/forest_outlet",
    "/admin/people",
    "/admin/clerks",
    "/admin/clerk?number=S02",
    "/admin/counts",
    "/admin/me",
    "/admin/stop",
    "/admin/audit",
    "/admin/accounts",
    "/admin/binding",
    "/admin/binding/new",
    "/admin/accounts/one?name=try-admin",
    "/admin/unsent",
    "/admin/tokens",
    "/admin/broadcasts",
    "/admin/broadcasts/calendar",
    "/admin/broadcasts/testers",
    "/admin/broadcasts/one?name=展場感謝",
    "/admin/forms",
    "/admin/audiences",
    "/admin/links",
    "/admin/draws",
    "/admin/referrals",
    "/admin/referrals/inviters?campaign=好友一起來",
    "/admin/referrals/new",
    "/admin/nothing-is-here",
)

MORE = pytest.mark.ring("soak", "more of the same")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """With a shop that is installed from the app store, and somebody in each store."""
    async with open_shop(with_app(tmp_path_factory.mktemp("keys") / "shop")) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with new_window(chromium, DESK) as window:
        yield window


async def enters(page: Page, shop: Shop, role: str) -> None:
    """Signs in, in a simulator: Tab to the button of this role, and Enter."""
    await page.goto(f"{shop.address}/admin/sign-in")
    await goes_by(page, role, f"{shop.address}/admin")


async def goes_by(page: Page, told: str, to: str) -> None:
    """Tab to what begins so, then Enter."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if (await page.evaluate("() => document.activeElement.innerText")).startswith(told):
            await page.keyboard.press("Enter")
            await expect(page).to_have_url(to)
            return
    raise AssertionError(f"Tab does not lead to {told}")


async def held(page: Page, within: str = PAGE) -> None:
    """Nothing is left out, nothing comes out of its order, and each can be seen and met."""
    met = await walked(page, within)
    assert met.wrong == (), page.url
    assert met.places == tuple(range(met.controls)), page.url


@pytest.mark.parametrize(
    ("size", "pages"),
    [
        pytest.param(size, PAGES[first::2], id=f"{name}-{first}", marks=MORE if first != own else ())
        for own, (name, size) in enumerate({"phone": PHONE, "desk": DESK}.items())
        for first in (0, 1)
    ],
)
async def test_every_control_of_every_page_is_reached(
    shop: Shop, page: Page, size: ViewportSize, pages: Sequence[str]
) -> None:
    """Of two pages one at each size. What is around all of them is walked once at each: one skips it."""
    await page.set_viewport_size(size)
    await page.goto(f"{shop.address}/admin/sign-in")
    await held(page)
    await enters(page, shop, "試用管理員")
    await held(page)
    for address in pages:
        await page.goto(f"{shop.address}{address}")
        await page.get_by_role("link", name="跳到內容").press("Enter")
        await held(page, "main")
    await page.goto(f"{shop.address}{OFFICE}")
    await page.get_by_role("link", name="安裝應用程式").click()
    await expect(page.get_by_label("團隊同意條款")).to_be_visible()
    await held(page)


async def test_the_focus_stays_in_view_when_the_script_comes_late(shop: Shop, page: Page) -> None:
    """On a slow line somebody is at the end of the navigation before the script shows its beginning."""
    await page.set_viewport_size(DESK)
    await enters(page, shop, "試用管理員")
    script = asyncio.Event()

    async def late(route: Route) -> None:
        await script.wait()
        await route.continue_()

    await page.route("**/frame.js*", late)
    await page.goto(f"{shop.address}/admin", wait_until="commit")
    last = page.locator(".entries .entry").last
    await last.focus()
    await expect(last).to_be_in_viewport(ratio=1)
    script.set()
    await page.wait_for_load_state()
    await expect(last).to_be_focused()
    await expect(last).to_be_in_viewport(ratio=1)


async def test_to_the_content_past_all_that_is_on_every_page(shop: Shop, page: Page) -> None:
    await enters(page, shop, "試用管理員")
    await page.goto(f"{shop.address}/admin/people")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到內容")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    search = page.get_by_role("searchbox", name="姓名、完整手機號碼，或手機末三碼")
    await expect(search).to_be_focused()
    await expect(skip).not_to_be_in_viewport()
    await search.press_sequentially("沒有這個人")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("找不到；這裡只列出有門市人員的客人")).to_be_visible()
    await search.focus()
    await page.keyboard.press("Escape")
    await expect(search).to_have_value("")


async def test_a_shop_is_unlinked_and_linked_again(shop: Shop, page: Page) -> None:
    """Arrows choose among two ways, Enter sends what was typed; a wrong name changes nothing."""
    shops = f"{shop.address}/admin/shops"
    await enters(page, shop, "主管")
    await goes_by(page, "商店", shops)
    await goes_by(page, "forest CYBERBIZ", f"{shops}/forest")
    first, last = page.get_by_role("radio").first, page.get_by_role("radio").last
    await first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(last).to_be_checked()
    await page.keyboard.press("ArrowUp")
    await expect(first).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("florist")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("textbox").last.focus()
    await page.keyboard.type("forest")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("已解除串接")
    await goes_by(page, "串接", f"{shops}/forest?done=linked")
    await expect(page.get_by_role("status")).to_have_text("已串接商店")
