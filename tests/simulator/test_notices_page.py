"""E3: a browser is notified with no page open: from a customer's message to what its worker shows.

A `chromium-headless-shell` has no notices, and no Chromium here a push service: these two are played, the
worker is real. Where there is a whole Chromium, its notices are, too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from bot.model.admin import AdminRole
from tests.axe import violations
from tests.chromium import whole_chromium
from tests.eventually import PATIENCE, eventually
from tests.notice_world import PretendBrowser, PushServer, push_server
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.windows import new_window, sign_in

PLAYED = """
let may = "default", subscription = null;
window.Notification = class {
  static get permission() { return may; }
  static async requestPermission() { return (may = localStorage.refuses ? "denied" : "granted"); }
};
try { if (localStorage.allowed) may = "granted"; } catch {}
PushManager.prototype.getSubscription = async () => subscription;
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (localStorage.away) throw new DOMException("no push service", "AbortError");
  if (!userVisibleOnly || applicationServerKey.length !== 87) throw new TypeError();
  const { endpoint, key, secret } = FIELDS;
  localStorage.allowed = "1";
  const unsubscribe = async () => { subscription = null; return true; };
  const toJSON = () => ({ endpoint, keys: { p256dh: key, auth: secret } });
  return (subscription = { endpoint, toJSON, unsubscribe });
};
"""
SHOWS = """() => {
  self.shown = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, how) => {
    self.shown.push({ title, ...how });
  };
}"""
IS_ON = """async (endpoint) => {
  const { value: proof } = document.querySelector('[name="proof"]');
  const body = new URLSearchParams({ proof, endpoint });
  return (await (await fetch("/admin/notices/state", { method: "POST", body })).json()).on;
}"""
THERE = """async () => (await self.registration.getNotifications()).map(
  ({ title, body, tag, silent, icon, data }) => ({ title, body, tag, silent, icon, data }))"""
BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("blocked", "SecurityError"); },
});"""
SIGN_OUT = """document.querySelector('form[action="/admin/sign-out"]').submit()"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[PushServer]:
    async with push_server(PretendBrowser("amy"), PretendBrowser("ben")) as server:
        server.key = ""
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(server: PushServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    folder = worked_example(tmp_path_factory.mktemp("notices") / "shop")
    async with open_shop(folder, OAFLOW_PUSH_API=server.url) as shop:
        yield shop


@asynccontextmanager
async def at_desk(
    chromium: Browser,
    shop: Shop,
    browser: PretendBrowser,
    role: AdminRole = "agent",
    size: ViewportSize = DESK,
) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """Somebody of the team at the chats, in this browser."""
    async with new_window(chromium, size) as page:
        await page.context.add_init_script(PLAYED.replace("FIELDS", json.dumps(dict(browser.fields))))
        with complaints(page) as broken:
            await sign_in(page, shop.address, role)
            await page.goto(f"{shop.address}/admin/chat")
            yield page.context, page
        assert broken == []


async def brought(window: BrowserContext, page: Page, shop: Shop, said: Any) -> list[Any]:
    """What the worker shows once a push service has brought this."""
    (worker,) = window.service_workers
    await worker.evaluate(SHOWS)
    await deliver(window, page, shop, said)
    shown: list[Any] = await eventually(lambda: worker.evaluate("self.shown"), bool)
    return shown


async def deliver(window: BrowserContext, page: Page, shop: Shop, said: Any) -> None:
    """As a push service brings it."""
    devtools = await window.new_cdp_session(page)
    registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def updated(event: Any) -> None:
        for one in event["registrations"]:
            if not registered.done():
                registered.set_result(one["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", updated)
    await devtools.send("ServiceWorker.enable")
    async with asyncio.timeout(PATIENCE):
        message = {"origin": shop.address, "registrationId": await registered, "data": json.dumps(said)}
    await devtools.send("ServiceWorker.deliverPushMessage", message)


async def test_from_a_message_to_what_a_closed_page_shows(
    shop: Shop, server: PushServer, chromium: Browser
) -> None:
    """E3, B11: how many, and nothing of who or what; switched off, it is told nothing more."""
    amy, ben = server.browsers
    async with (
        at_desk(chromium, shop, amy) as (window, page),
        at_desk(chromium, shop, ben, "admin", PHONE),
    ):
        await page.get_by_role("button", name="有人在等就通知我").click()
        await expect(page.locator("#notices")).to_contain_text("頁面關著也會")
        assert await violations(page) == []
        friend = await shop.friend("林小美")
        await shop.say(friend, "真人客服", "我的電話是 0912345678")
        ((name, said, headers),) = await eventually(lambda: _got(server), bool)
        assert name == "amy"
        assert said["text"].startswith("有 1 位客人在等候")
        assert said["to"] == "/admin/chat?list=waits&channel=main"
        assert "小美" not in str(said)
        assert "0912" not in str(said)
        assert headers["TTL"] == "900"
        (shown,) = await brought(window, page, shop, {**said, "always": True})
        assert shown["body"] == said["text"]
        assert (shown["tag"], shown["silent"], shown["data"]) == (said["tag"], True, {"to": said["to"]})
        assert (await page.request.get(shown["icon"])).ok
        await page.goto(f"{shop.address}/admin/me")
        await expect(page.locator("#notices")).to_contain_text("頁面關著也會")
        await page.get_by_role("button", name="關閉通知").click()
        await expect(page.get_by_role("button", name="有人在等就通知我")).to_be_visible()
        await shop.say(await shop.friend("阿明"), "真人客服")
        await page.goto(f"{shop.address}/admin/chat")
        await expect(page.locator("a.one-chat").filter(has_text="阿明")).to_be_visible()
        assert len(server.got) == 1


async def _got(server: PushServer) -> list[Any]:
    return list(server.got)


async def test_signed_out_and_in_again_and_another_account(
    shop: Shop, server: PushServer, chromium: Browser
) -> None:
    """Signing out ends it, signing in again renews it, and whoever else signs in there is not notified."""
    amy = server.browsers[0]
    async with at_desk(chromium, shop, amy) as (_, page):
        await page.get_by_role("button", name="有人在等就通知我").click()
        await expect(page.locator("#notices")).to_contain_text("頁面關著也會")
        assert await page.evaluate(IS_ON, amy.endpoint)
        await page.goto(f"{shop.address}/admin")
        await page.evaluate(SIGN_OUT)
        await page.wait_for_url("**/admin/sign-in**")
        await sign_in(page, shop.address, "admin")
        await page.goto(f"{shop.address}/admin")
        assert not await page.evaluate(IS_ON, amy.endpoint)
        await page.evaluate(SIGN_OUT)
        await page.wait_for_url("**/admin/sign-in**")
        await sign_in(page, shop.address, "agent")
        await page.goto(f"{shop.address}/admin")
        await eventually(lambda: page.evaluate(IS_ON, amy.endpoint), bool)


@pytest.mark.parametrize(("what", "says"), [("refuses", "擋住了通知"), ("away", "這一頁開著時")])
async def test_a_browser_that_refuses_or_has_no_push_service(
    shop: Shop, server: PushServer, chromium: Browser, what: str, says: str
) -> None:
    async with at_desk(chromium, shop, server.browsers[0]) as (_, page):
        await page.evaluate("(what) => void (localStorage[what] = '1')", what)
        await page.get_by_role("button", name="有人在等就通知我").click()
        await expect(page.locator("#notices")).to_contain_text(says)


async def test_a_list_shows_who_of_staff_has_a_chat_open(
    shop: Shop, server: PushServer, chromium: Browser
) -> None:
    """E3: so that two of staff do not reach for the same customer."""
    amy, ben = server.browsers
    await shop.say(await shop.friend("陳大同"), "真人客服")
    async with (
        at_desk(chromium, shop, amy) as (_, one),
        at_desk(chromium, shop, ben, "admin") as (_, other),
    ):
        row = other.locator("a.one-chat").filter(has_text="陳大同")
        await expect(row).not_to_contain_text("正在看")
        await one.locator("a.one-chat").filter(has_text="陳大同").click()
        await expect(row).to_contain_text("try-agent 正在看")
        await expect(one.locator("a.one-chat").filter(has_text="陳大同")).not_to_contain_text("正在看")
        assert await violations(other) == []
        await one.goto(f"{shop.address}/admin/me")
        await expect(row).not_to_contain_text("正在看")


async def test_a_browser_that_keeps_nothing_has_its_pages_all_the_same(
    shop: Shop, server: PushServer, chromium: Browser
) -> None:
    """Storage that is blocked raises at each touch: no script of a page may end by that."""
    async with at_desk(chromium, shop, server.browsers[0]) as (window, _):
        await window.add_init_script(BLOCKED)
        opened = await window.new_page()
        with complaints(opened) as broken:
            await opened.goto(f"{shop.address}/admin/contacts")
            await opened.locator("body").press("/")
            await expect(opened.locator("#who")).to_be_focused()
        assert broken == []


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_a_whole_chromium_shows_it(shop: Shop, server: PushServer) -> None:
    """E3: what Chromium itself shows of a message that a push service brings while no page is looked at."""
    async with whole_chromium() as chromium, at_desk(chromium, shop, server.browsers[0]) as (window, page):
        await window.grant_permissions(["notifications"], origin=shop.address)
        await page.get_by_role("button", name="有人在等就通知我").click()
        await expect(page.locator("#notices")).to_contain_text("頁面關著也會")
        before = len(server.got)
        await shop.say(await shop.friend("王美玲"), "真人客服")
        got = await eventually(lambda: _got(server), lambda got: len(got) > before)
        said = got[-1][1]
        await page.goto("about:blank")
        (worker,) = window.service_workers
        await deliver(window, page, shop, said)
        (shown,) = await eventually(lambda: worker.evaluate(THERE), bool)
        assert (shown["title"], shown["body"], shown["tag"]) == (said["title"], said["text"], said["tag"])
        assert shown["data"] == {"to": said["to"]}
        assert "美玲" not in str(shown)
