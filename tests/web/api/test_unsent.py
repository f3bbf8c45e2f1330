"""K3, A2: what was not sent, over the API: listed without whose, made once more once, dropped."""

from __future__ import annotations

import pytest

from bot.web.api import records
from tests.operations.test_dead_letters import BAD, PLAYBOOK
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine
from tests.web.admin.test_unsent_page import carried_out, lost
from tests.web.api.api_world import ApiWorld


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
async def bot(bots: Bots, line: ScriptedLine, monkeypatch: pytest.MonkeyPatch, by_our_clock: None) -> Bot:
    monkeypatch.setattr(records, "PATIENCE", 0.0)
    return await bots(PLAYBOOK, line)


async def test_by_reason_and_channel_without_whose(api: ApiWorld, bot: Bot, line: ScriptedLine) -> None:
    letters = [await lost(bot, line), await lost(bot, line, BAD)]
    caller = await api.caller("supervisor")
    said = await caller.get("/unsent")
    assert [one["name"] for one in said.content["unsent"]] == [one.name for one in letters]
    assert said.content["next"] is None
    assert "U1" not in str([{**one, "contact": ""} for one in said.content["unsent"]])
    [one] = (await caller.get("/unsent", reason=letters[1].reason)).content["unsent"]
    assert one["name"] == letters[1].name
    assert one["why"].endswith(f"({letters[1].reason})")
    assert (await caller.get("/unsent", channel="x")).content["unsent"] == []
    assert (await caller.get("/unsent", days="0")).content["field"] == "query/days"
    assert (await caller.get("/unsent", days="x")).content["field"] == "query/days"


async def test_a_list_of_many_goes_on(
    api: ApiWorld, bot: Bot, line: ScriptedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [await lost(bot, line) for _ in range(3)]
    monkeypatch.setattr(records, "SHOWN", 2)
    caller = await api.caller("supervisor")
    first = await caller.get("/unsent")
    second = await caller.get("/unsent", after=first.content["next"])
    names = [one["name"] for said in (first, second) for one in said.content["unsent"]]
    assert sorted(names) == sorted(one.name for one in letters)


@pytest.mark.ring("all", "several processes of a bot")
async def test_made_once_more_once_and_dropped(api: ApiWorld, bot: Bot, line: ScriptedLine) -> None:
    first, second = await lost(bot, line), await lost(bot, line)
    caller = await api.caller("supervisor", "crm")
    calls = len(line.calls)
    for _ in range(2):
        said = await caller.post("/unsent/resend", {"names": [first.name]}, key="k" * 32)
        assert [one["became"] for one in said.content["handled"]] == ["under-way"]
    await carried_out(bot)
    assert len(line.calls) == calls + 1
    [again] = (await caller.post("/unsent/resend", {"names": [first.name]})).content["handled"]
    assert (again["became"], "crm (API token)" in again["why"]) == ("refused", True)
    assert (await caller.post("/unsent/drop", {"names": [second.name]})).code == "wrong"
    [dropped] = (await caller.post("/unsent/drop", {"names": [second.name], "confirm": "drop"})).content[
        "handled"
    ]
    assert dropped["became"] == "dropped"
    [nobody] = (await caller.post("/unsent/resend", {"names": ["nothing"]})).content["handled"]
    assert nobody["became"] == "refused"
    rows = [row for row in await api.stores.audit.of("main:U1") if row.what in ("resent", "dropped")]
    assert {(row.what, row.actor) for row in rows} == {("resent", "token:crm"), ("dropped", "token:crm")}
