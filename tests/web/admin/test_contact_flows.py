"""J2: out of a flow and anew, on a customer's page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.instance import Answer, Instance
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import WRITTEN, ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH

HER = "main:U1"
FLOWS = """
flows:
  welcome:
    title: 歡迎旅程
    states:
      一: {run: inner, next: 完}
      完: {end: true}
  inner: {states: {問: {ask: 幾歲, answer: number, give_up_after: {1d: 完}, next: 完}, 完: {end: true}}}
  shut: {status: closed, states: {一: {wait: 1d, next: 完}, 完: {end: true}}}
"""


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path, WRITTEN + FLOWS)
    runs = (
        Instance("welcome", "main", "一", 1, NOW, NOW, {"age": Answer("text", "x")}),
        Instance("inner", "main", "問", 1, NOW, NOW, parent="welcome"),
        Instance("shut", "main", "一", 1, NOW, NOW),
    )
    await world.add(replace(person(1, "王小明"), flows=runs))
    return world


def forms(page: str, flow: str) -> dict[str, dict[str, str]]:
    """What the buttons of a flow send, by what they do."""
    found = {}
    for form in re.findall(r'action="[^"]*/flow">(.*?)</form>', page, re.S):
        fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        if fields["flow"] == flow:
            fields.pop("proof")
            found[fields["action"]] = fields
    return found


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_ends_with_it_is_shown_and_it_is_ordered(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    page, deed = world.address("admin", HER), world.address("admin", HER, "flow")
    _, shown = await admin.get(page, **ZH)
    assert "會清掉 1 個回答" in shown
    assert "離開時會一起結束" in shown
    leave = forms(shown, "welcome")["leave"]
    assert await admin.post(deed, ZH, **leave) == (303, page)
    _, shown = await admin.get(page, **ZH)
    assert "已記下：已離開" in shown
    assert (await world.contact(HER)).flows, "no process runs that does it"
    rows = await world.staff.stores.audit.of(HER)
    assert ("flow_left", "console:admin", ("main", "welcome")) in [
        (row.what, row.actor, row.details) for row in rows
    ]


async def test_another_run_than_was_seen_and_a_flow_that_takes_nobody(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    deed = world.address("admin", HER, "flow")
    _, shown = await admin.get(world.address("admin", HER), **ZH)
    assert set(forms(shown, "shut")) == {"leave"}
    assert "不能重新開始：這個流程目前不收人" in shown
    wrong: tuple[dict[str, str], ...] = (
        {**forms(shown, "shut")["leave"], "action": "restart"},
        {**forms(shown, "welcome")["leave"], "began": "2020-01-01T00:00:00+00:00"},
        {**forms(shown, "welcome")["leave"], "flow": "<script>"},
        {},
    )
    for fields in wrong:
        status, page = await admin.post(deed, ZH, **fields)
        assert status == 409
        assert 'role="alert"' in page
        assert "<script>" not in page[page.index("<main") :]
    assert not [row for row in await world.staff.stores.audit.of(HER) if row.what.startswith("flow_")]


async def test_an_agent_sees_it_and_does_not_do_it(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    _, shown = await agent.get(world.address("agent", HER), **ZH)
    assert forms(shown, "welcome") == {}
    assert "歡迎旅程" in shown
    assert (await agent.post(world.address("agent", HER, "flow"), flow="welcome"))[0] == 403
