"""D1, D2, M4: clerks from a table, suspended, given new codes, their people handed over and counted."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, get_args

import pytest

from bot.engine.times.local_time import LAST
from bot.model.clerk import ClerkRole, StoreClerk
from bot.model.contact import Clerk, Contact, Identity
from bot.model.counts import BOUND, OF_CLERKS
from bot.model.mark import Mark
from bot.model.translatable import ENGLISH, Language, Refusal
from bot.operations import clerk_import, clerks, import_report
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.clerk_codes import renew
from bot.operations.clerk_file import ClerkLine, clerk_table, parse_clerk_line
from bot.operations.clerk_import import ClerkImport, import_clerks
from bot.operations.import_report import LineRefused
from bot.store.stores import Stores
from bot.translations.chinese import CHINESE
from tests.conftest import NOW
from tests.operations.member_lists import written
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine

PLAYBOOK = compiled(
    """
store_groups: {north: {title: 北部門市}}
stores: {xinyi: {title: 信義店, group: north}, banqiao: {title: 板橋店}}
rules:
  - {when: {text: 專員}, reply: "{{ store.title or 門市 }}{{ clerk.name or 專員 }}"}
"""
)
HEAD = "number,name,store,role,phone,old_code,old_code_until\n"
STAFF = HEAD + "A01,小安,信義店,,0912345678,EMP-1,2099-01-01\na02,小寧,banqiao,店長,,,\nH01,小總,,總公司,,,\n"


async def taken(stores: Stores, text: str) -> ClerkImport:
    with written(text, "clerks.csv") as file:
        lines = clerk_table(BytesIO(file.read_bytes()), file.name).lines
        return await import_clerks(stores, PLAYBOOK, file.name, iter(lines), "command:test")


async def test_a_day_for_ever_is_one_and_breaks_nothing_off(stores: Stores) -> None:
    done = await taken(stores, HEAD + "A01,小安,信義店,,,EMP-1,9999-12-31\nA02,小寧,信義店,,,,\n")
    assert (done.new, done.refused) == (2, 0)
    [own, old] = (await everybody(stores))["A01"].codes
    assert (own.until, old.until) == (None, LAST)


async def test_zeros_that_a_spreadsheet_has_taken_make_nobody_twice(stores: Stores) -> None:
    """D1: saved by a spreadsheet, 007 is 7: everybody would be new, with a new code and nobody of theirs."""
    await taken(stores, HEAD + "007,小安,信義店,,,,\n0A1,小寧,信義店,,,,\n000,小零,信義店,,,,\n")
    again = await taken(stores, HEAD + "7,小安,信義店,,,,\nA1,小真,信義店,,,,\n8,小新,信義店,,,,\n")
    assert (again.new, again.refused) == (2, 1)
    assert ENGLISH.text(again.refused_lines[0].why).startswith("the number 7 is new, and there is 007: ")
    back = await taken(stores, HEAD + "00008,小新,信義店,,,,\n8,小新,板橋店,,,,\n")
    assert (back.new, back.changed, back.refused) == (0, 1, 1)
    assert (await everybody(stores)).keys() == {"007", "0A1", "000", "A1", "8"}


async def test_of_two_new_lines_that_differ_by_zeros_in_front_the_first_is_taken(stores: Stores) -> None:
    """D1: however far apart they stand in the file."""
    done = await taken(stores, HEAD + "009,小安,信義店,,,,\n9,小安,信義店,,,,\n")
    assert (done.new, [one.line for one in done.refused_lines]) == (1, [3])
    assert (await everybody(stores)).keys() == {"009"}


async def test_lines_are_read_beside_what_else_is_served(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of lines with names that are like no other would keep webhooks waiting for seconds."""
    loop, was_served = asyncio.get_running_loop(), []

    def slow(*line: Any) -> ClerkLine:
        served = threading.Event()
        loop.call_soon_threadsafe(served.set)
        was_served.append(served.wait(10))
        return parse_clerk_line(*line)

    monkeypatch.setattr(clerk_import, "parse_clerk_line", slow)
    assert (await taken(stores, STAFF)).new == 3
    assert was_served == [True] * 3


async def everybody(stores: Stores) -> dict[str, StoreClerk]:
    return {clerk.number: clerk async for clerk in stores.clerks.all()}


def figures(done: ClerkImport) -> tuple[int, int, int, int]:
    return done.new, done.changed, done.same, done.refused


async def test_taken_once_more_nothing_changes(stores: Stores) -> None:
    assert figures(await taken(stores, STAFF)) == (3, 0, 0, 0)
    before = await everybody(stores)
    assert figures(await taken(stores, STAFF)) == (0, 0, 3, 0)
    assert await everybody(stores) == before
    assert [before[number].code is None for number in ("A01", "A02", "H01")] == [False, False, True]
    assert (before["A01"].store, before["A01"].phone, before["A02"].role) == (
        "xinyi",
        "+886912345678",
        "store_manager",
    )


async def test_only_what_differs_is_changed(stores: Stores) -> None:
    """A clerk who changes store keeps number and code; an empty cell says nothing."""
    await taken(stores, STAFF)
    before = (await everybody(stores))["A01"]
    done = await taken(stores, HEAD + "Ａ０１,小安,板橋店,,,,\n")
    assert figures(done) == (0, 1, 0, 0)
    assert (await everybody(stores))["A01"] == replace(before, store="banqiao")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "A01,小安,火星店,,,,",
            'the playbook has no store "火星店"; stores and groups stand in the playbook',
        ),
        ("A01,小安,信意店,,,,", 'the playbook has no store "信意店"; a similar name exists: "信義店"'),
        ("A01,小安,,,,,", "has no store"),
        ("A01,,信義店,,,,", "has no name"),
        (",小安,信義店,,,,", "has no number"),
        ("A 01,小安,信義店,,,,", 'the number "A 01" has a space in it'),
        (f"{'A' * 41},小安,信義店,,,,", "the number has more than 40 characters"),
        ("A01,小\x07安,信義店,,,,", "the name has a sign that cannot be shown"),
        ("A01,小安,信義店,,12345,,", "the phone is no mobile number"),
        ("A01,小安,信義店,,9.12E+08,,", "the phone is no mobile number"),
        ("A01,小安,信義店,老闆,,,", 'the role is "老闆"; there are clerk'),
        ("A01,小安,,區主管,,,", "has no group of stores"),
        ("A01,小安,信義店,,,EMP-1,", "an old code needs a day until which it is led on"),
        ("A01,小安,信義店,,,EMP-1,2020-01-01", "the day until which the old code is led on is over"),
        ("A01,小安,信義店,,,EMP-1,someday", '"someday" is no date'),
        (f"A01,小安,信義店,,,{'E' * 65},2099-01-01", "is no code"),
        (f"A01,小安,信義店,,,{'E ' * 11},2099-01-01", "has more than 10 old codes"),
    ],
)
def test_why_a_line_is_refused(line: str, why: str) -> None:
    names = HEAD.strip().split(",")
    with pytest.raises(LineRefused) as refused:
        parse_clerk_line(dict(zip(names, line.split(","), strict=True)), PLAYBOOK, NOW)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "phone", ["912345678", "0912-345-678", "+886 912 345 678", "886912345678", "０９１２３４５６７８"]
)
def test_a_phone_as_spreadsheets_leave_it(phone: str) -> None:
    told = parse_clerk_line(
        {"number": "A01", "name": "小安", "store": "信義店", "phone": phone}, PLAYBOOK, NOW
    )
    assert told.phone == "+886912345678"


def test_the_head_of_a_group_has_a_group(stores: Stores) -> None:
    told = parse_clerk_line(
        {"number": "G1", "name": "小北", "store": "北部門市", "role": "區主管"}, PLAYBOOK, NOW
    )
    assert (told.role, told.store, told.group) == ("group", "", "north")


@pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh-TW"])
def test_a_list_of_clerks_is_a_table_that_can_be_imported(language: Language) -> None:
    """What it calls the roles is what an import understands."""
    for role in get_args(ClerkRole):
        place = "北部門市" if role == "group" else "信義店"
        line = {"number": "A01", "name": "小安", "store": place, "role": language.text(ROLE_NAMES[role])}
        assert parse_clerk_line(line, PLAYBOOK, NOW).role == role


async def test_refused_lines_cost_no_other_and_are_told_by_number(stores: Stores) -> None:
    text = (
        STAFF
        + "A03,小三,火星店,,,,\nA01,又是小安,信義店,,,,\n"
        + "A04,小四,信義店,,,emp1,2099-01-01\nA05,=1+1,信義店,,,,\n"
    )
    done = await taken(stores, text)
    assert figures(done) == (4, 0, 0, 3)
    assert {one.line: str(one.why).partition(";")[0] for one in done.refused_lines} == {
        5: 'the playbook has no store "火星店"',
        6: "this clerk stands in line 2 already",
        7: "an old code of this clerk leads to another one already",
    }
    assert (await everybody(stores))["A05"].name == "=1+1", "kept as it is, and defused where it is written"


async def test_of_many_refused_lines_only_some_are_told(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_report, "LISTED_LINES", 3)
    done = await taken(stores, HEAD + "".join(f"A{n},x,火星店,,,,\n" for n in range(2_000)))
    assert (done.refused, len(done.refused_lines)) == (2_000, 3)


async def test_a_file_that_never_ends_is_another_file(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk_import, "MOST", 600)
    with pytest.raises(Refusal, match="more than 600 clerks"):
        await taken(stores, HEAD + "".join(f"A{n},x,xinyi,,,,\n" for n in range(2_000)))
    assert len(await everybody(stores)) == 500


async def test_two_imports_at_once_and_a_suspension_lose_nothing(stores: Stores) -> None:
    await taken(stores, STAFF)
    await asyncio.gather(
        taken(stores, HEAD + "A01,小安安,信義店,,,,\n"),
        taken(stores, HEAD + "A01,小安安,信義店,,0911222333,,\n"),
        clerks.suspend(stores, ["A01"], "command:test"),
    )
    clerk = (await everybody(stores))["A01"]
    assert (clerk.name, clerk.phone) == ("小安安", "+886911222333")
    assert clerk.suspended is not None


async def test_suspended_and_back(stores: Stores) -> None:
    await taken(stores, STAFF)
    assert await clerks.suspend(stores, ["a01", "A02"], "command:test") == ["A01", "A02"]
    assert await clerks.suspend(stores, ["A01"], "command:test") == []
    assert await clerks.suspend(stores, ["A01"], "command:test", lift=True) == ["A01"]
    with pytest.raises(clerks.NoClerk, match='no clerk has the number "B99"'):
        await clerks.suspend(stores, ["A01", "B99"], "command:test")
    audit = [row async for row in stores.database.collection("audit").find({}).sort("order", 1)]
    assert [row["what"] for row in audit] == ["clerks_imported", *["clerk_suspended"] * 2, "clerk_resumed"]
    assert "小安" not in str(audit)


async def test_a_new_code_and_how_long_the_old_one_leads_on(stores: Stores) -> None:
    await taken(stores, STAFF)
    now = datetime.now(UTC)
    first = (await everybody(stores))["A01"].code or ""
    [one] = await renew(stores, ["A01"], "command:test", old_until=now + timedelta(days=7))
    assert one.code not in (None, first)
    assert await stores.clerks.by_code(first, now) is not None
    assert await stores.clerks.by_code(first, now + timedelta(days=8)) is None
    assert await stores.clerks.by_code("EMP-1", now + timedelta(days=8)) is not None
    [after] = await renew(stores, ["A01"], "command:test")
    assert [await stores.clerks.by_code(old, now) for old in (first, one.code or "", "EMP-1")] == [None] * 3
    assert await stores.clerks.by_code(after.code or "", now) == after
    with pytest.raises(Refusal, match="works in no store"):
        await renew(stores, ["H01"], "command:test")


async def test_an_import_neither_ends_nor_lengthens_a_code_of_ours(stores: Stores) -> None:
    """A file that names a clerk's own code as an old one does not end it."""
    await taken(stores, STAFF)
    own = (await everybody(stores))["A01"].code
    done = await taken(stores, HEAD + f"A01,小安,信義店,,,{own},2099-01-01\n")
    assert figures(done) == (0, 0, 1, 0)
    assert (await everybody(stores))["A01"].code == own


# -- handing over


def bound(number: int, clerk: Clerk) -> Contact:
    user = f"U{number:03}"
    return Contact(f"main:{user}", identities=(Identity("main", user, friend=True),), clerk=clerk)


async def born(bot: Bot, *contacts: Contact) -> None:
    await come(bot.contacts, *contacts)


async def decided(bot: Bot) -> None:
    """A bot begins, finds what was asked of it while none ran, and ends when it is done."""
    await bot.start()
    await bot.settle()
    await bot.runtime.stop()


@pytest.mark.ring("all", "several processes of a bot")
async def test_people_are_handed_over_once_each_and_it_is_said_in_the_audit_log(
    stores: Stores, bots: Bots
) -> None:
    await taken(stores, STAFF)
    staff, line = await everybody(stores), ScriptedLine()
    an = Clerk(staff["A01"].code or "", "小安", "xinyi", NOW - timedelta(days=9), "A01")
    bot = bots.make(PLAYBOOK, line)
    await born(bot, *(bound(number, an) for number in range(40)), bound(99, replace(an, number="A09")))

    handing = await clerks.handing_over(stores, "a01", "A02")
    assert handing.people == 40
    assert await clerks.hand_over(stores, handing, "command:test") == 40
    assert await clerks.hand_over(stores, handing, "command:test") == 0, "broken off, it is done again"
    await decided(bot)
    after = (await bot.stored("U007")).contact.clerk
    assert after == Clerk(staff["A02"].code or "", "小寧", "banqiao", an.at, "A02")
    assert (await bot.stored("U099")).contact.clerk == replace(an, number="A09")
    assert await stores.clerks.how_many_people() == {"A02": 40, "A09": 1}
    assert line.texts() == []
    assert [row.what for row in await bot.timeline("U007")] == ["staff: hand over to another clerk"]
    [told] = await stores.audit.of("main:U007")
    assert (told.what, told.actor, told.details) == ("clerk_handed_over", "command:test", ("A01", "A02"))

    back = await clerks.handing_over(stores, "A02", "A01")  # and again, which is no repetition
    assert await clerks.hand_over(stores, back, "command:test") == 40
    await decided(bots.make(PLAYBOOK, line))
    again = await clerks.handing_over(stores, "A01", "A02")
    assert await clerks.hand_over(stores, again, "command:test") == 40
    await decided(bots.make(PLAYBOOK, line))
    assert await stores.clerks.how_many_people() == {"A02": 40, "A09": 1}


async def test_who_changes_store_takes_their_people_along_when_that_is_said(
    stores: Stores, bots: Bots
) -> None:
    await taken(stores, STAFF)
    an = Clerk((await everybody(stores))["A01"].code or "", "小安", "xinyi", NOW, "A01")
    bot = bots.make(PLAYBOOK)
    await born(bot, bound(1, an))
    done = await taken(stores, HEAD + "A01,小安,板橋店,,,,\n")
    assert done.left_behind == {"A01": 1}
    assert await clerks.hand_over(stores, await clerks.handing_over(stores, "A01", "A01"), "x") == 1
    await decided(bot)
    assert (await bot.stored("U001")).contact.clerk == replace(an, store="banqiao")
    assert await clerks.hand_over(stores, await clerks.handing_over(stores, "A01", "A01"), "x") == 0


@pytest.mark.parametrize(
    ("to", "why"), [("H01", "works in no store"), ("A02", "is suspended"), ("B1", "no clerk has the number")]
)
async def test_to_whom_nobody_is_handed_over(stores: Stores, to: str, why: str) -> None:
    await taken(stores, STAFF)
    await clerks.suspend(stores, ["A02"], "command:test")
    with pytest.raises(clerks.NoClerk, match=why):
        await clerks.handing_over(stores, "A01", to)


# -- counts


async def test_counts_by_day_store_and_clerk(stores: Stores) -> None:
    await taken(stores, STAFF)
    today = datetime.now(UTC).astimezone(PLAYBOOK.zone).date()
    for days, about, times in (
        (0, ("A01", "xinyi"), 2),
        (1, ("A02", "banqiao"), 1),
        (40, ("A01", "xinyi"), 5),
    ):
        for _ in range(times):
            day = (today - timedelta(days=days)).isoformat()
            await stores.counts.add(day, Mark("main", OF_CLERKS, BOUND, about))
    found = await clerks.counts(stores, PLAYBOOK, None, 30)
    assert [(one.number, one.store, one.bound) for one in found] == [
        ("A02", "板橋店", 1),
        ("A01", "信義店", 2),
    ]
    shown = await clerks.all_clerks(stores, PLAYBOOK, "北部門市", 30)
    assert [(one.number, one.bound, one.people) for one in shown] == [("A01", 2, 0)]
    with pytest.raises(clerks.NoClerk, match="a similar name exists"):
        await clerks.all_clerks(stores, PLAYBOOK, "信意店", 30)
