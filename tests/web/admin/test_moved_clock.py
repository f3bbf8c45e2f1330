"""A simulator's clock was moved: the audit log goes by it; sessions, passwords and tokens do not age."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.admin import START_LIFE
from bot.operations.admins.accounts import RoleRequest, StaffAccounts
from bot.operations.admins.passwords import Passwords
from bot.operations.tokens import StaffTokens
from tests.conftest import ManualClock
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import CHEAP, PASSWORD, PLAYBOOK

BY = "console:boss"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_deeds_go_by_the_people_s_clock_and_ends_by_the_machine_s(worlds: StaffWorlds) -> None:
    people = ManualClock(worlds.clock.now() + timedelta(days=40))
    staff = await worlds({}, people=people)
    await staff.account("supervisor", "mei")
    await staff.account("admin", "boss")
    browser = staff.browser()
    await browser.get("/admin/sign-in")
    for password in ("another password", PASSWORD):
        await browser.post("/admin/sign-in", None, name="mei", password=password)
    assert (await browser.get("/admin/me"))[0] == 200, "as old as it is for the machine"
    assert (await browser.post("/admin/sign-out"))[0] == 303

    accounts = StaffAccounts(staff.stores, Passwords(CHEAP), staff.clock, people)
    start = await accounts.add(PLAYBOOK, "lin", RoleRequest("agent"), BY)
    assert start.until == staff.clock.now() + START_LIFE
    tokens = StaffTokens(staff.stores, staff.clock, people)
    made = await tokens.make("tills", "agent", 30, BY)
    assert made.token.until == staff.clock.now() + timedelta(days=30)
    assert await tokens.caller(made.text) is not None, "the simulated day of its end is past"
    await tokens.revoke(["tills"], BY)

    entries = await staff.stores.audit.entries(
        [
            *("admin_password_wrong", "admin_signed_in", "admin_signed_out"),
            *("admin_added", "token_made", "token_revoked"),
        ],
        9,
    )
    assert len(entries) == 6
    assert {one.at for one in entries} == {people.now()}
