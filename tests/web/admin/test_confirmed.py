"""K1: before accounts, tokens, keys and start passwords, password or code are asked for once more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from bot.model.admin import CONFIRMED_LIFE
from bot.model.audit import AuditKind
from bot.model.settings import Settings
from bot.operations.audit_trail import entries
from bot.web.admin.account_pages import AccountPages
from bot.web.admin.table import ROUTES
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.staff_world import PASSWORD, PLAYBOOK, Staff, StaffWorld
from tests.web.admin.test_own_account import app

ASKED = 'name="confirmation"'


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    demanding = Settings({}, second_factor=frozenset({"admin"}))
    pages = AccountPages(worlds.accounts, worlds.console(lambda: PLAYBOOK, demanding))
    return await worlds(pages.handlers())


@pytest.fixture
async def left_open(staff: StaffWorld) -> Staff:
    """A browser of an administrator, some time after the sign-in."""
    browser = await staff.signed_in(await staff.account("admin", "mei"))
    staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    return browser


async def make(browser: Staff, name: str = "amy", confirmation: str = "") -> tuple[int, str]:
    """An account is asked for."""
    more = {"confirmation": confirmation} if confirmation else {}
    return await browser.post("/admin/accounts", None, name=name, place="agent", **more)


async def kinds(staff: StaffWorld) -> list[tuple[str, str, int]]:
    wanted: list[AuditKind] = ["admin_confirmed", "admin_password_wrong", "admin_code_wrong", "admin_added"]
    return [(one.kind, one.by, one.times) for one in await entries(staff.stores, kinds=wanted)]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_browser_left_open_makes_no_account(staff: StaffWorld, left_open: Staff) -> None:
    status, page = await make(left_open)
    assert (status, ASKED in page, 'name="place" value="agent"' in page) == (403, True, True)
    status, page = await make(left_open, confirmation="not this one")
    assert (status, ASKED in page, "not your password" in page) == (403, True, True)
    assert await staff.stores.admins.of("amy") is None
    status, page = await make(left_open, confirmation=PASSWORD)
    assert (status, "signs start" in page) == (200, True)
    assert await kinds(staff) == [
        ("admin_added", "console:mei", 1),
        ("admin_confirmed", "console:mei", 1),
        ("admin_password_wrong", "", 1),
    ]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_was_confirmed_holds_for_some_minutes_in_this_browser(
    staff: StaffWorld, left_open: Staff
) -> None:
    other = await staff.signed_in(await staff.stored("mei"))
    staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    assert (await make(left_open, confirmation=PASSWORD))[0] == 200
    staff.clock.advance((CONFIRMED_LIFE - timedelta(seconds=1)).total_seconds())
    assert (await make(left_open, "lin"))[0] == 200
    assert (await make(other, "bo"))[0] == 403
    staff.clock.advance(1)
    assert (await make(left_open, "bo"))[0] == 403


async def test_the_code_of_the_app_is_as_good_once(staff: StaffWorld, left_open: Staff) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    await staff.change("mei", totp=secret)
    status, page = await make(left_open, confirmation="000000")
    assert (status, "six digits" in page) == (403, True)
    code = app(secret, staff)
    assert (await make(left_open, confirmation=code))[0] == 200
    staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    assert (await make(left_open, "lin", confirmation=code))[0] == 403
    assert ("admin_code_wrong", "", 2) in await kinds(staff)


async def test_wrong_ones_are_counted_over_all_sessions_of_the_account(
    staff: StaffWorld, left_open: Staff
) -> None:
    """A stolen cookie has another session for the asking: that gives no new tries, and confirms nothing."""
    for number in range(10):
        await make(left_open, confirmation=f"wrong one {number}")
        if number == 5:
            assert await left_open.post("/admin/me/sessions/end") == (303, "/admin/me")
    status, page = await make(left_open, confirmation=PASSWORD)
    assert (status, "too many tries" in page) == (403, True)
    assert (await left_open.post("/admin/me/sessions/end"))[0] == 303
    status, page = await left_open.post("/admin/me/password", former=PASSWORD, password="x", again="x")
    assert (status, "too many tries" in page) == (422, True)
    assert (await make(left_open))[0] == 403


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_has_no_password_is_not_asked(staff: StaffWorld) -> None:
    """A simulator's accounts, which are entered by a button."""
    await staff.account("admin", "mei")
    await staff.change("mei", password="")
    browser = await staff.signed_in(await staff.stored("mei"))
    staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    assert (await make(browser))[0] == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_each_row_that_says_so_asks_and_no_other(staff: StaffWorld, left_open: Staff) -> None:
    asked = set()
    for row in ROUTES:
        if row.method == "POST" and row.at == "signed_in" and "admin" in row.roles:
            if row.path in ("/admin/sign-out", "/admin/me/sessions/end"):
                continue
            _, page = await left_open.post(re.sub(r"\{\w+}", "main", row.path))
            asked |= {row.path} if ASKED in page else set()
    of_account = ("role", "suspend", "resume", "unlock", "sign-out", "second-factor", "password")
    assert asked == {
        *(
            "/admin/accounts",
            "/admin/tokens",
            "/admin/tokens/revoke",
            "/admin/clerks/import",
            "/admin/clerks/add",
        ),
        *(f"/admin/clerk/{one}" for one in ("account", "change", "suspend", "resume")),
        *(f"/admin/accounts/one/{one}" for one in of_account),
        *(f"/admin/setup/{one}" for one in ("link", "unlink", "rotate")),
        *("/admin/shops/{shop}/link", "/admin/shops/{shop}/unlink", "/shops/{channel}/cyberbiz/install"),
    }


ABOUT = re.compile(r"/(accounts|tokens|clerks?|link|unlink|rotate|install)(/|$)")
"""Addresses of what lets somebody in, or says whose account, shop or key it is."""
GIVES_NOTHING = {"/admin/clerk/renew", "/admin/clerk/hand-over"}
"""The sheet of the same clerk, and who takes over a clerk's customers."""


def test_what_lets_somebody_in_or_links_asks_also_where_it_is_new() -> None:
    silent = {
        row.path for row in ROUTES if row.method == "POST" and ABOUT.search(row.path) and not row.confirms
    }
    assert silent == GIVES_NOTHING


async def test_the_question_fits_and_goes_on_with_what_was_asked(
    staff: StaffWorld, left_open: Staff, browser: Browser
) -> None:
    page = await seen_by(staff=left_open, browser=browser, size=PHONE)
    await page.goto("/admin/accounts")
    await page.get_by_label("登入名稱").fill("w" * 60)
    await page.get_by_label("角色").select_option(value="agent")
    await page.get_by_role("button", name="建立帳號").click()
    await expect(page.get_by_role("heading", name="請確認是你本人")).to_be_visible()
    await fits(page)
    await page.get_by_label("你的密碼").fill("not this one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="密碼")).to_be_visible()
    await fits(page)
    await page.get_by_label("你的密碼").fill(PASSWORD)
    await page.get_by_role("button", name="確認並執行").click()
    await expect(page.locator(".start")).to_be_visible()
