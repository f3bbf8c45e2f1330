"""A3, A4, A6, A7, A10: the set-up of an account in the console: what needs somebody and how; answers of
persons; linking and unlinking it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.admin import AdminRole
from bot.model.channel import Channel
from bot.model.settings import EnvironmentValue, Settings
from bot.operations.channels.rotate import EnvironmentHere
from bot.operations.doctor.examine import Surroundings
from bot.runtime.menus.menu_sync import at_once
from bot.store.database.mongo import Database
from bot.web.admin.setup_pages import SetupPages
from tests.runtime.menus_at_line import MAIN, MenuLine, menu_line
from tests.runtime.test_menu_sync import GUEST
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

SECRET, TOKEN = "channel-secret-q8zx", "token-w7vy"
SETTINGS = Settings({"main": Channel("main", "@forest", "1", SECRET, TOKEN)})
NOWHERE = "http://127.0.0.1:9"
"""No LINE is there."""


@pytest.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    around = Surroundings(
        SETTINGS, None, NOWHERE, "https://127.0.0.1:9", worlds.clock.now(), stores=worlds.stores, mistakes=2
    )
    return await worlds(SetupPages(lambda: around, at_once, EnvironmentHere(Path(), {})).handlers())


async def signed_in(world: StaffWorld, role: AdminRole) -> Staff:
    return await world.signed_in(await world.account(role))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_needs_somebody_says_why_and_what_to_do(world: StaffWorld) -> None:
    status, page = await (await signed_in(world, "supervisor")).get("/admin/setup")
    assert status == 200
    assert "2 mistakes" in page
    assert "Why it matters: what has mistakes cannot be published" in page
    assert "https://127.0.0.1:9/webhook/main does not answer" in page
    assert SECRET not in page
    assert TOKEN not in page


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
    for beside, at in (("auto_reply", "auto_reply"), ("", "area-person"), ("x", "area-person")):
        _, to = await staff.post(
            *("/admin/setup/answer",),
            channel="main",
            item="enabled_by",
            right="yes",
            words="阿明",
            beside=beside,
        )
        assert to == f"/admin/setup?channel=main#{at}", "one stays where one was"
    [deed, *_] = await world.stores.audit.entries(["setup_answered"], 10)
    assert "阿明" not in f"{deed.about}{deed.before}{deed.after}"
    await staff.post("/admin/setup/answer", channel="main", item="enabled_by")
    assert "not so yet" in (await staff.get("/admin/setup"))[1]


async def test_an_answer_that_is_none_is_refused(world: StaffWorld) -> None:
    staff = await signed_in(world, "admin")
    for item, words, says in (
        ("enabled_by", "", "write the answer in a few words"),
        ("enabled_by", "x" * 201, "at most 200 characters"),
        ("linked_account", "", "nobody is asked"),
        ("../../etc", "", "nobody is asked"),
    ):
        _, page = await staff.post("/admin/setup/answer", channel="main", item=item, right="yes", words=words)
        assert says in page, item
    assert await world.stores.setup_replies.of("main") == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_form_about_an_account_that_is_gone_changes_no_other(world: StaffWorld) -> None:
    staff = await signed_in(world, "admin")
    said = await staff.post("/admin/setup/answer", channel="old", item="auto_reply", right="yes")
    assert "not there any more" in said[1]
    for deed in ("link", "unlink"):
        assert "not there any more" in (await staff.post(f"/admin/setup/{deed}", channel="old"))[1]
    assert await world.stores.setup_replies.of("main") == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_where_line_is_away_no_address_is_set(world: StaffWorld) -> None:
    """A2: nothing is said to be done that is not."""
    _, page = await (await signed_in(world, "admin")).post("/admin/setup/link", channel="main")
    assert "have mistakes" in page
    assert await world.stores.audit.entries(["channel_linked"], 10) == []


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> AsyncIterator[MenuLine]:
    async with menu_line(database, tmp_path) as found:
        yield found


@pytest.fixture
async def at_line(worlds: StaffWorlds, line: MenuLine) -> StaffWorld:
    """The page beside a LINE that answers, whose webhooks go to another system, with two menus of ours."""
    wanted = line.wanted(GUEST)
    await line.sync().run(wanted)
    value = EnvironmentValue("${MAIN_SECRET}", "the-old-secret")
    secret: dict[tuple[str, ...], EnvironmentValue] = {("channels", "main", "channel_secret"): value}
    used = replace(MAIN, channel_secret="the-old-secret")
    playbook, settings = line.playbook(GUEST), Settings({"main": used}, written=secret)
    around = Surroundings(
        settings, playbook, line.url, "https://bot.example", worlds.clock.now(), stores=worlds.stores
    )
    return await worlds(SetupPages(lambda: around, at_once, EnvironmentHere(line.folder, {})).handlers())


async def test_a_new_secret_is_tried_and_written_by_an_administrator_alone(
    at_line: StaffWorld, line: MenuLine
) -> None:
    """A11, K1: neither page nor log shows one."""
    (line.folder / ".env").write_text("MAIN_SECRET=the-old-secret\n", "utf-8")
    supervisor, staff = await signed_in(at_line, "supervisor"), await signed_in(at_line, "admin")
    assert (await supervisor.post("/admin/setup/rotate", channel="main", secret="secret-of-nobody"))[0] == 403
    _, refused = await staff.post("/admin/setup/rotate", channel="main", secret="secret-of-nobody")
    assert "LINE does not know this pair" in refused
    assert "secret-of-nobody" not in refused
    assert (line.folder / ".env").read_text("utf-8") == "MAIN_SECRET=the-old-secret\n"
    _, to = await staff.post("/admin/setup/rotate", channel="main", secret=f" {MAIN.channel_secret} ")
    assert to == "/admin/setup?channel=main"
    assert (line.folder / ".env").read_text("utf-8") == f"MAIN_SECRET={MAIN.channel_secret}\n"


async def test_an_account_is_unlinked_once_its_name_is_typed(at_line: StaffWorld, line: MenuLine) -> None:
    """A7: what would go is shown with numbers; nothing goes before the name is typed."""
    staff = await signed_in(at_line, "admin")
    _, page = await staff.get("/admin/setup?channel=main&leave=1")
    assert "goes: 1 rich menu" in page
    assert "goes: the default rich menu" in page
    _, refused = await staff.post("/admin/setup/unlink", channel="main", typed="mian")
    assert "type the name of the account to unlink it: main" in refused
    assert len(await line.menus.listed()) == 1
    assert "aliases of tabs" not in page, "there is none"
    _, to = await staff.post("/admin/setup/unlink", channel="main", typed=" main ")
    assert to == "/admin/setup?channel=main"
    assert await line.menus.listed() == []
    assert (await at_line.stores.brakes.read()).channel_stop(MAIN.channel_id) is not None
    [deed] = await at_line.stores.audit.entries(["channel_unlinked"], 10)
    assert (deed.channel, deed.state) == ("main", "done")
    _, page = await staff.get("/admin/setup")
    assert "unlinked: nothing is said there" in page
    assert "Link it again" in page
    assert "what would go" not in page


async def test_another_systems_account_is_taken_once_its_host_is_typed(
    at_line: StaffWorld, line: MenuLine
) -> None:
    """A6: it is shown whose it is; what is typed otherwise asks LINE for nothing."""
    await line.client.set_webhook_endpoint("http://localhost:1/hook?token=their-secret")
    staff = await signed_in(at_line, "admin")
    _, page = await staff.get("/admin/setup")
    assert "LINE sends the webhooks to localhost" in page
    assert "their-secret" not in page
    _, refused = await staff.post("/admin/setup/link", channel="main", host="localhost", typed="localhos")
    assert "type localhost to take the account over" in refused
    _, refused = await staff.post("/admin/setup/link", channel="main")
    assert "Nothing was changed" in refused, "https://bot.example does not answer"
    there = await line.client.webhook_endpoint()
    assert there is not None
    assert there.url == "http://localhost:1/hook?token=their-secret"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_only_administrators_link_and_unlink(at_line: StaffWorld, line: MenuLine) -> None:
    """K1: a supervisor sees how the account stands, and its link, code and button (A10)."""
    staff = await signed_in(at_line, "supervisor")
    _, page = await staff.get("/admin/setup?leave=1")
    assert "This official account" in page
    assert "https://line.me/R/ti/p/%40forest" in page
    assert "&lt;a class=&#34;line-link&#34;" in page
    assert "/admin/links/code?channel=main&amp;kind=friend&amp;name=friend&amp;as=svg" in page
    for absent in ("Unlink this account", "Take the account over", "Have LINE send them here"):
        assert absent not in page
    for deed in ("link", "unlink"):
        assert (await staff.post(f"/admin/setup/{deed}", channel="main", typed="main"))[0] == 403
    assert len(await line.menus.listed()) == 1


async def test_a_simulator_says_that_no_real_account_is_connected(
    worlds: StaffWorlds, at_line: StaffWorld, line: MenuLine
) -> None:
    """A2, A10: how one is; nobody is given a link to add the pretend one, or asked to unlink it."""
    around = Surroundings(
        Settings({"main": MAIN}),
        line.playbook(GUEST),
        line.url,
        "https://bot.example",
        worlds.clock.now(),
        stores=worlds.stores,
        is_simulated=True,
    )
    pages = SetupPages(lambda: around, at_once, EnvironmentHere(line.folder, {}))
    staff = await signed_in(await worlds(pages.handlers()), "admin")
    _, page = await staff.get("/admin/setup?leave=1")
    assert page.index("no real official account is connected yet") < page.index('id="setup-sum"')
    assert "docs/going-live.md" in page
    for absent in ("line.me", "/admin/links/code", "Unlink this account", "/admin/setup/rotate"):
        assert absent not in page
