"""I2: testers in the console: picked of who talked lately or by name, listed, ended; the audit log."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.model.contact import Identity
from bot.operations.testers import all_testers
from bot.web.admin.broadcast_list_pages import TESTERS
from tests.operations.test_today import said
from tests.playbooks import compiled
from tests.web.admin.broadcast_pages_world import WRITTEN, BroadcastPagesWorld, broadcast_pages
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff, field_of
from tests.web.admin.test_broadcast_list import part

ONE = "/admin/broadcasts/one"


@pytest.fixture
async def world(worlds: StaffWorlds) -> BroadcastPagesWorld:
    """小美 talked last, 小安 before; one has blocked the account, one has said nothing."""
    world = await broadcast_pages(worlds)
    shop = world.shop
    for user, name in (("Uan", "小安"), ("Umei", "小美"), ("Uyu", "林小玉")):
        await shop.come(user, name=name)
    gone = {"identities": (Identity("main", "Ugone", friend=False),)}
    await shop.come("Ugone", name="阿德", **gone)
    talked = (said("A", "Uan", "早"), said("B", "Umei", "你好"), said("C", "Ugone", "再見"))
    for minute, row in enumerate(talked):
        await shop.stores.conversations.add([row._replace(at=row.at + timedelta(minutes=minute))])
    return world


async def boss(world: BroadcastPagesWorld) -> Staff:
    return await world.staff.signed_in(await world.staff.account("supervisor"))


def offered(page: str) -> list[str]:
    """Whom a page offers, in its order."""
    return re.findall(r'aria-label="把 (.+?) 設為測試人員"', page)


async def names(world: BroadcastPagesWorld) -> list[tuple[str, str | None]]:
    found = await all_testers(world.shop.stores, world.shop.playbook)
    return [(one.name, one.contact) for one in found]


async def test_on_the_page_of_a_broadcast_somebody_is_picked_and_the_test_is_ready(
    world: BroadcastPagesWorld,
) -> None:
    browser = await boss(world)
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    there = offered(part(page, "testers"))
    assert there[:2] == ["小美", "小安"], "who talked last comes first"
    assert ["林小玉" in there, "阿德" in there] == [True, False], "also who is new, not who has blocked"
    assert f'action="{ONE}/test' not in page
    contact = field_of(part(page, "testers"), "contact")
    made = await browser.post(f"{TESTERS}/add", ZH, contact=contact, **{"for": "sale"})
    assert made == (303, f"{ONE}?name=sale#testers")
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "小美 現在是測試人員" in page
    assert ['name="to 小美"' in page, f'action="{ONE}/test' in page] == [True] * 2
    assert await names(world) == [("小美", "main:Umei")]
    rows = await world.shop.stores.audit.of("main:Umei")
    assert [(row.what, row.actor, row.details) for row in rows] == [
        ("tester_made", "console:supervisor", ("小美",))
    ]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_list_finds_by_name_and_ends_with_an_undo(world: BroadcastPagesWorld) -> None:
    browser = await boss(world)
    status, to = await browser.post(TESTERS, ZH, who="小玉")
    assert (status, "小玉" in to, "%E5" in to) == (303, False, False), "what is written stands in no address"
    _, page = await browser.get(to, **ZH)
    assert offered(page) == ["林小玉"]
    contact = field_of(part(page, "pick"), "contact")
    assert await browser.post(f"{TESTERS}/add", ZH, contact=contact) == (303, TESTERS)
    _, page = await browser.get(TESTERS, **ZH)
    assert "林小玉" in part(page, "who-tests")
    assert "林小玉" not in offered(page)
    assert await browser.post(f"{TESTERS}/end", ZH, contact=contact) == (303, TESTERS)
    assert await names(world) == []
    _, page = await browser.get(TESTERS, **ZH)
    flash = page[page.index('class="flash"') :].partition("</form>")[0]
    assert ["林小玉 不再是測試人員了" in flash, 'name="called" value="林小玉"' in flash] == [True] * 2
    assert (await browser.post(f"{TESTERS}/end", ZH, contact=contact))[0] == 422
    kinds = [row.what for row in await world.shop.stores.audit.of("main:Uyu")]
    assert kinds == ["tester_ended", "tester_made"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_name_of_the_playbook_is_given_and_two_of_one_name_are_told_apart(
    world: BroadcastPagesWorld,
) -> None:
    world.shop.playbook = compiled(f'testers: ["@boss"]\n{WRITTEN}')
    await world.shop.come("Umei2", name="小美")
    browser = await boss(world)
    _, page = await browser.get(TESTERS, **ZH)
    assert "還沒有人叫這個名字" in part(page, "who-tests")
    for who, called in (("Uan", "@boss"), ("Umei", ""), ("Umei2", "")):
        contact = world.desk.parts.sealed("supervisor", "contact", f"main:{who}")
        assert (await browser.post(f"{TESTERS}/add", ZH, contact=contact, called=called))[0] == 303
    assert await names(world) == [("@boss", "main:Uan"), ("小美", "main:Umei"), ("小美 2", "main:Umei2")]
    contact = world.desk.parts.sealed("supervisor", "contact", "main:Uyu")
    for wrong in ("小美", "名" * 41):
        status, page = await browser.post(f"{TESTERS}/add", ZH, contact=contact, called=wrong)
        assert (status, 'role="alert"' in page, "main:U" in page) == (422, True, False)


async def test_one_named_by_another_account_is_nobody(world: BroadcastPagesWorld) -> None:
    browser = await boss(world)
    theirs = world.desk.parts.sealed("admin", "contact", "main:Umei")
    status, _ = await browser.post(f"{TESTERS}/add", ZH, contact=theirs)
    assert (status, await names(world)) == (422, [])


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_that_names_were_shown_is_in_the_audit_log(world: BroadcastPagesWorld) -> None:
    browser = await boss(world)
    await browser.get(f"{ONE}?name=sale")
    [deed] = await world.shop.stores.audit.entries(["people_searched"], 9)
    assert (deed.by, deed.about) == ("console:supervisor", "list")
