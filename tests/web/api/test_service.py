"""B8, K5, K1: how things stand over the API, binding and pushes stopped and going on; who did it."""

from __future__ import annotations

from datetime import timedelta

from bot.model.audit import AuditEntry, AuditRow
from bot.model.translatable import Translatable, tr
from tests.conftest import NOW
from tests.web.admin import test_binding_page
from tests.web.admin.contact_world import person
from tests.web.api.api_world import ApiWorld
from tests.web.api.test_contacts import part_of


async def test_today_and_what_waits(api: ApiWorld) -> None:
    caller = await api.caller("agent")
    api.trouble = {"main": Translatable("token")}
    said = await caller.get("/today")
    assert said.content["figures"]["messages_in"]["today"] == 0
    assert [one["channel"] for one in said.content["channels"]] == ["main"]
    assert (await caller.get("/today", channel="main")).content["channels"][0]["trouble"] == "token"
    waits = dict.fromkeys(("waiting", "unsent", "channels", "shops", "proposals", "held"), 0)
    assert (await caller.get("/attention")).content == {**waits, "stops": []}
    await (await api.caller("supervisor", "crm")).post("/stop/pushes", {"channel": "main"})
    [stop] = (await caller.get("/attention")).content["stops"]
    assert (stop["channel"], stop["by"]) == ("main", "token:crm")


async def test_how_the_installation_stands(api: ApiWorld) -> None:
    """K1, K3: an admin's token is told of the machines, too; whose maker is less by now is not."""
    api.trouble = {"main": tr("LINE refuses the access token")}
    supervisor, admin = await api.caller("supervisor", "crm"), await api.caller("admin", "ops")
    said = (await supervisor.get("/system")).content
    assert [(one["channel"], one["webhook"]) for one in said["channels"]] == [
        ("main", "https://shop/webhook/main")
    ]
    assert [one["place"] for one in said["troubles"]] == ["channels"]
    assert {said[name] for name in ("processes", "keys", "database")} == {None}
    assert (await admin.get("/system")).content["database"]["members"] >= 1


async def test_binding_is_paused_and_goes_on(api: ApiWorld) -> None:
    api.playbook, api.settings = test_binding_page.PLAYBOOK, test_binding_page.SETTINGS
    caller = await api.caller("supervisor", "crm")
    paused = await caller.post("/binding/pause", {"channel": "main"})
    assert [(one["by"], one["new"]) for one in paused.content["paused"]] == [("token:crm", True)]
    assert (await caller.post("/binding/pause")).content["paused"][0]["new"] is False
    channels = (await caller.get("/binding/status")).content["channels"]
    assert {one["channel"]: one["pause"]["by"] for one in channels} == dict.fromkeys(
        ("main", "b2b"), "token:crm"
    )
    resumed = (await caller.post("/binding/resume")).content["resumed"]
    assert {one["channel"] for one in resumed} == {"main", "b2b"}
    assert (await caller.post("/binding/resume")).code == "refused"


async def test_where_nothing_binds_it_is_refused(api: ApiWorld) -> None:
    caller = await api.caller("supervisor")
    assert (await caller.post("/binding/pause")).code == "refused"
    assert (await caller.post("/binding/pause", {"channel": "x"})).code == "refused"


async def test_pushes_are_stopped_and_go_on(api: ApiWorld) -> None:
    caller = await api.caller("supervisor", "crm")
    first = await caller.post("/stop/pushes")
    assert (first.content["channel"], first.content["by"], first.content["new"]) == (None, "token:crm", True)
    assert (await caller.post("/stop/pushes")).content["new"] is False
    assert (await caller.post("/stop/pushes", {"channel": "main"})).content["new"] is True
    stands = await caller.get("/stop/status")
    assert [one["channel"] for one in stands.content["stops"]] == [None, "main"]
    assert (await caller.post("/stop/pushes", {"flow": "x"})).code == "refused"
    left = await caller.post("/stop/resume")
    assert [one["channel"] for one in left.content["stops"]] == ["main"]
    assert (await caller.post("/stop/resume")).code == "refused"
    entries = await api.stores.audit.entries(["pushes_stopped", "pushes_resumed"], 10)
    assert {one.by for one in entries} == {"token:crm"}


async def test_the_audit_log_by_who_kind_day_and_person(api: ApiWorld) -> None:
    await api.add(person(1, "小美"))
    for number in range(60):
        await api.stores.audit.record(
            AuditEntry("pushes_stopped", "console:mei", NOW - timedelta(days=2, minutes=number), "all")
        )
    await api.stores.audit.add(AuditRow("t", NOW, "console:an", "tagged", "main:U1", details=("VIP",)))
    caller = await api.caller("supervisor", "crm")
    first = await caller.get("/audit", kind="pushes_stopped")
    second = await caller.get("/audit", kind="pushes_stopped", after=first.content["next"])
    assert (len(first.content["entries"]), len(second.content["entries"])) == (50, 10)
    assert second.content["next"] is None
    part = await part_of(caller, "小美")
    [line] = (await caller.get("/audit", by="console:an")).content["entries"]
    assert (line["contact"], line["kind"], line["what"]) == (part, "tagged", "tagged")
    assert len((await caller.post(f"/contacts/{part}/audit")).content["entries"]) == 1
    both = await caller.call("GET", "/audit?kind=tagged&kind=pushes_stopped&by=AN")
    assert [one["kind"] for one in both.content["entries"]] == ["tagged"]
    day = (NOW - timedelta(days=2)).date().isoformat()
    assert len((await caller.get("/audit", until=day, by="console:an")).content["entries"]) == 0
    assert (await caller.call("GET", "/audit?since=2026-13-01")).content["field"] == "query/since"
    assert (await caller.get("/audit", kind="nothing")).code == "wrong"
