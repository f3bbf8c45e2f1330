"""J2, J3: a tag for all whom the list shows, their table, stopping and undoing, on pages."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientError

from bot.operations.audiences import AudienceCount
from bot.operations.bulk_runs import BulkRefused
from bot.operations.bulk_shown import check_shown, number_shown
from bot.operations.bulk_table import BulkTable
from tests.eventually import eventually
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH, Staff, field_of

MANY = "/admin/contacts/many"


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(
        person(1, "=1+1|cmd", "VIP", phone="+886912345678"),
        person(2, "陳小美", line=False),
        person(3, "<script>alert(1)</script>", "咖啡", line=False),
    )
    return world


@pytest_asyncio.fixture
async def serving(world: ContactWorld) -> AsyncIterator[None]:
    """A process that does what is ordered."""
    task = asyncio.create_task(world.bulk.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def over(browser: Staff, address: str) -> str:
    """The page of a run once that is over."""

    async def read() -> str:
        return (await browser.get(address, **ZH))[1]

    return await eventually(read, lambda page: 'aria-busy="true"' not in page)


async def tags(world: ContactWorld, name: str) -> set[str]:
    return {tag.name for tag in (await world.contact(name)).tags}


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.usefixtures("serving")
async def test_from_the_list_to_a_tag_and_back(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    _, shown = await admin.get("/admin/contacts", **ZH)
    found = re.search(r'href="(/admin/contacts/many[^"]*)"', shown)
    assert found is not None
    _, shown = await admin.get(found[1], **ZH)
    assert re.search(r"共\s*3\s*位", shown)
    status, run = await admin.post(found[1], ZH, act="tag", tag="咖啡", people="3")
    assert (status, run.startswith(f"{MANY}/")) == (303, True)
    shown = await over(admin, run)
    assert "完成" in shown
    assert await tags(world, "M:2") == {"咖啡"}
    assert await tags(world, "M:3") == {"咖啡"}
    _, page = await admin.get(world.address("admin", "M:2"), **ZH)
    assert "和其他客人一起" in page
    assert "many:" not in page
    status, back = await admin.post(f"{run}/undo", ZH)
    assert status == 303
    await over(admin, back)
    assert await tags(world, "M:2") == set()
    assert await tags(world, "M:3") == {"咖啡"}, "it had that before"
    assert (await admin.post(f"{run}/undo", ZH))[0] == 409
    entries = await world.staff.stores.audit.entries(["many_tagged", "many_untagged"], 10)
    assert {(deed.kind, deed.by, deed.about, deed.state) for deed in entries} == {
        ("many_tagged", "console:admin", "咖啡", "done"),
        ("many_untagged", "console:admin", "咖啡", "done"),
    }


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.usefixtures("serving")
async def test_what_was_searched_for_stands_in_no_address_and_is_who_gets_it(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    _, to = await admin.post("/admin/contacts", who="小美", where="not: {tag: VIP}")
    many = to.replace("/admin/contacts", MANY)
    assert "小美" not in many
    _, shown = await admin.get(many, **ZH)
    assert "小美" in shown
    assert "not: {tag: VIP}" in shown
    _, run = await admin.post(many, ZH, act="tag", tag="咖啡", people="3")
    await over(admin, run)
    assert await tags(world, "M:2") == {"咖啡"}
    assert await tags(world, "main:U1") == {"VIP"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_no_more_than_were_shown(world: ContactWorld) -> None:
    """A few may have come meanwhile; to more nothing is done until that number is seen."""
    admin = await world.signed_in("admin")
    _, shown = await admin.get(MANY, **ZH)
    people = field_of(shown, "people")
    assert people == "3"
    await world.add(*(person(n, "新", line=False) for n in range(10, 15)))
    acts = ({"act": "tag"}, {"act": "untag", "typed": "拿掉"}, {"act": "export", "as": "csv"})
    for said in ({}, {"people": "x"}, {"people": "2"}):
        for act in acts:
            status, shown = await admin.post(MANY, ZH, **{"tag": "咖啡", **act, **said})
            assert (status, field_of(shown, "people")) == (409, "8")
    assert "現在有 8 位" in shown
    assert await world.staff.stores.bulk_runs.last(9) == []
    assert (await admin.post(MANY, ZH, act="tag", tag="咖啡", people=people))[0] == 303


def test_more_than_are_counted() -> None:
    few, many = AudienceCount(9, about=False), AudienceCount(10_101, about=True)
    check_shown(number_shown(None), None)
    check_shown(number_shown(None), many)
    check_shown("10001", many)
    for shown, number in ((number_shown(few), None), ("10000", many)):
        with pytest.raises(BulkRefused):
            check_shown(shown, number)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_taking_off_asks_for_the_word(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    for fields in ({"typed": "no"}, {}, {"typed": "拿掉", "tag": "gone"}):
        status, shown = await admin.post(MANY, ZH, act="untag", **{"tag": "咖啡", "people": "3", **fields})
        assert (status, 'role="alert"' in shown) == (409, True)
    assert (await admin.post(MANY, ZH, act="untag", tag="咖啡", people="3", typed="拿掉"))[0] == 303
    status, shown = await admin.post(MANY, ZH, act="untag", tag="咖啡", people="3", typed="take off")
    assert (status, "正在幫多位客人拿掉標籤" in shown) == (409, True), "one at a time"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_run_that_waits_is_stopped(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    _, run = await admin.post(MANY, ZH, act="tag", tag="咖啡", people="3")
    assert (await admin.post(f"{run}/stop", ZH))[0] == 303
    task = asyncio.create_task(world.bulk.run())
    shown = await over(admin, run)
    task.cancel()
    assert "已停止" in shown
    assert await tags(world, "M:2") == set()
    assert (await admin.get(f"{MANY}/nobody", **ZH))[0] == 404
    assert (await admin.post(f"{MANY}/nobody/undo", ZH))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(("form", "reveal"), [("csv", ""), ("csv", "1"), ("jsonl", "")])
async def test_the_table_is_fetched_once_and_safe(world: ContactWorld, form: str, reveal: str) -> None:
    admin = await world.signed_in("admin")
    fields = {"reveal": "1"} if reveal else {}
    _, run = await admin.post(MANY, ZH, **{"act": "export", "people": "3", "as": form, **fields})
    _, shown = await admin.get(run, **ZH)
    assert "下載檔案" in shown
    status, table = await admin.post(f"{run}/file", ZH)
    assert status == 200
    if form == "csv":
        head, *_ = table.split("\r\n")
        assert head.lstrip("\ufeff").startswith("官方帳號")
        assert "'=1+1|cmd" in table, "no cell is a formula"
        assert ("0912345678" in table) == bool(reveal)
        assert len(table.strip().split("\r\n")) == 4
    else:
        rows = [json.loads(line) for line in table.splitlines()]
        assert {row["name"] for row in rows} == {"=1+1|cmd", "陳小美", "<script>alert(1)</script>"}
    status, shown = await admin.post(f"{run}/file", ZH)
    assert (status, 'role="alert"' in shown) == (409, True)
    _, shown = await admin.get(run, **ZH)
    assert "完成" in shown
    revealed = [row for row in await world.staff.stores.audit.of("M:2") if row.what == "revealed"]
    assert len(revealed) == bool(reveal)
    [deed] = await world.staff.stores.audit.entries(["many_exported"], 10)
    assert (deed.by, deed.after, deed.state) == ("console:admin", "3", "done")


async def test_a_table_that_waits_is_stopped_by_a_colleague(world: ContactWorld) -> None:
    admin, other = await world.signed_in("admin"), await world.signed_in("supervisor")
    _, run = await admin.post(MANY, ZH, **{"act": "export", "people": "3", "as": "csv"})
    assert (await other.post(f"{run}/stop", ZH))[0] == 303
    assert (await other.post(f"{run}/stop", ZH))[0] == 303
    entries = await world.staff.stores.audit.entries(["many_exported", "many_stopped"], 10)
    assert {(deed.kind, deed.by, deed.about, deed.after, deed.state) for deed in entries} == {
        ("many_exported", "console:admin", "csv", "0", "done"),
        ("many_stopped", "console:supervisor", "csv", "", "done"),
    }


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_may_not_is_not_led_there(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    assert MANY not in (await agent.get("/admin/contacts", **ZH))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("query", ["?audience=gone", "?tag=gone", "?find=broken", "?on=%3Cscript%3E"])
async def test_what_is_not_there_is_said(world: ContactWorld, query: str) -> None:
    admin = await world.signed_in("admin")
    status, shown = await admin.get(MANY + query, **ZH)
    assert status in (200, 409)
    assert "<script>alert" not in shown
    assert (await admin.post(MANY + query, ZH, act="tag", tag="gone", people="3"))[0] == 409


async def test_what_does_not_open_is_nobody(world: ContactWorld) -> None:
    """A colleague's link, or one that is cut off: everybody would get the tag."""
    admin = await world.signed_in("admin")
    find = world.parts.sealed("mei", "contacts", "小美", "")
    for query in (f"?find={find}", "?find=broken", f"?find={'A' * 3_000}"):
        for path in (MANY, "/admin/contacts"):
            status, shown = await admin.get(path + query, **ZH)
            assert (status, "陳小美" in shown) == (409, False)
        status, _ = await admin.post(MANY + query, ZH, act="tag", tag="咖啡", people="3")
        assert status == 409
    assert await world.staff.stores.bulk_runs.last(9) == []


async def test_the_longest_search_opens_again(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    condition = f"name: {'𠮷' * 190}"
    _, to = await admin.post("/admin/contacts", who="𠮷" * 60, where=condition)
    _, shown = await admin.get(to, **ZH)
    assert condition in shown


async def test_a_table_goes_to_who_has_ordered_it(world: ContactWorld) -> None:
    admin, other = await world.signed_in("admin"), await world.signed_in("supervisor")
    _, run = await admin.post(MANY, ZH, **{"act": "export", "people": "3", "as": "csv", "reveal": "1"})
    _, shown = await other.get(run, **ZH)
    assert "下載檔案" not in shown
    assert (await other.post(f"{run}/file", ZH))[0] == 404
    assert [row.what for row in await world.staff.stores.audit.of("main:U1")] == []
    assert (await admin.post(f"{run}/file", ZH))[0] == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_table_ends_with_the_role_of_who_fetches_it(
    world: ContactWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await world.signed_in("admin")
    _, run = await admin.post(MANY, ZH, **{"act": "export", "people": "3", "as": "jsonl"})
    real = BulkTable.pieces

    async def suspended_meanwhile(table: BulkTable) -> AsyncIterator[bytes]:
        await world.staff.change("admin", suspended=world.staff.clock.now())
        async for piece in real(table):
            yield piece

    monkeypatch.setattr(BulkTable, "pieces", suspended_meanwhile)
    with pytest.raises(ClientError):
        await admin.post(f"{run}/file", ZH)
    [ended] = await world.staff.stores.bulk_runs.last(9)
    assert ended.state == "stopped"
