"""Seed 003: head office makes accounts for those who work in the stores, and for nobody else (K1, D6)."""

from __future__ import annotations

import re

import pytest

from tests.operations.test_store_people import AN, LEFT
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff
from tests.web.admin.store_world import StoreWorld, store_world

ADDRESS = "/admin/clerk/account"


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


async def does(browser: Staff, deed: str, number: str, name: str) -> tuple[int, str]:
    await browser.get("/admin/clerk?number=A01")
    return await browser.post(ADDRESS, number=number, name=name, do=deed)


def password_on(page: str) -> str:
    [found] = re.findall(r'class="signs start">([^<]+)<', page)
    return str(found)


async def test_head_office_makes_an_account_and_its_owner_signs_in(world: StoreWorld) -> None:
    """The password is shown once and is good for one's own password only; role and place are the clerk's."""
    head = await world.signed_in("H01")
    assert "No account yet" in (await head.get("/admin/clerk?number=A01"))[1]
    status, page = await does(head, "add", "A01", "Little.An")
    assert status == 200
    password = password_on(page)
    kept = await world.staff.stored("little.an")
    assert (kept.role, kept.clerk, kept.start_until is not None) == ("clerk", "A01", True)
    browser = world.staff.browser()
    await browser.get("/admin/sign-in")
    status, to = await browser.post("/admin/sign-in", name="little.an", password=password, to="/admin/people")
    assert (status, to.partition("?")[0]) == (303, "/admin/password")
    assert (await browser.get("/admin/people"))[1].startswith("/admin/password")
    listed = (await head.get("/admin/clerk?number=A01"))[1]
    assert "little.an" in listed
    assert "has not signed in yet" in listed
    assert password not in listed
    [deed] = await world.staff.stores.audit.entries(["admin_added"], 9)
    assert (deed.by, deed.about) == ("console:h01", "little.an")


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", ["A01", "A02", "G01", "B01"])
async def test_nobody_in_a_store_makes_accounts(world: StoreWorld, number: str) -> None:
    browser = await world.signed_in(number)
    for clerk in ("A01", "A02", "G01", "H01"):
        assert (await does(browser, "add", clerk, "mine"))[0] == 403
    assert "Make an account" not in (await browser.get("/admin/clerk?number=A01"))[1]
    assert await world.staff.stores.admins.of("mine") is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_nobody_looks_after_the_accounts_of_their_like(world: StoreWorld) -> None:
    """Head office makes none for head office, and takes none over; who runs the shop does."""
    head = await world.signed_in("H01")
    assert "Make an account" not in (await head.get("/admin/clerk?number=H01"))[1]
    for deed, name in (("add", "second"), ("reset", "h01"), ("suspend", "h01")):
        status, page = await does(head, deed, "H01", name)
        assert status == 409
        assert "somebody else looks after" in page
    assert (await head.get("/admin"))[0] == 200
    boss = await world.staff.signed_in(await world.staff.account("admin"))
    assert (await does(boss, "add", "H01", "second"))[0] == 200


async def test_an_account_is_reached_by_its_own_clerk_only(world: StoreWorld) -> None:
    """No name from elsewhere: not another clerk's, not the administrator's, nor one that nobody has."""
    head, other = await world.signed_in("H01"), await world.signed_in("B01")
    boss = await world.staff.signed_in(await world.staff.account("admin"))
    for name in ("b01", "admin", "h01", "nobody", ""):
        for deed in ("reset", "suspend", "resume", "drop"):
            status, page = await does(head, deed, "A01", name)
            assert (status, "this clerk has no such account" in page) == (409, True), (name, deed)
    assert (await other.get("/admin"))[0] == (await boss.get("/admin"))[0] == 200


async def test_reset_and_suspension_sign_out_at_once(world: StoreWorld) -> None:
    head, own = await world.signed_in("H01"), await world.signed_in("A01")
    status, page = await does(head, "reset", "A01", "a01")
    assert status == 200
    assert password_on(page)
    assert (await own.get("/admin/people"))[0] == 303
    own = await world.staff.signed_in(await world.staff.stored("a01"))
    assert await does(head, "suspend", "A01", "a01") == (303, "/admin/clerk?number=A01")
    assert (await own.get("/admin/people"))[0] == 303
    assert "Let them in again" in (await head.get("/admin/clerk?number=A01"))[1]
    assert await does(head, "resume", "A01", "a01") == (303, "/admin/clerk?number=A01")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_cannot_be_an_account_is_told_on_the_page(world: StoreWorld) -> None:
    head = await world.signed_in("H01")
    for number, name, why in (
        ("A01", "a b", "cannot be a name"),
        ("A01", "<b>", "cannot be a name"),
        ("A01", "h01", "already"),
        ("A09", "left", "suspended"),
    ):
        status, page = await does(head, "add", number, name)
        assert (status, why in page) == (409, True), name
        assert "<b>" not in page
    assert LEFT.number == "A09"
    assert (await does(head, "add", "X99", "somebody"))[0] == 404
    status, _ = await head.post(ADDRESS, number=AN.number, name="x", do="add", proof="no")
    assert status == 403
