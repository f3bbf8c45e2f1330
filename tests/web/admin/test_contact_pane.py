"""E3, J1: the customer beside a chat: the page in a frame of our own, with what the whole team may change."""

from __future__ import annotations

from pathlib import Path

import pytest_asyncio

from bot.model.audit import AuditRow
from bot.web.admin.route import CONTACTS, PANE
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH

WHO = "main:U1"


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(person(1, "王小明", "VIP", phone="+886912345678"))
    return world


def beside(world: ContactWorld, account: str, action: str = "") -> str:
    return world.address(account, WHO, action).replace(CONTACTS, PANE, 1)


async def test_pages_of_ours_alone_may_frame_it(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    for address, framed in ((beside(world, "agent"), "self"), (world.address("agent", WHO), "none")):
        async with agent.http.get(agent.url.join(world.staff.server.make_url(address))) as answer:
            assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if framed == "self" else "DENY")
            assert f"frame-ancestors '{framed}'" in answer.headers["Content-Security-Policy"]
            assert ("phone-bar" in await answer.text()) == (framed == "none")


async def test_a_change_stays_beside_the_chat(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    here = beside(world, "agent")
    assert await agent.post(beside(world, "agent", "tag"), ZH, tag="咖啡", action="add") == (303, here)
    _, shown = await agent.get(here, **ZH)
    assert f'action="{beside(world, "agent", "tag")}"' in shown
    status, shown = await agent.post(beside(world, "agent", "tag"), ZH, tag="no such", action="add")
    assert (status, 'role="alert"' in shown) == (409, True)
    assert "+886912345678" in (await agent.post(beside(world, "agent", "reveal"), ZH))[1]
    admin = await world.signed_in("admin")
    for action in ("unbind", "erase", "flow", "merge"):
        assert (await admin.post(beside(world, "admin", action)))[0] == 404, action


async def test_who_of_staff_was_there_before_with_the_way_there(world: ContactWorld) -> None:
    for row in (
        AuditRow("taken:1", NOW, "console:amy", "taken_over", WHO),
        AuditRow("answered:1", NOW, "console:amy", "answered", WHO),
        AuditRow("tagged:1", NOW, "console:ben", "tagged", WHO),
    ):
        await world.staff.stores.audit.add(row)
    agent = await world.signed_in("agent")
    _, shown = await agent.get(beside(world, "agent"), **ZH)
    section = shown[shown.index('id="conversations"') :].partition("</section>")[0]
    assert (section.count("amy"), section.count("ben")) == (1, 0)
    assert f'href="{world.address("agent", WHO)}?show=conversation&amp;before=' in section
    assert 'target="_top"' in section
