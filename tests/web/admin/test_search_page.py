"""K2, J3: what the search of every page finds: what the role may open, customers as the role sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.admin import ROLES, AdminRole
from bot.model.translatable import ENGLISH
from bot.translations.chinese import CHINESE
from bot.web.admin.page_search import all_pages, changes_found, pages_found
from bot.web.admin.route import STOP
from bot.web.admin.table import ROUTES
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import Staff
from tests.web.admin.store_world import OWN, store_world

OPTION = re.compile(r'role="option"[^>]*href="([^"]+)"')


def titles(text: str, role: AdminRole = "admin", *, zh: bool = True) -> Sequence[str]:
    return [one.title for one in pages_found(text, role, CHINESE if zh else ENGLISH, ROUTES)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("群發", "群發"),
        ("coupon", "優惠券"),
        ("ＣＯＵＰＯＮ", "優惠券"),
        ("折價券", "優惠券"),
        ("訂位", "預約"),
        ("關鍵字", "沒人回答的問題"),
        ("誰 做了", "操作紀錄"),
        ("QR 門市", "門市人員 QR code"),
    ],
)
def test_a_page_is_found_by_its_title_and_by_other_words(text: str, first: str) -> None:
    assert titles(text)[0] == first


def test_in_english_by_english_words() -> None:
    assert titles("booking", zh=False) == ["Appointments"]
    assert titles("預約", zh=False) == []
    assert titles("no such thing at all") == []


@pytest.mark.parametrize("role", ROLES)
def test_of_a_role_what_it_may_open_and_nothing_else(role: AdminRole) -> None:
    may = {row.path for row in ROUTES if row.title is not None and role in row.roles}
    assert {one.to for one in pages_found("", role, CHINESE, ROUTES)} == may
    listed = [one for _, rows in all_pages(role, ROUTES) for one in rows]
    assert {one.row.path for one in listed} == may
    tasks = [task for one in listed for task in one.tasks]
    assert all(role in task.roles for task in tasks)
    assert {one.path for one in tasks} == {
        row.path for row in ROUTES if row.task is not None and role in row.roles
    }, "each is below a page"
    for text in ("暫停", "新", "a"):
        found = [*pages_found(text, role, CHINESE, ROUTES), *changes_found(text, role, CHINESE, ROUTES)]
        assert {one.to for one in found} <= may | {one.path for one in tasks}


def test_what_can_be_done_leads_to_its_page() -> None:
    found = changes_found("暫停流程", "admin", CHINESE, ROUTES)
    assert [(one.to, one.beside) for one in found] == [("/admin/flows", "旅程與流程")]
    assert changes_found("暫停流程", "agent", CHINESE, ROUTES) == []
    assert STOP in {one.to for one in changes_found("停止全部", "supervisor", CHINESE, ROUTES)}
    assert changes_found("", "admin", CHINESE, ROUTES) == []


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(
        person(1, "王小明", "VIP", phone="+886912345678"),
        person(2, "陳小美", "咖啡", phone="+886987655678"),
        *(person(number, "很多人") for number in range(10, 20)),
    )
    return world


async def sought(browser: Staff, text: str) -> str:
    status, page = await browser.post("/admin/search", who=text)
    assert status == 200
    assert "<html" not in page
    return page


async def test_customers_are_found_masked(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    found = await sought(agent, "小明")
    assert "王小明" in found
    assert "345678" not in found
    [address] = [one for one in OPTION.findall(found) if one.startswith("/admin/contacts/")]
    assert (await agent.get(address))[0] == 200
    assert len([one for one in OPTION.findall(await sought(agent, "很多")) if "/contacts/" in one]) == 6
    assert "王小明" not in await sought(agent, "王"), "from two characters on"
    assert {"王小明", "陳小美"} <= set(re.findall("[王陳]小.", await sought(agent, "５６７８")))
    ways = {one.about: one.times for one in await world.staff.stores.audit.entries(["people_searched"], 9)}
    assert ways == {"find": 2, "end": 1}


async def test_what_is_written_is_shown_as_it_is(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    found = await sought(admin, "<script>x</script>")
    assert "<script>" not in found
    assert 'name="who" value="&lt;script&gt;x&lt;/script&gt;"' in found


async def test_a_clerk_finds_their_own_people_by_name_and_nobody_by_a_phone(worlds: StaffWorlds) -> None:
    """D6: each role the people that its lists have; phones are searched for in the list alone."""
    world = await store_world(worlds)
    for number, own in OWN.items():
        browser = await world.signed_in(number)
        found = await sought(browser, "person")
        assert set(re.findall(r"person-(\d)", found)) == own, number
        assert "000001" not in found, "masked"
        for phone in ("001", "0001", "0900000001", "00000001"):
            assert "/admin/people/" not in await sought(browser, phone)
    ways = {one.about for one in await world.staff.stores.audit.entries(["people_searched"], 50)}
    assert ways == {"name"}
