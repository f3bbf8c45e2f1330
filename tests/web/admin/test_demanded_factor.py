"""K1: roles that have to have a second factor: whoever has none sets it up before anything else."""

from __future__ import annotations

import re

import pytest

from bot.model.admin import ROLES, AdminAccount, AdminRole
from bot.model.clerk import StoreClerk
from bot.operations.admins.sessions import SignedSessions
from bot.operations.audit_trail import entries
from bot.web.admin.shop_pages import still_may
from bot.web.admin.table import ROUTES
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, Staff, StaffWorld
from tests.web.admin.test_every_role import Reached, asked
from tests.web.admin.test_own_account import OWN, app, with_factor
from tests.web.admin.test_sign_in import sign_in

DEMANDED = "/admin/second-factor"


@pytest.fixture
async def mei(staff: StaffWorld) -> AdminAccount:
    staff.demanded = {"admin", "supervisor"}
    return await staff.account("admin", "mei")


async def key_of(browser: Staff) -> str:
    """The secret that the page offers."""
    status, page = await browser.get(f"{DEMANDED}?to=/admin/me")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert (status, found is not None) == (200, True)
    assert 'href="/admin/sign-in"' in page, "and nobody is offered to leave it out"
    assert "Not now" not in page
    assert found is not None
    return found[1].replace(" ", "")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_whoever_has_none_sets_it_up_and_goes_on_where_they_wanted(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    browser = staff.browser()
    assert await sign_in(browser, to="/admin/me") == (303, "/admin/me")
    assert await browser.get("/admin/me") == (303, f"{DEMANDED}?to=%2Fadmin%2Fme")
    secret, before = await key_of(browser), browser.held
    status, picture = await browser.get(f"{DEMANDED}/code.svg")
    assert (status, picture.startswith("<svg")) == (200, True)
    for code, former in (("000000", PASSWORD), (app(secret, staff), "not this one")):
        assert (await browser.post(DEMANDED, code=code, former=former, to="/admin/me"))[0] == 422
        assert (await browser.get("/admin"))[0] == 303
    status, page = await browser.post(DEMANDED, code=app(secret, staff), former=PASSWORD, to="/admin/me")
    assert status == 200
    assert "Codes for a lost phone" in page
    assert 'href="/admin/me">I have kept' in page
    assert browser.held != before
    assert await staff.sessions.signed(before) is None
    assert (await browser.get("/admin"))[0] == 200
    assert await browser.get(DEMANDED) == (303, "/admin"), "it is there already"
    assert [one.kind for one in await entries(staff.stores)] == [
        *("admin_second_factor", "admin_password_wrong", "admin_signed_in")
    ]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_goes_elsewhere_after_that_is_led_to_a_page_of_ours(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    browser = await staff.signed_in(mei)
    secret = await key_of(browser)
    evil = "https://evil.example/"
    assert 'name="to" value="/admin">\n  <label>' in (await browser.get(f"{DEMANDED}?to={evil}"))[1]
    status, page = await browser.post(DEMANDED, code=app(secret, staff), former=PASSWORD, to=evil)
    assert (status, 'href="/admin">I have kept' in page) == (200, True)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ROLES)
async def test_until_then_nothing_else_opens_on_any_address_whatever_the_role(
    worlds: StaffWorlds, role: AdminRole
) -> None:
    """Also for whoever was signed in already when the role was demanded."""
    reached = Reached()
    staff = await worlds(reached.handlers())
    await staff.stores.clerks.write([(StoreClerk("A01", "Amy", store="xinyi"), None)])
    account = await staff.account(role, clerk="A01" if role == "clerk" else "")
    browser = await staff.signed_in(account)
    assert (await browser.get("/admin"))[0] == 200
    staff.demanded = {role}
    for row in ROUTES:
        reached.by.clear()
        status = await asked(browser, row)
        may = row.at in ("anybody", "factor")
        assert (reached.by != []) == may, row
        assert may or status == 303, row
    staff.demanded = set()
    assert (await browser.get("/admin"))[0] == 200


async def test_other_roles_and_whoever_has_one_notice_nothing(staff: StaffWorld, mei: AdminAccount) -> None:
    agent = await staff.signed_in(await staff.account("agent"))
    assert (await agent.get("/admin"))[0] == 200
    assert await agent.get(DEMANDED) == (303, "/admin")
    staff.demanded = set()
    hers, _ = await with_factor(staff, mei)
    staff.demanded = {"admin"}
    assert (await hers.get("/admin"))[0] == 200


async def test_it_cannot_be_turned_off(staff: StaffWorld, mei: AdminAccount) -> None:
    staff.demanded = set()
    hers, _ = await with_factor(staff, mei)
    assert "/admin/me/second-factor/off" in (await hers.get("/admin/me"))[1]
    staff.demanded = {"admin"}
    page = (await hers.get("/admin/me"))[1]
    assert ("/admin/me/second-factor/off" in page, "Your role demands it" in page) == (False, True)
    status, page = await hers.post("/admin/me/second-factor/off", former=PASSWORD)
    assert (status, "it cannot be turned off" in page) == (422, True)
    assert (await staff.stored("mei")).totp


async def test_the_first_password_comes_before_it(staff: StaffWorld, mei: AdminAccount) -> None:
    browser = await staff.signed_in(mei, "password")
    assert await browser.get("/admin/me") == (303, "/admin/password?to=%2Fadmin%2Fme")
    assert (await browser.post("/admin/password", password=OWN, again=OWN))[0] == 303
    assert await browser.get("/admin") == (303, f"{DEMANDED}?to=%2Fadmin")


async def test_who_has_to_set_it_up_links_no_shop_meanwhile(staff: StaffWorld, mei: AdminAccount) -> None:
    """What was begun before goes by what holds when it ends."""
    sessions = SignedSessions(staff.stores, staff.clock)
    signed = await sessions.signed((await staff.signed_in(mei)).secret)
    assert signed is not None
    assert await still_may(sessions, signed)
    assert not await still_may(staff.sessions, signed)


async def test_of_an_account_without_a_password_nobody_demands_it(staff: StaffWorld) -> None:
    """A simulator's, to try the pages with: nobody can set one up there."""
    staff.demanded = {"admin"}
    tried = AdminAccount("try-admin", "admin", staff.clock.now(), "e")
    assert await staff.stores.admins.add(tried)
    assert (await (await staff.signed_in(tried)).get("/admin"))[0] == 200
