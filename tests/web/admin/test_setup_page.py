"""A3, A4: the set-up of an account in the console: what needs somebody and how; answers of persons."""

from __future__ import annotations

import pytest

from bot.model.admin import AdminRole
from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.operations.doctor.examine import Surroundings
from bot.web.admin.setup_pages import SetupPages
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

SECRET, TOKEN = "channel-secret-q8zx", "token-w7vy"
SETTINGS = Settings({"main": Channel("main", "@forest", "1", SECRET, TOKEN)})
NOWHERE = "http://127.0.0.1:9"
"""No LINE is there."""


@pytest.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    staff = await worlds()
    around = Surroundings(
        SETTINGS, None, NOWHERE, "https://127.0.0.1:9", worlds.clock.now(), stores=staff.stores, mistakes=2
    )
    await staff.stop()
    worlds.made.clear()
    return await worlds(SetupPages(lambda: around).handlers())


async def signed_in(world: StaffWorld, role: AdminRole) -> Staff:
    return await world.signed_in(await world.account(role))


async def test_what_needs_somebody_says_why_and_what_to_do(world: StaffWorld) -> None:
    status, page = await (await signed_in(world, "supervisor")).get("/admin/setup")
    assert status == 200
    assert "2 mistakes" in page
    assert "Why it matters: what has mistakes cannot be published" in page
    assert "https://127.0.0.1:9/webhook/main does not answer" in page
    assert SECRET not in page
    assert TOKEN not in page


async def test_who_is_neither_admin_nor_supervisor_sees_nothing(world: StaffWorld) -> None:
    """K1."""
    agent = await signed_in(world, "agent")
    assert (await agent.get("/admin/setup"))[0] == 403
    assert (await agent.post("/admin/setup/answer", channel="main", item="auto_reply", right="yes"))[0] == 403
    assert (await agent.post("/admin/setup/webhook", channel="main"))[0] == 403
    assert await world.stores.setup_replies.of("main") == []


async def test_an_answer_stands_with_its_name_until_it_is_taken_back(world: StaffWorld) -> None:
    """A4: in the audit log, too, without the words."""
    staff = await signed_in(world, "admin")
    _, to = await staff.post(
        "/admin/setup/answer", channel="main", item="enabled_by", right="yes", words="老闆 <b>阿明</b>"
    )
    assert to == "/admin/setup?channel=main#enabled_by"
    _, page = await staff.get("/admin/setup")
    assert "老闆 &lt;b&gt;阿明&lt;/b&gt;" in page
    [reply] = await world.stores.setup_replies.of("main")
    assert (reply.item, reply.right, reply.words) == ("enabled_by", True, "老闆 <b>阿明</b>")
    [deed] = await world.stores.audit.deeds(["setup_answered"], 10)
    assert "阿明" not in f"{deed.about}{deed.before}{deed.after}"
    await staff.post("/admin/setup/answer", channel="main", item="enabled_by")
    assert "not so yet" in (await staff.get("/admin/setup"))[1]


@pytest.mark.parametrize(
    ("item", "words", "says"),
    [
        ("enabled_by", "", "write the answer in a few words"),
        ("enabled_by", "x" * 201, "at most 200 characters"),
        ("linked_account", "", "nobody is asked"),
        ("../../etc", "", "nobody is asked"),
    ],
)
async def test_an_answer_that_is_none_is_refused(world: StaffWorld, item: str, words: str, says: str) -> None:
    staff = await signed_in(world, "admin")
    _, page = await staff.post("/admin/setup/answer", channel="main", item=item, right="yes", words=words)
    assert says in page
    assert await world.stores.setup_replies.of("main") == []


async def test_a_form_about_an_account_that_is_gone_changes_no_other(world: StaffWorld) -> None:
    staff = await signed_in(world, "admin")
    said = await staff.post("/admin/setup/answer", channel="old", item="auto_reply", right="yes")
    assert "not there any more" in said[1]
    assert "not there any more" in (await staff.post("/admin/setup/webhook", channel="old"))[1]
    assert await world.stores.setup_replies.of("main") == []


async def test_where_line_is_away_no_address_is_set(world: StaffWorld) -> None:
    """A2: nothing is said to be done that is not."""
    _, page = await (await signed_in(world, "admin")).post("/admin/setup/webhook", channel="main")
    assert "LINE did not answer" in page
    assert await world.stores.audit.deeds(["webhook_set"], 10) == []
