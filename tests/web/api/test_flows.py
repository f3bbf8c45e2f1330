"""H6, H7, G3: journeys, flows and rich menus over the API: how they stand, closing and pausing them."""

from __future__ import annotations

from pathlib import Path

from bot.model.audit import AuditEntry
from bot.playbook.load import load
from tests.pictures import png
from tests.store.test_people import store
from tests.web.admin.flow_world import BOOK, VIP_COUNTS, counted, in_step, way
from tests.web.api.api_world import ApiWorld

MENUS = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rich_menus:
  - {menu: 訪客, image: guest.png, grid: [甲], areas: {甲: {label: 看看, send: 好}}}
rules: [{when: {text: 好}, reply: 好}]
"""


async def test_how_flows_stand_and_who_is_where(api: ApiWorld) -> None:
    api.playbook = BOOK
    await store(api.database, api.seal, in_step("U1", "vip", "hello"), in_step("U2", "vip", "again"))
    await counted(api.stores, {**VIP_COUNTS, way("hello", "again"): 3})
    caller = await api.caller("agent")
    vip, quiz = (await caller.get("/flows")).content["flows"]
    assert (vip["people"], vip["journey"], vip["more"], vip["entered"], vip["left"]) == (2, True, False, 5, 1)
    assert vip["stands"] == [{"channel": "main", "kinds": ["live"], "why": None}]
    assert (quiz["journey"], quiz["people"]) == (False, 0)
    figures = (await caller.get("/flows/figures", flow="vip")).content
    assert {one["state"]: one["people"] for one in figures["steps"]} == {"hello": 1, "again": 1, "done": 0}
    assert [one["number"] for one in figures["ways"]] == [5, 3, 0]


async def test_a_flow_is_closed_with_a_reason_and_open_again(api: ApiWorld) -> None:
    api.playbook = BOOK
    caller = await api.caller("supervisor", "crm")
    asked = {"flow": "vip", "reason": "文案寫錯了"}
    made = (await caller.post("/flows/close", asked)).content
    assert (made["limit"], made["by"], made["new"], made["people"]) == ("closed", "token:crm", True, 0)
    assert (await caller.post("/flows/close", asked)).content["new"] is False
    assert (await caller.post("/flows/pause", {**asked, "reason": " \u200b "})).code == "refused"
    [limit] = (await caller.get("/flows/limits")).content["flows"]
    assert (limit["flow"], limit["reason"]) == ("vip", "文案寫錯了")
    [vip, _] = (await caller.get("/flows")).content["flows"]
    assert vip["stands"][0]["kinds"] == ["closed"]
    assert (await caller.post("/flows/resume", {"flow": "vip"})).code == "refused"
    assert (await caller.post("/flows/open", {"flow": "vip"})).content["flow"] == "vip"
    assert (await caller.get("/flows/limits")).content == {"flows": [], "menus": []}


async def test_what_a_command_says_of_flows_is_there_for_programs_too(api: ApiWorld) -> None:
    """H6, H7: how a flow stands on its channels, and what was counted day by day."""
    api.playbook = BOOK
    await store(api.database, api.seal, in_step("U1", "vip", "hello"))
    await counted(api.stores, VIP_COUNTS)
    caller = await api.caller("agent")
    [vip] = (await caller.get("/flows/status", flow="vip")).content["flows"]
    assert [(one["channel"], one["state"], one["people"]) for one in vip["channels"]] == [("main", "live", 1)]
    found = (await caller.get("/flows/counts", flow="vip")).content
    assert [one["entered"] for one in found["days"]] == [5]
    assert found["here"] == [{"channel": "main", "state": "hello", "held": None, "number": 1}]


async def test_a_menu_is_paused_and_shown_again(api: ApiWorld, tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(MENUS, "utf-8")
    (tmp_path / "guest.png").write_bytes(png(800, 540))
    playbook = load(tmp_path, {}).playbook
    assert playbook is not None
    api.playbook = playbook
    caller = await api.caller("admin", "crm")
    found = (await caller.get("/menus")).content
    assert [(one["menu"], one["standing"], one["at_line"]) for one in found["menus"]] == [
        ("訪客", "default", False)
    ]
    made = await caller.post("/menus/pause", {"menu": "訪客", "reason": "圖放錯了"})
    assert (made.content["menu"], made.content["new"]) == ("訪客", True)
    assert (await caller.get("/menus")).content["menus"][0]["standing"] == "paused"
    assert (await caller.post("/menus/resume", {"menu": "訪客"})).content["menu"] == "訪客"
    assert (await caller.post("/menus/resume", {"menu": "訪客"})).code == "refused"
    entries: list[AuditEntry] = await api.stores.audit.entries(["menu_paused", "menu_resumed"], 10)
    assert [(one.kind, one.by) for one in entries] == [
        ("menu_resumed", "token:crm"),
        ("menu_paused", "token:crm"),
    ]
