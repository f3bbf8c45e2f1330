"""K3, A2: what was not sent, over the API: listed without whose, made once more once, dropped."""

from __future__ import annotations

import pytest

from bot.operations.declared import unsent
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
    monkeypatch.setattr(unsent, "PATIENCE", 0.0)
    return await bots(PLAYBOOK, line)


async def test_by_reason_and_channel_without_whose(api: ApiWorld, bot: Bot, line: ScriptedLine) -> None:
    letters = [await lost(bot, line), await lost(bot, line, BAD)]
    caller = await api.caller("supervisor")
    said = await caller.post("/unsent", {})
    assert [one["name"] for one in said.content["unsent"]] == [one.name for one in letters]
    assert said.content["next"] is None
    assert "U1" not in str([{**one, "contact": ""} for one in said.content["unsent"]])
    [one] = (await caller.post("/unsent", {"reason": [letters[1].reason]})).content["unsent"]
    assert one["name"] == letters[1].name
    assert f"({letters[1].reason}): {letters[1].detail}" in one["why"]
    assert (await caller.post("/unsent", {"channel": ["x"]})).content["unsent"] == []
    person = api.part(caller, "main:U1")
    assert len((await caller.post("/unsent", {"person": person})).content["unsent"]) == 2
    assert one["contact"] == person


async def test_a_list_of_many_goes_on(
    api: ApiWorld, bot: Bot, line: ScriptedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [await lost(bot, line) for _ in range(3)]
    monkeypatch.setattr(unsent, "SHOWN", 2)
    caller = await api.caller("supervisor")
    first = await caller.post("/unsent", {})
    second = await caller.post("/unsent", {"after": first.content["next"]})
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
    some = {"reason": [second.reason]}
    assert (await caller.post("/unsent/drop", some)).code == "refused"
    offer = (await caller.post("/unsent/drop/offer", some)).content
    assert (offer["number"], offer["question"]) == (1, "drop 1?")
    agreed = {**some, "fingerprint": offer["fingerprint"]}
    [dropped] = (await caller.post("/unsent/drop", agreed)).content["handled"]
    assert dropped["became"] == "dropped"
    [nobody] = (await caller.post("/unsent/resend", {"names": ["nothing"]})).content["handled"]
    assert nobody["became"] == "refused"
    rows = [row for row in await api.stores.audit.of("main:U1") if row.what in ("resent", "dropped")]
    assert {(row.what, row.actor) for row in rows} == {("resent", "token:crm"), ("dropped", "token:crm")}


async def test_one_is_shown_and_what_it_says_is_recorded(api: ApiWorld, bot: Bot, line: ScriptedLine) -> None:
    letter = await lost(bot, line)
    caller = await api.caller("supervisor", "crm")
    shown = (await caller.post("/unsent/show", {"name": letter.name})).content
    assert (shown["contents"], shown["doubt"], shown["costs"]) == (["text"], "same-key", True)
    assert await api.stores.audit.of("main:U1") == []
    revealed = (await caller.post("/unsent/show", {"name": letter.name, "reveal": True})).content
    assert revealed["contents"][0]["text"] == "到貨了"
    [row] = await api.stores.audit.of("main:U1")
    assert (row.what, row.actor) == ("revealed", "token:crm")
