"""G1: rich menus over the API: a plan, a sync bound to it, how far it is; another plan by now is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.operations.menu_sync_work import DIGEST
from bot.playbook.load import load
from tests.cli.test_richmenu import BOT, PICTURES
from tests.eventually import eventually
from tests.pictures import png
from tests.runtime.menus_at_line import MenuLine, menu_line
from tests.web.api.api_world import ApiWorld


@pytest.fixture
async def line(api: ApiWorld, tmp_path: Path) -> AsyncIterator[MenuLine]:
    folder = tmp_path / "menus"
    (folder / "cards").mkdir(parents=True)
    (folder / "bot.yaml").write_text(BOT.replace('database: "DATABASE"\n', ""), "utf-8")
    for name in PICTURES:
        (folder / "cards" / name).write_bytes(png(800, 540))
    found = load(folder, {})
    assert found.playbook is not None, found.problems
    assert found.settings is not None
    api.playbook, api.settings = replace(found.playbook, public="https://bot.example"), found.settings
    async with menu_line(api.database, folder) as made:
        api.line = made.url
        yield made


async def test_what_was_planned_is_done_once_and_no_other_plan(api: ApiWorld, line: MenuLine) -> None:
    caller = await api.caller("supervisor", "crm")
    planned = (await caller.get("/menus/plan", channel="main")).content
    assert {one["does"] for one in planned["steps"]} >= {"create", "default"}
    assert (planned["channel"], planned["foreign"], len(planned["digest"])) == ("main", 0, DIGEST)
    assert (await caller.get("/menus/plan")).content["digest"] == planned["digest"], "as long as it is so"
    assert await line.menus.listed() == [], "nothing is done yet"
    assert (await caller.get("/menus/progress")).content == {"run": None}
    other = await caller.post("/menus/sync", {"channel": "main", "digest": "0" * DIGEST})
    assert (other.status, other.code) == (409, "refused")
    assert "another one by now" in other.content["detail"]
    made = await caller.post("/menus/sync", {"channel": "main", "digest": planned["digest"]}, key="k" * 16)
    assert made.content["by"] == "token:crm"
    assert made.content["state"] == "runs"
    assert made.content["most"] == len(planned["steps"])
    again = await caller.post("/menus/sync", {"channel": "main", "digest": planned["digest"]}, key="k" * 16)
    assert again.content == made.content, "the same call is the same answer"

    async def state() -> str:
        return str((await caller.get("/menus/progress")).content["run"]["state"])

    await eventually(state, lambda said: said == "done")
    assert len(await line.menus.listed()) == 3
    run = (await caller.get("/menus/progress", channel="main")).content["run"]
    assert (run["lost"], run["again"]) == (False, None)
    late = await caller.post("/menus/sync", {"channel": "main", "digest": planned["digest"]})
    assert late.code == "refused", "what was planned is done"
    [action] = await api.stores.audit.entries(["menus_synced"], 10)
    assert (action.by, action.state, action.channel) == ("token:crm", "done", "main")


async def test_agents_and_unknown_channels_are_refused_and_line_that_is_away_is_said(api: ApiWorld) -> None:
    agent, caller = await api.caller("agent"), await api.caller("admin", "crm")
    for one in (await agent.get("/menus/plan"), await agent.get("/menus/progress")):
        assert one.status == 403
    asked = {"channel": "main", "digest": "0" * DIGEST}
    assert (await agent.post("/menus/sync", asked)).status == 403
    assert (await caller.get("/menus/plan", channel="x")).code == "refused"
    assert (await caller.post("/menus/sync", {**asked, "channel": "x"})).code == "refused"
    assert (await caller.post("/menus/sync", {**asked, "digest": "x"})).status == 422
    assert (await caller.get("/menus/plan")).code == "refused", "nobody is at that address"
    assert await api.stores.menu_syncs.of("main") is None
