"""K1, K2: the first page says what somebody may do here, and leads there."""

from __future__ import annotations

import re

import pytest

from bot.model.admin import STORE_PEOPLE, AdminRole
from bot.model.clerk import StoreClerk
from bot.operations.admins.role_names import ROLE_DOES
from bot.web.admin.table import ROUTES
from tests.web.admin.staff_world import ZH, StaffWorld


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", sorted(STORE_PEOPLE))
async def test_it_says_what_the_role_is_for_and_leads_to_all_that_it_opens(
    staff: StaffWorld, role: AdminRole
) -> None:
    await staff.stores.clerks.write([(StoreClerk("A01", "Amy", store="xinyi"), None)])
    browser = await staff.signed_in(await staff.account(role, clerk="A01" if role == "clerk" else ""))
    _, page = await browser.get("/admin", **{"Accept-Language": "en"})
    content = page[page.index("<main") :].replace("&#39;", "'")
    assert str(ROLE_DOES[role]) in content
    led = re.findall(r'<a class="row" href="([^"]+)"><span>[^<]+<span class="says">[^<]+</span>', content)
    opened = [row.path for row in ROUTES if row.title is not None and role in row.roles]
    assert sorted(led) == sorted(path for path in opened if path != "/admin")
    assert "/admin/me" in led, "nobody's is empty"


async def test_in_chinese_too(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("agent"))
    _, page = await browser.get("/admin", **ZH)
    assert "你負責回覆客人：在「聊天」回覆" in page, "what the role can do today, and what comes"
    assert "密碼、兩步驟驗證" in page


def test_whatever_is_offered_says_what_it_is_for() -> None:
    assert [row.path for row in ROUTES if row.title is not None and row.says is None] == ["/admin"]
