"""K1: who has tried to sign in, and who has signed out, stands in the audit log; nobody fills it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.cli.language import language
from bot.model.audit import AuditEntry, AuditLine
from bot.model.translatable import ENGLISH
from bot.operations.actors import done_by
from bot.operations.audit_list import listed_entry
from bot.operations.audit_trail import entries
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, StaffWorld
from tests.web.admin.test_own_account import with_factor
from tests.web.admin.test_sign_in import sign_in

CHINESE = language("zh-TW", {})


@pytest.fixture
async def mei(staff: StaffWorld) -> StaffWorld:
    await staff.account("supervisor", "mei")
    return staff


async def test_wrong_passwords_of_an_hour_are_one_line(mei: StaffWorld, worlds: StaffWorlds) -> None:
    second = await worlds()
    began = mei.clock.now()
    opened = [world.browser() for world in (mei, second) for _ in range(3)]
    for one in opened:
        await one.get("/admin/sign-in")
    await asyncio.gather(*(sign_in(one, password="a wrong one") for one in opened))
    mei.clock.advance(20)
    await sign_in(mei.browser(), password="a wrong one")
    [told] = await entries(mei.stores, kinds=["admin_password_wrong"])
    assert (told.about, told.by, told.times, told.at) == ("mei", "", 7, began)
    assert told.last == began + timedelta(seconds=20)
    mei.clock.advance(3600)
    await sign_in(mei.browser(), password="a wrong one")
    assert [one.times for one in await entries(mei.stores, kinds=["admin_password_wrong"])] == [1, 7]
    rows = await mei.database.collection("audit").find({}).to_list(None)
    assert "a wrong one" not in str(rows)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_names_that_nobody_has_are_one_line_together(mei: StaffWorld) -> None:
    for number in range(5):
        await sign_in(mei.browser(), f"name{number}")
    await sign_in(mei.browser(), "<b>")
    [told] = await entries(mei.stores, kinds=["admin_password_wrong"])
    assert (told.about, told.times) == ("", 6)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_where_nothing_was_looked_at_nothing_is_told(mei: StaffWorld) -> None:
    for _ in range(13):
        await sign_in(mei.browser(), password="a wrong one")
    [told] = await entries(mei.stores, kinds=["admin_password_wrong"])
    assert told.times == 10, "the others were told to wait"


async def test_wrong_codes_are_told_for_whoever_knew_the_password(staff: StaffWorld) -> None:
    await with_factor(staff, await staff.account("admin", "mei"))
    browser = staff.browser()
    await sign_in(browser)
    for _ in range(12):
        assert (await browser.post("/admin/code", code="000000"))[0] == 422
    [told] = await entries(staff.stores, kinds=["admin_code_wrong"])
    assert (told.about, told.by, told.times) == ("mei", "", 10)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_signing_out_is_told_here_there_and_everywhere(mei: StaffWorld) -> None:
    account = await mei.stored("mei")
    here, there, third = [await mei.signed_in(account) for _ in range(3)]
    assert (await there.post("/admin/sign-out"))[0] == 303
    signed = await mei.sessions.signed(third.secret)
    assert signed is not None
    await here.post("/admin/me/sessions/end", session=signed.session.id)
    await here.post("/admin/me/sessions/end", session="0" * 64)
    await here.post("/admin/me/sessions/end")
    told = [(one.by, one.about, one.after) for one in await entries(mei.stores, kinds=["admin_signed_out"])]
    device = "Chrome · Windows"
    assert told == [
        ("console:mei", "mei", "elsewhere"),
        ("console:mei", device, ""),
        ("console:mei", device, ""),
    ]


@pytest.mark.parametrize(
    ("deed", "english", "chinese"),
    [
        (
            AuditEntry("admin_password_wrong", "", NOW, "mei", times=7, last=NOW),
            "wrong password when signing in|mei|7 times, last at 12:00|",
            "登入時密碼錯誤|mei|7 次，最後一次在 12:00|",
        ),
        (
            AuditEntry("admin_password_wrong", "", NOW),
            "wrong password when signing in|a name that nobody has||",
            "登入時密碼錯誤|不存在的帳號||",
        ),
        (
            AuditEntry("admin_second_factor", "console:mei", NOW, "mei", after="on"),
            "second factor changed|mei|turned on|by console:mei",
            "變更兩步驟驗證|mei|開啟|由 console:mei",
        ),
        (
            AuditEntry("admin_role", "console:mei", NOW, "amy", "agent", "group north"),
            "account given another role|amy|agent → group manager (north)|by console:mei",
            "變更帳號角色|amy|客服 → 區主管（north）|由 console:mei",
        ),
        (
            AuditEntry("admin_signed_out", "console:mei", NOW, "mei", after="elsewhere"),
            "has signed out|mei|everywhere else|by console:mei",
            "登出|mei|其他所有裝置|由 console:mei",
        ),
        (
            AuditEntry("admin_recovery_code", "console:mei", NOW, "mei", after="6"),
            "code for a lost phone used|mei|6 of them left|by console:mei",
            "使用備用碼登入|mei|還剩 6 組|由 console:mei",
        ),
    ],
)
def test_each_is_a_sentence_in_both_languages(deed: AuditEntry, english: str, chinese: str) -> None:
    for words, told in ((ENGLISH, english), (CHINESE, chinese)):
        said = listed_entry(AuditLine(deed), lambda at: "12:00")
        parts = (said.what, said.about, said.often or said.change, done_by(deed.by) if deed.by else "")
        assert "|".join(map(words.words, parts)) == told


async def test_no_password_stands_in_it(mei: StaffWorld) -> None:
    await sign_in(mei.browser(), "mei", PASSWORD + "x")
    await sign_in(mei.browser(), PASSWORD, "mei")
    told = str(await entries(mei.stores))
    assert PASSWORD not in told
