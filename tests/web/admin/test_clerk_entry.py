"""D1, D6: a clerk added and changed by a form: by whom, what is refused at its field; once in Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from bot.model.admin import CONFIRMED_LIFE
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.store_world import StoreWorld, store_world

ADD, CHANGE = "/admin/clerks/add", "/admin/clerk/change"


@pytest.fixture
async def stores(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


async def store_of(stores: StoreWorld, number: str) -> str | None:
    found = await stores.staff.stores.clerks.of([number])
    return found[number].clerk.store if number in found else None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_store_manager_writes_of_the_clerks_of_their_store_alone(stores: StoreWorld) -> None:
    manager = await stores.signed_in("A02")
    page = (await manager.get("/admin/clerks"))[1]
    assert ("Add a clerk" in page, 'name="role"' in page, 'name="store"' in page) == (True, False, False)
    assert await manager.post(ADD, name="小新", number="n01") == (303, "/admin/clerk?number=N01")
    assert await store_of(stores, "N01") == "xinyi"
    for other in ({"store": "banqiao"}, {"role": "store_manager"}):
        assert (await manager.post(ADD, None, name="小別", number="N02", **other))[0] == 409
    assert await store_of(stores, "N02") is None
    assert (await manager.post(CHANGE, number="N01", name="小新", phone="0911222333"))[0] == 303
    assert (await manager.post(CHANGE, number="N01", name="小新", store="banqiao"))[0] == 409
    assert (await manager.post(CHANGE, number="B01", name="小別"))[0] == 404
    assert (await manager.post(CHANGE, number="A02", name="小別"))[0] == 409, "nor of herself"
    assert await store_of(stores, "N01") == "xinyi"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_clerk_writes_of_nobody_and_a_browser_left_open_neither(stores: StoreWorld) -> None:
    clerk = await stores.signed_in("A01")
    assert (await clerk.post(ADD, name="小新", number="N01"))[0] == 403
    assert "Name, store, phone" not in (await clerk.get("/admin/clerk?number=A01"))[1]
    manager = await stores.signed_in("A02")
    stores.staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    status, page = await manager.post(ADD, name="小新", number="N01")
    assert (status, 'name="confirmation"' in page) == (403, True)


async def test_added_and_changed_on_a_phone(browser: Browser, stores: StoreWorld) -> None:
    """What is refused is said at its field, with what was typed; who moves leaves their people."""
    mei = await stores.staff.signed_in(await stores.staff.account("supervisor", "mei"))
    page = await seen_by(mei, browser, PHONE)
    await page.goto("/admin/clerks")
    form = page.locator("form[action='/admin/clerks/add']")
    await form.get_by_label("姓名").fill("小新")
    await form.get_by_label("員工編號").fill("A01")
    await form.get_by_label("在哪裡上班").select_option("信義店")
    await form.get_by_role("button", name="新增").click()
    await expect(form.get_by_label("員工編號")).to_be_focused()
    await expect(form.locator("#wrong-number")).to_have_text("已經有編號 A01 的門市人員了")
    await expect(form.get_by_label("姓名")).to_have_value("小新")
    await fits(page)
    await form.get_by_label("員工編號").fill("N01")
    await form.get_by_role("button", name="新增").click()
    await expect(page.locator("h1")).to_have_text("小新")
    await page.goto("/admin/clerk?number=A01")
    form = page.locator("form[action^='/admin/clerk/change']")
    await form.get_by_label("在哪裡上班").select_option("banqiao")
    await form.get_by_label("手機號碼").fill("0911222333")
    await fits(page)
    await form.get_by_role("button", name="儲存").click()
    await expect(page.get_by_text("有 1 位客人留在原來的門市")).to_be_visible()
    await expect(form.get_by_label("手機號碼")).to_have_value("")
    assert await store_of(stores, "A01") == "banqiao"
