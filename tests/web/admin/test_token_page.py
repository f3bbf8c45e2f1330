"""K1: tokens of the API in the console: made and shown once, listed, revoked with its name typed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.async_api import Browser, expect

from bot.model.api_token import WRITTEN
from bot.operations.tokens import StaffTokens
from bot.web.admin.token_pages import TokenPages
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.staff_world import PLAYBOOK, StaffWorld

PAGE = "/admin/tokens"


@pytest.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    return await worlds(TokenPages(worlds.console(lambda: PLAYBOOK)).handlers())


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_made_shown_once_used_and_revoked(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("admin", "mei"))
    assert "No system has a token" in (await browser.get(PAGE))[1]
    status, page = await browser.post(PAGE, name="Warehouse", role="agent", days="90")
    assert status == 200
    found = WRITTEN.search(page)
    assert found is not None
    text = found[0]
    listed = (await browser.get(PAGE))[1]
    assert text not in listed
    assert "warehouse agent Good until" in text_of(listed)
    assert "by mei" in text_of(listed)
    tokens = StaffTokens(world.stores, world.clock)
    assert await tokens.caller(text) is not None

    assert "To be sure, type warehouse" in text_of((await browser.get(f"{PAGE}?revoke=warehouse"))[1])
    for typed in ("", "other"):
        status, page = await browser.post(f"{PAGE}/revoke", name="warehouse", typed=typed)
        assert (status, "Nothing was revoked" in page) == (422, True)
    assert await tokens.caller(text) is not None
    assert await browser.post(f"{PAGE}/revoke", name="warehouse", typed=" Warehouse ") == (303, PAGE)
    assert await tokens.caller(text) is None
    page = text_of((await browser.get(PAGE))[1])
    assert "warehouse is revoked" in page
    assert "Over: 1" in page
    entries = await world.stores.audit.entries(["token_made", "token_revoked"], 9)
    assert [(one.kind, one.by, one.about) for one in entries] == [
        ("token_revoked", "console:mei", "warehouse"),
        ("token_made", "console:mei", "warehouse"),
    ]


async def test_what_is_refused_is_said_and_what_was_written_stays(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("admin"))
    for name, role, why in (
        ("a b", "agent", "cannot be the name of a token"),
        ("<script>", "agent", "cannot be the name of a token"),
        ("tills", "head_office", "Choose what it may do"),
        ("tills", "", "Choose what it may do"),
    ):
        status, page = await browser.post(PAGE, name=name, role=role, days="90")
        assert (status, why in unescape(page)) == (422, True), name
        assert f'value="{name}"' in unescape(page)
        assert "<script>" not in page
    await browser.post(PAGE, name="tills", role="agent", days="9999")
    assert (await browser.post(PAGE, name="tills", role="agent"))[0] == 422
    [one] = await world.stores.api_tokens.all()
    assert (one.until - one.made).days == 365
    assert (await browser.post(f"{PAGE}/revoke", name="nobody", typed="nobody"))[0] == 422


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_whose_maker_may_do_less_is_marked(world: StaffWorld) -> None:
    await world.account("admin", "mei")
    await StaffTokens(world.stores, world.clock).make("tills", "admin", 30, "console:mei")
    browser = await world.signed_in(await world.account("admin", "an"))
    await world.change("mei", role="agent")
    assert "tills agent worth less" in text_of((await browser.get(PAGE))[1])
    await world.change("mei", suspended=world.clock.now())
    assert "worth nothing: who made it" in text_of((await browser.get(PAGE))[1])


async def test_it_fits_and_reads_well(world: StaffWorld, browser: Browser) -> None:
    """K2: the list, the token that is shown once, and what is asked before one is revoked."""
    admin = await world.signed_in(await world.account("admin", "mei"))
    tokens = StaffTokens(world.stores, world.clock)
    await tokens.make("old", "admin", 30, "console:mei")
    await tokens.revoke(["old"], "console:mei")
    name = "w" * 64
    page = await seen_by(admin, browser, PHONE)
    await page.goto(PAGE)
    await page.get_by_text("已失效的").click()
    await fits(page)
    await page.get_by_label("系統名稱").fill(name)
    await page.get_by_role("button", name="新增金鑰").click()
    await expect(page.get_by_role("heading", name="新的 API 金鑰")).to_be_visible()
    await fits(page)
    await page.get_by_role("link", name="已經存好了").click()
    await fits(page)
    await page.get_by_role("link", name=f"撤銷 {name}").click()
    await fits(page)
    await page.locator("input[name=typed]").fill(name)
    await page.get_by_role("button", name="撤銷", exact=True).click()
    await expect(page.get_by_text("之後的呼叫都會被拒絕")).to_be_visible()
    await fits(page)
