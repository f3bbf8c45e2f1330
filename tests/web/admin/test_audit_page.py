"""K1, B11: the audit log in the console: who, when, what, about whom; filters, its pages, its table."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from bot.model.audit import AuditEntry, AuditFilter, AuditRow
from bot.model.channel import Channel
from bot.model.contact import Contact
from bot.model.settings import Settings
from bot.operations.audit_list import PAGE
from bot.store.database.mongo import Database
from bot.store.events.audit import questions
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from bot.web.admin.audit_pages import AuditPages
from bot.web.admin.store_context import StoreContext
from tests.conftest import NOW
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, ZH, StaffWorld

CHANNELS = {"main": "森活", "b2b": "批發"}
EVIL = "<img src=x onerror=alert(1)>\u202e王"


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    channels = {name: Channel(name, f"@{name}", "1", "x", app_name=title) for name, title in CHANNELS.items()}
    console = worlds.console(lambda: PLAYBOOK, Settings(channels))
    desk = StoreContext(**console.fields_by_name(), staff=worlds.accounts)
    return await worlds(AuditPages(desk).handlers(), channels=CHANNELS)


async def some_lines(stores: Stores) -> None:
    """One of a contact of each channel, one of a merge, one that is no contact's."""
    audit = stores.audit
    await audit.add(AuditRow("a", NOW, "console:mei", "tagged", "main:U1", details=("VIP",)))
    await audit.add(AuditRow("b", NOW + timedelta(days=1), "member", "bound", "b2b:U2", details=("phone",)))
    merged = AuditRow("c", NOW + timedelta(days=2), "command:lin", "merged", "main:U3", "main:U1")
    await audit.add(merged)
    await audit.record(
        AuditEntry("admin_role", "console:mei", NOW + timedelta(days=3), "lin", "agent", "supervisor", id="d")
    )


def shown(page: str) -> list[str]:
    """The words of each line."""
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", one)).split()) for one in rows]


async def test_who_when_what_about_whom_the_last_first(
    staff: StaffWorld, database: Database, seal: Seal
) -> None:
    await store(database, seal, Contact("main:U1", name=EVIL))
    await some_lines(staff.stores)
    browser = await staff.signed_in(await staff.account("supervisor"))
    status, page = await browser.get("/admin/audit", **ZH)
    role, merged, bound, tagged = shown(page)
    assert status == 200
    assert "mei 變更帳號角色 lin 客服 → 主管" in role
    assert "lin（終端機）" in merged
    assert "客人自己 綁定 b2b:U•••• 看客人資料 手機" in bound
    assert "mei 貼標籤" in tagged
    assert "VIP" in tagged
    assert "<img" not in page
    assert "main:U1" not in page, "an id of LINE's is masked"
    [looked] = await staff.stores.audit.entries(["people_searched"], 10)
    assert (looked.by, looked.about, looked.times) == ("console:supervisor", "audit", 1)


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by=console:mei", "eda"),
        ("by=member", "b"),
        ("by=console:me", ""),
        ("kind=merged", "c"),
        ("kind=nothing", "edcba"),
        ("of=b2b", "eb"),
        ("of=main", "ca"),
        ("of=.*", "edcba"),
        ("of=b2b&kind=binding_paused", "e"),
        ("of=b2b&by=member", "b"),
        ("by=console:mei&kind=tagged", "a"),
    ],
)
async def test_filters_stand_in_the_address(staff: StaffWorld, query: str, found: str) -> None:
    await some_lines(staff.stores)
    at = NOW + timedelta(days=4)
    await staff.stores.audit.record(
        AuditEntry("binding_paused", "console:mei", at, "b2b", id="e", channel="b2b")
    )
    browser = await staff.signed_in(await staff.account("admin"))
    status, page = await browser.get(f"/admin/audit?{query}")
    whats = {
        "a": "tagged",
        "b": "bound",
        "c": "merged",
        "d": "account given another role",
        "e": "binding paused",
    }
    assert status == 200
    lines = shown(page)
    assert len(lines) == len(found)
    assert all(whats[name] in line for name, line in zip(found, lines, strict=True))


async def test_by_day_of_the_team(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    midnight = NOW.astimezone(ZoneInfo("Asia/Taipei")).replace(hour=0, minute=0, second=0, microsecond=0)
    for name, at in {"before": midnight - timedelta(seconds=1), "on": midnight}.items():
        await staff.stores.audit.add(AuditRow(name, at, "console:mei", "tagged", "main:U1", details=(name,)))
    day = f"{midnight:%Y-%m-%d}"
    [line] = shown((await browser.get(f"/admin/audit?from={day}&to={day}"))[1])
    assert line.endswith(" on")
    for wrong in ("from=yesterday", f"from={day}&to=2020-01-01"):
        status, page = await browser.get(f"/admin/audit?{wrong}")
        assert (status, len(shown(page))) == (422, 2), wrong
    assert (await browser.get("/admin/audit?from=0001-01-01&to=9999-12-31"))[0] == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_of_a_contact_whose_part_is_of_one_account(staff: StaffWorld) -> None:
    await some_lines(staff.stores)
    mei, lin = [await staff.signed_in(await staff.account("admin", name)) for name in ("mei", "lin")]
    _, page = await mei.get("/admin/audit?kind=tagged")
    part = re.search(r"contact=([\w-]+)", page)
    assert part is not None
    status, page = await mei.get(f"/admin/audit?contact={part[1]}")
    assert (status, len(shown(page))) == (200, 2), "what was done to them, and whom they were merged with"
    assert (await lin.get(f"/admin/audit?contact={part[1]}"))[0] == 422


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_pages_by_place_lose_and_double_nothing(staff: StaffWorld) -> None:
    """Many of one moment: the place is a moment and a line."""
    for number in range(PAGE + 7):
        at = NOW - timedelta(seconds=number // 20)
        row = AuditRow(f"x{number:03}", at, "console:mei", "set", "main:U1", details=(f"n{number}",))
        await staff.stores.audit.add(row)
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/audit?kind=set")
    further = re.search(r'rel="next" href="([^"]*)"', page)
    assert further is not None
    await staff.stores.audit.add(AuditRow("new", NOW + timedelta(days=1), "console:mei", "set", "main:U1"))
    _, behind = await browser.get(unescape(further[1]))
    said = [line.split()[-1] for line in shown(page) + shown(behind)]
    assert (len(said), set(said)) == (PAGE + 7, {f"n{number}" for number in range(PAGE + 7)})
    assert 'rel="next"' not in behind


async def test_titles_stand_for_names_of_the_playbook(staff: StaffWorld) -> None:
    audit = staff.stores.audit
    await audit.add(AuditRow("a", NOW, "console:mei", "answered", "main:U1", details=("main",)))
    to = ("b2b", "console:lin")
    await audit.add(AuditRow("b", NOW + timedelta(hours=1), "console:mei", "assigned", "main:U1", details=to))
    what = ("main", "survey")
    await audit.add(
        AuditRow("c", NOW + timedelta(hours=2), "console:mei", "flow_left", "main:U1", details=what)
    )
    at = NOW + timedelta(hours=3)
    await audit.record(
        AuditEntry("binding_resumed", "console:mei", at, "b2b", "console:lin", id="d", channel="b2b")
    )
    await audit.record(
        AuditEntry("many_tagged", "console:mei", at + timedelta(hours=1), "VIP", after="5", id="e")
    )
    browser = await staff.signed_in(await staff.account("admin"))
    many, resumed, left, given, answered = shown((await browser.get("/admin/audit", **ZH))[1])
    assert many.endswith("VIP 5 人")
    assert resumed.endswith("批發 原本由 lin 停用")
    assert left.endswith("森活 · 「survey」")
    assert given.endswith("批發 · lin")
    assert answered.endswith("森活")


async def test_the_table_is_safe_and_a_line_itself(staff: StaffWorld) -> None:
    await staff.stores.audit.record(AuditEntry("members_imported", "console:mei", NOW, "=cmd|' /C calc'!A0"))
    await staff.stores.audit.add(AuditRow("a", NOW, "console:mei", "tagged", "main:U1", details=("VIP",)))
    browser = await staff.signed_in(await staff.account("admin"))
    status, table = await browser.post("/admin/audit/table?by=console:mei", ZH)
    lines = table.splitlines()
    assert (status, len(lines)) == (200, 3)
    assert lines[0].startswith("\ufeff時間,操作人,動作,")
    assert ",'=cmd|" in table
    assert ",main:U1,,VIP,,,,tagged" in table
    [deed] = await staff.stores.audit.entries(["audit_listed"], 10)
    assert (deed.by, deed.after, deed.state) == ("console:admin", "2", "done")
    assert (await browser.post("/admin/audit/table?from=x"))[0] == 422
    assert len(await staff.stores.audit.entries(["audit_listed"], 10)) == 1


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_was_erased_is_the_number_of_a_certificate(staff: StaffWorld, database: Database) -> None:
    """J1: the line stays, and is nobody's."""
    await staff.stores.audit.add(AuditRow("a", NOW, "console:mei", "tagged", "main:U1"))
    await database.collection("audit").update_one({"_id": "a"}, {"$set": {"contact": "E7", "erased": "E7"}})
    browser = await staff.signed_in(await staff.account("admin"))
    [line] = shown((await browser.get("/admin/audit", **ZH))[1])
    assert "已刪除（證明 E7）" in line
    assert "E7" in (await browser.post("/admin/audit/table"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        (AuditFilter(), 60),
        (AuditFilter(by="console:a1"), 60),
        (AuditFilter(kinds=("set",)), 60),
        (AuditFilter(channel="b2b"), 60),
        (AuditFilter(contact="main:U7"), 60),
        (AuditFilter(since=NOW - timedelta(hours=1), until=NOW - timedelta(minutes=30)), 60),
    ],
)
async def test_each_page_is_by_an_index(
    staff: StaffWorld, database: Database, wanted: AuditFilter, most: int
) -> None:
    """1,000,000 lines: a page looks at no more documents than it shows."""
    kinds = ("set", "tagged", "bound")
    await database.collection("audit").insert_many(
        {
            "_id": f"x{n}",
            "at": NOW - timedelta(minutes=n),
            "who": f"console:a{n % 9}",
            "what": kinds[n % 3],
            "contact": f"{'b2b' if n % 5 == 0 else 'main'}:U{n % 500}",
            **({"channel": "b2b"} if n % 7 == 0 else {}),
        }
        for n in range(3_000)
    )
    for where, index in questions(wanted):
        asked = {"find": "audit", "filter": where, "sort": {"at": -1, "_id": -1}, "limit": most}
        told = database.collection("audit").driver.database.command(
            "explain", asked if index is None else {**asked, "hint": index}, verbosity="executionStats"
        )
        assert told["executionStats"]["totalDocsExamined"] <= most
    assert await staff.stores.audit.lines(wanted, most)
