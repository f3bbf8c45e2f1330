"""Which addresses are pages: where one goes on, and what stands in a browser that has sent a form."""

from __future__ import annotations

import pytest

from bot.web.admin.own_address import is_own, own_address, page_of_form
from bot.web.admin.table import ROUTES
from tests.web.admin.staff_world import StaffWorld


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/admin/shops/forest/unlink", "/admin/shops/forest"),
        ("/admin/clerk/account?number=S02", "/admin/clerk?number=S02"),
        ("/admin/me/sessions/end", "/admin/me"),
        ("/admin/sign-out", "/admin"),
    ],
)
def test_the_page_of_a_form_is_above_its_address(sent_to: str, page: str) -> None:
    assert page_of_form(sent_to) == page
    assert own_address(sent_to) == page


def test_every_form_has_a_page() -> None:
    pages = {row.path for row in ROUTES if row.method == "GET"}
    for row in ROUTES:
        if row.path not in pages:
            page = page_of_form(row.path.replace("{", "").replace("}", ""))
            assert page is not None, row
            assert is_own(page), row


@pytest.mark.parametrize(
    "to",
    [
        *("", "//evil.example/admin/sign-out", "https://evil.example/admin/sign-out", "/admin/nothing"),
        *("/admin/shops/../../x/unlink", "/admin/shops/a b/unlink\n", "/admin/shops/商店/unlink"),
        *("/admin/sign-in/x", "/admin/shops/forest", "\\admin/sign-out", "/admin/sign-out/"),
    ],
)
def test_nothing_else_leads_anywhere(to: str) -> None:
    assert page_of_form(to) is None


async def test_a_refused_form_is_loaded_anew_and_read_in_another_language(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    assert await browser.get("/admin/me/password") == (303, "/admin/me")
    await browser.get("/admin/me")
    new = "a new one, long enough"
    status, page = await browser.post("/admin/me/password", former="wrong", password=new, again=new)
    assert (status, 'name="to" value="/admin/me/password"' in page) == (422, True)
    assert await browser.post("/admin/look", language="zh-TW", to="/admin/me/password") == (303, "/admin/me")
    assert (await browser.get("/admin/nothing"))[0] == 404
