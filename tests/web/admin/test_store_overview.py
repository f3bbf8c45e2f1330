"""D6, K2: the stores by group, the search for a store or a clerk, sheets of codes, who has left."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import pytest

from bot.model.clerk import SeenPeople
from bot.operations.audit_trail import entries
from tests.eventually import eventually
from tests.operations.test_store_people import AN, BO, LEFT, NING
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff
from tests.web.admin.store_world import StoreWorld, store_world


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


async def mei(world: StoreWorld) -> Staff:
    return await world.staff.signed_in(await world.staff.account("supervisor", "mei"))


def row_of(page: str, store: str) -> list[str]:
    """The numbers in the line of this store: clerks, people, bound, new friends."""
    [line] = re.findall(rf"<tr>\s*<td[^>]*><a[^>]*><bdi>{store}</bdi>.*?</tr>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r'class="number">(.*?)</td>', line)]


async def test_each_store_stands_in_its_group_with_its_numbers(world: StoreWorld) -> None:
    await world.count(AN, bound=3, joined=2)
    await world.count(NING, bound=1, joined=0)
    await world.count(BO, bound=5, joined=5)
    _, page = await (await mei(world)).get("/admin/stores?days=30")
    assert page.index("北部門市") < page.index("板橋店") < page.index("南部門市") < page.index("左營店")
    assert row_of(page, "信義店") == ["2 1 suspended", "3", "4", "2"]
    assert row_of(page, "板橋店") == ["1", "1", "5", "5"]
    assert row_of(page, "左營店") == ["1", "1", "0", "0"]
    assert "/admin/counts?store=xinyi&amp;days=30" in page


async def test_a_group_sees_its_own_stores_alone(world: StoreWorld) -> None:
    group = await world.signed_in("G01")
    _, page = await group.get("/admin/stores")
    assert "信義店" in page
    assert "左營店" not in page
    status, _ = await (await world.signed_in("A02")).get("/admin/stores")
    assert status == 403, "a store manager has one store, and the pages of before"
    _, to = await group.post("/admin/stores", find="左營")
    assert "No store and no clerk of yours" in (await group.get(to))[1]
    _, to = await group.post("/admin/stores", find="小佐")
    assert "Z01" not in (await group.get(to))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("text", "clerks", "stores"),
    [
        ("板橋", set(), {"板橋店"}),
        ("北部", set(), {"信義店", "板橋店"}),
        ("小安", {"A01"}, set()),
        ("a02", {"A02"}, set()),
        ("Ｂ０１", {"B01"}, set()),
        ("<b>", set(), set()),
    ],
)
async def test_a_search_finds_stores_and_clerks_and_stands_in_no_address(
    world: StoreWorld, text: str, clerks: set[str], stores: set[str]
) -> None:
    browser = await mei(world)
    await browser.get("/admin/stores")
    status, to = await browser.post("/admin/stores", find=text)
    assert (status, text in to) == (303, False)
    _, page = await browser.get(to)
    assert set(re.findall(r"/admin/clerk\?number=(\w+)", page)) == clerks
    assert set(re.findall(r"<td[^>]*><a[^>]*><bdi>(.*?)</bdi>", page)) == stores
    assert "<b>" not in page


async def test_a_store_that_has_left_the_playbook_is_named_with_its_people(world: StoreWorld) -> None:
    world.playbook = compiled(
        """
stores: {banqiao: {title: 板橋店}}
rules: [{when: {text: hi}, reply: {text: hi}}]
"""
    )
    browser = await mei(world)
    _, page = await browser.get("/admin/stores")
    assert "Stores that the playbook has no more" in page
    assert re.search(r"<bdi>xinyi</bdi><span[^>]*>3 people", page)
    world.playbook = compiled("rules: [{when: {text: hi}, reply: {text: hi}}]")
    assert "The playbook has no store yet" in (await browser.get("/admin/stores"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_sheet_has_the_codes_that_bind_and_no_others(world: StoreWorld) -> None:
    browser = await mei(world)
    _, page = await browser.get("/admin/clerks/sheet?store=xinyi")
    assert "2 cards" in page, "who is suspended has none"
    [address] = re.findall(r'class="sheet-page" src="([^"]+)"', page)
    status, drawn = await browser.get(address.replace("&amp;", "&"))
    assert status == 200
    assert "小安" in drawn
    assert "小離" not in drawn
    assert "小柏" not in drawn
    assert "7K3M9-QX2TB" in drawn
    for wrong in ("page=2", "page=0", "page=x", "page=%F0", ""):
        assert (await browser.get(f"/admin/clerks/sheet/page?store=xinyi&{wrong}"))[0] == 404
    group = await world.signed_in("G01")
    _, drawn = await group.get("/admin/clerks/sheet/page?store=zuoying&page=1")
    assert "小佐" not in drawn, "a store of another group is not theirs to choose"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_has_left_is_suspended_with_an_undo_and_a_line_of_the_audit_log(world: StoreWorld) -> None:
    browser, own = await mei(world), await world.signed_in("A01")
    await browser.get("/admin/clerk?number=A01")
    status, to = await browser.post("/admin/clerk/suspend", number="A01")
    assert (status, to) == (303, "/admin/clerk?number=A01")
    assert (await world.staff.stores.clerks.of(["A01"]))["A01"].clerk.suspended is not None
    assert (await own.get("/admin/people"))[0] == 303, "signed out at once"
    _, page = await browser.get(to)
    assert 'action="/admin/clerk/resume"' in page
    assert "A01" in (await browser.get("/admin/clerks?state=suspended"))[1]
    _, to = await browser.post("/admin/clerk/resume", number="A01")
    assert (await world.staff.stores.clerks.of(["A01"]))["A01"].clerk.suspended is None
    await browser.get(to)
    _, page = await browser.get("/admin/clerks?state=suspended")
    assert LEFT.number in page
    assert "A01" not in page
    found = await entries(world.staff.stores, kinds=["clerk_suspended", "clerk_resumed"])
    assert [(one.kind, one.by, one.about) for one in found] == [
        ("clerk_resumed", "console:mei", "A01"),
        ("clerk_suspended", "console:mei", "A01"),
    ]


async def test_nobody_suspends_their_like(world: StoreWorld) -> None:
    head = await world.signed_in("H01")
    await head.get("/admin/clerks")
    assert (await head.post("/admin/clerk/suspend", number="H01"))[0] == 403
    assert (await head.post("/admin/clerk/suspend", number="nobody"))[0] == 404
    for number in ("A02", "G01"):
        assert (await (await world.signed_in(number)).post("/admin/clerk/suspend", number="A01"))[0] == 403
    assert (await world.staff.stores.clerks.of(["A01"]))["A01"].clerk.suspended is None


async def test_counts_of_many_are_said_to_be_counted_until_they_are(
    worlds: StaffWorlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for them: the next visit has them."""
    world = await store_world(worlds, at_once=0.01)
    begun, go_on = asyncio.Event(), asyncio.Event()
    store_people = world.staff.stores.store_people
    by_clerk = store_people.by_clerk

    async def slowly(seen: SeenPeople) -> Mapping[str, int]:
        begun.set()
        await go_on.wait()
        return await by_clerk(seen)

    monkeypatch.setattr(type(store_people), "by_clerk", lambda self, seen: slowly(seen))
    browser = await mei(world)
    status, page = await browser.get("/admin/counts?store=xinyi")
    assert begun.is_set()
    assert (status, "This is being counted" in page, "小安" in page) == (200, True, False)
    go_on.set()

    async def shown() -> str:
        return (await browser.get("/admin/counts?store=xinyi"))[1]

    await eventually(shown, lambda page: "小安" in page)
