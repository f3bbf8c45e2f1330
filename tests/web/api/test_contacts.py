"""J1–J3: customers over the API: found, looked at, changed, merged, exported, erased; and who did it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import zipfile
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from time import monotonic, sleep

import pytest

from bot.engine.conditions.condition import Condition
from bot.model.audit import AuditRow
from bot.model.contact import AttributeValue, Contact, Tag
from bot.model.value import PRIVATE_SLOT
from bot.operations import written_conditions
from bot.operations.contact_search import condition_written
from bot.operations.incident import IncidentPeriod
from bot.operations.read_incident import concerned, read_incident
from bot.playbook.read import PlaybookContents
from bot.store.counters.rate_limits import REVEALS_OF_AGENT
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.web.admin.contact_world import person
from tests.web.api.api_world import ApiWorld, Caller

HOUR = timedelta(hours=1)
MEI, AN = person(1, "小美", "VIP", phone="+886912345678"), person(2, "小安")
LISTED = person(3, "林小玉", phone="+886987654321", line=False)


async def part_of(caller: Caller, text: str) -> str:
    found = await caller.post("/contacts/find", {"text": text})
    [one] = found.content["contacts"]
    return str(one["contact"])


async def kinds(api: ApiWorld) -> list[tuple[str, str]]:
    """What was done to contacts, by whom."""
    rows = [row for one in ("main:U1", "main:U2", "M:3") for row in await api.stores.audit.of(one)]
    return sorted((row.what, row.actor) for row in rows)


async def test_people_are_found_masked_and_named_by_sealed_parts(api: ApiWorld) -> None:
    await api.add(MEI, AN, LISTED)
    caller = await api.caller("agent", "tills")
    for sought in ({"text": "0912345678"}, {"tag": "VIP"}, {"audience": "vips"}, {"condition": "tag: VIP"}):
        said = await caller.post("/contacts/find", sought)
        [one] = said.content["contacts"]
        assert (one["name"], one["tags"], one["bound"]) == ("小美", ["VIP"], ["phone"])
        assert "912345678" not in str(said.content)
        assert "U1" not in str({**one, "contact": ""})
    everybody = await caller.post("/contacts/find")
    assert len(everybody.content["contacts"]) == 3
    assert everybody.content["number"] == {"people": 3, "about": False}
    entries = await api.stores.audit.entries(["people_searched"], 10)
    assert {one.by for one in entries} == {"token:tills"}


@pytest.mark.ring("all", "page after page")
async def test_a_list_goes_on_where_it_was(api: ApiWorld) -> None:
    await api.add(*(person(number, f"客人{number}") for number in range(1, 61)))
    caller, other = await api.caller(), await api.caller("agent", "other")
    first = await caller.post("/contacts/find")
    after = first.content["next"]
    second = await caller.post("/contacts/find", {"after": after})
    assert (len(first.content["contacts"]), len(second.content["contacts"])) == (50, 10)
    assert second.content["next"] is None
    seen = {one["contact"] for said in (first, second) for one in said.content["contacts"]}
    assert len(seen) == 60
    for wrong in (after + "A", "x", seen.pop()):
        assert (await caller.post("/contacts/find", {"after": wrong})).code == "not_found"
    assert (await other.post("/contacts/find", {"after": after})).code == "not_found"


async def test_what_is_no_name_or_condition_of_the_playbook_is_refused_with_why(api: ApiWorld) -> None:
    caller = await api.caller()
    for sought, why in (
        ({"tag": "VPI"}, 'no tag is called "VPI"'),
        ({"audience": "x"}, "the playbook has no audience"),
        ({"channel": "x"}, "no channel is called"),
        ({"condition": "tga: VIP"}, "the condition, line 1"),
    ):
        said = await caller.post("/contacts/find", sought)
        assert (said.status, said.code) == (409, "refused")
        assert why in said.content["detail"]


@pytest.mark.ring("all", "page after page")
async def test_anothers_part_names_nobody(api: ApiWorld) -> None:
    await api.add(MEI)
    caller, other = await api.caller("agent", "one"), await api.caller("agent", "two")
    part = await part_of(caller, "小美")
    assert (await caller.post(f"/contacts/{part}")).status == 200
    console = api.parts.sealed("one", "contact", "main:U1")
    for whose, named in ((other, part), (caller, console), (caller, "x"), (caller, "main:U1")):
        assert (await whose.post(f"/contacts/{named}")).code == "not_found"


async def test_a_look_is_masked_and_a_full_one_is_in_the_log_first(api: ApiWorld) -> None:
    secret = AttributeValue("花生", NOW)
    await api.add(replace(MEI, email="mei@forest.example", attributes={f"{PRIVATE_SLOT}.allergy": secret}))
    caller = await api.caller("agent", "tills")
    one = f"/contacts/{await part_of(caller, '小美')}"
    masked = await caller.post(one)
    assert masked.content["identities"][0]["line_id"] is None
    assert not any(told in str(masked.content) for told in ("花生", "912345678", "mei@", "U1"))
    full = await caller.post(one, {"reveal": True})
    assert full.content["phone"] == "+886912345678"
    assert full.content["identities"][0]["line_id"] == "U1"
    assert "花生" in str(full.content)
    assert await kinds(api) == [("looked_at", "token:tills"), ("revealed", "token:tills")]


async def test_what_was_recorded_of_somebody_is_masked_in_a_look(api: ApiWorld) -> None:
    await api.add(MEI)
    line = AuditRow("set:1", NOW, "console:mei", "set", "main:U1", details=("remark", "call 0912345678"))
    await api.stores.audit.add(line)
    caller = await api.caller("agent")
    path = f"/contacts/{await part_of(caller, '小美')}"
    masked = (await caller.post(path)).content["audit"]
    assert "0912345678" not in str(masked)
    assert "0912345678" in str((await caller.post(path, {"reveal": True})).content["audit"])


async def test_tags_attributes_and_marketing(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller("agent", "tills")
    one = f"/contacts/{await part_of(caller, '林小玉')}"
    for path, body in (
        ("tag", {"tag": "咖啡"}),
        ("set", {"attribute": "size", "value": "M"}),
        ("stop", {}),
        ("allow-marketing", {}),
        ("clear", {"attribute": "size"}),
        ("untag", {"tag": "咖啡"}),
    ):
        said = await caller.post(f"{one}/{path}", body)
        assert (said.status, said.content["carried"]) == (200, "done"), path
    found = await api.contact("M:3")
    assert (found.tags, found.attributes, found.staff_stop) == ((), {}, None)
    done = ["marketing_allowed", "marketing_stopped", "set", "set", "tagged", "untagged"]
    assert await kinds(api) == [(kind, "token:tills") for kind in done]
    for path, body in (
        ("tag", {"tag": "nothing"}),
        ("set", {"attribute": "size", "value": "XXL"}),
        ("set", {"attribute": "nothing", "value": "1"}),
        ("allow-marketing", {}),
    ):
        said = await caller.post(f"{one}/{path}", body)
        assert (said.status, said.code) == (409, "refused"), path


@pytest.mark.ring("all", "page after page")
async def test_for_people_on_line_it_is_stored_until_a_process_runs(api: ApiWorld) -> None:
    await api.add(MEI)
    caller = await api.caller("supervisor")
    one = f"/contacts/{await part_of(caller, '小美')}"
    assert (await caller.post(f"{one}/tag", {"tag": "咖啡"})).content["carried"] == "stored"
    assert (await caller.post(f"{one}/unbind", {"binding": "phone"})).content["carried"] == "stored"
    stored = await api.stores.contacts.person("main:U1")
    assert stored is not None
    assert len(stored.waiting) == 2


async def test_two_become_one_and_two_again(api: ApiWorld) -> None:
    await api.add(MEI, LISTED)
    caller = await api.caller("supervisor", "crm")
    mei, listed = await part_of(caller, "小美"), await part_of(caller, "林小玉")
    offered = await caller.post(f"/contacts/{mei}/merge/offer", {"other": listed})
    assert offered.content == {"contact": mei, "other": listed}
    made = await caller.post(f"/contacts/{mei}/merge", {"other": listed})
    assert made.content == {"contact": mei}
    both = await caller.post(f"/contacts/{listed}")
    assert both.content["contact"] == mei, "a part of before leads to whom they are part of by now"
    undone = await caller.post(f"/contacts/{mei}/undo-merge")
    assert undone.content == {"contact": mei, "undone": "merged"}
    refused = await caller.post(f"/contacts/{mei}/undo-merge")
    assert (refused.code, '"main:U••••" has no merge' in refused.content["detail"]) == ("refused", True)
    assert (await caller.post(f"/contacts/{mei}/merge", {"other": mei})).code == "refused"
    assert (await caller.post(f"/contacts/{mei}/merge", {"other": "x"})).code == "not_found"


async def test_all_that_is_stored_of_somebody_as_an_archive(api: ApiWorld) -> None:
    await api.add(MEI)
    caller = await api.caller("supervisor", "crm")
    said = await caller.post(f"/contacts/{await part_of(caller, '小美')}/export")
    assert said.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(said.content)) as archive:
        assert "+886912345678" in archive.read("data.json").decode()
    assert ("exported", "token:crm") in await kinds(api)


@pytest.mark.ring("all", "page after page")
async def test_erasing_wants_the_word_and_answers_the_same_once_they_are_gone(api: ApiWorld) -> None:
    await api.add(MEI, AN)
    caller = await api.caller("supervisor", "crm")
    one, key = f"/contacts/{await part_of(caller, '小美')}", "k" * 32
    for body in ({}, {"confirm": "yes"}, {"confirm": "Erase "}):
        assert (await caller.post(f"{one}/erase", body, key=key)).code == "wrong"
    done = await caller.post(f"{one}/erase", {"confirm": "erase"}, key=key)
    assert done.status == 200
    again = await caller.post(f"{one}/erase", {"confirm": "erase"}, key=key)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (done.content, "true")
    assert await api.stores.contacts.person("main:U1") is None
    assert (await caller.post(one)).code == "not_found"
    assert (await caller.post(f"{one}/erase", {"confirm": "erase"}, key="l" * 32)).code == "not_found"
    [action] = await api.stores.audit.entries(["erased"], 10)
    assert action.by == "token:crm"


async def test_hostile_names_are_shown_as_they_are_said(api: ApiWorld) -> None:
    evil = "\u202eevil\u0000<script>" + "名" * 60
    await api.add(Contact("M:9", name=evil))
    said = await (await api.caller()).post("/contacts/find")
    assert "\u202e" not in said.content["contacts"][0]["name"]


async def test_a_condition_is_read_once_and_one_at_a_time(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To read one all of the playbook is read: a token must not keep the bot from answering by that."""
    read, at_once, most = list[str](), [0], [0]

    def slowly(text: str, files: PlaybookContents) -> Condition:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        read.append(text)
        try:
            return condition_written(text, files)
        finally:
            at_once[0] -= 1

    monkeypatch.setattr(written_conditions, "condition_written", slowly)
    caller = await api.caller()
    for _ in range(3):
        assert (await caller.post("/contacts/find", {"condition": "tag: VIP"})).status == 200
        assert (await caller.post("/contacts/find", {"condition": "tga: VIP"})).code == "refused"
    assert read == ["tag: VIP", "tga: VIP"]
    others = [f"tag: [VIP, 咖啡]  # {number}" for number in range(12)]
    said = await asyncio.gather(
        *(caller.post("/contacts/find", {"condition": one}) for one in (*others, "tag: VIP"))
    )
    assert most == [1]
    assert {one.status for one in said} == {200, 429}
    assert said[-1].status == 200, "what is known waits for nothing"
    assert all(one.headers["Retry-After"] == "5" for one in said if one.status == 429)


@pytest.mark.ring("all", "page after page")
async def test_a_token_has_half_of_a_threads_time_for_conditions(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at a time, and between two of them as long a pause; another token's are read meanwhile."""
    reading = list[tuple[float, float]]()
    began_last, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slowly(text: str, files: PlaybookContents) -> Condition:
        began = monotonic()
        if text.endswith("last"):
            loop.call_soon_threadsafe(began_last.set)
            assert may_end.wait(PATIENCE)
        sleep(0.1)
        reading.append((began, monotonic()))
        return condition_written("tag: VIP", files)

    monkeypatch.setattr(written_conditions, "condition_written", slowly)
    one, other = await api.caller(), await api.caller(name="other")
    for number in range(3):
        assert (await one.post("/contacts/find", {"condition": f"tag: VIP  # {number}"})).status == 200
    assert all(later[0] - sooner[1] >= 0.09 for sooner, later in pairwise(reading))
    last = asyncio.create_task(one.post("/contacts/find", {"condition": "tag: VIP  # last"}))
    async with asyncio.timeout(PATIENCE):
        await began_last.wait()  # until it ends, however late this machine sends the next one
    assert (await one.post("/contacts/find", {"condition": "tag: 咖啡"})).status == 429
    others = asyncio.create_task(other.post("/contacts/find", {"condition": "tag: 咖啡  # other"}))
    may_end.set()
    assert ((await last).status, (await others).status) == (200, 200)


async def test_a_tag_of_many_says_who_ordered_it(api: ApiWorld) -> None:
    await api.add(replace(LISTED, tags=(Tag("VIP", NOW, "many:0a1b2c3d4e5f:console:mei"),)))
    caller = await api.caller()
    said = await caller.post(f"/contacts/{await part_of(caller, '林小玉')}")
    [tag] = said.content["tags"]
    assert (tag["name"], tag["by"], tag["among_many"]) == ("VIP", "console:mei", True)


@pytest.mark.ring("all", "page after page")
async def test_what_is_handed_out_names_no_token(api: ApiWorld) -> None:
    """J2: whoever asks what is stored of them reads that staff did it."""
    await api.add(LISTED)
    caller = await api.caller("supervisor", "crm")
    one = f"/contacts/{await part_of(caller, '林小玉')}"
    await caller.post(f"{one}/tag", {"tag": "VIP"})
    said = await caller.post(f"{one}/export")
    with zipfile.ZipFile(io.BytesIO(said.content)) as archive:
        person = json.loads(archive.read("data.json"))["person"]
    assert [tag["by"] for tag in person["tags"]] == ["staff"]


async def test_an_agents_token_is_no_export_person_by_person(api: ApiWorld) -> None:
    await api.add(MEI)
    agent, supervisor = await api.caller("agent"), await api.caller("supervisor")
    ((span, most), *_) = REVEALS_OF_AGENT
    for number in range(most - 1):
        assert await api.stores.api_reveals.wait(f"token:{agent.name}", str(number), api.clock.now()) == 0
    one, other = [f"/contacts/{await part_of(caller, '小美')}" for caller in (agent, supervisor)]
    assert (await agent.post(one, {"reveal": True})).status == 200
    said = await agent.post(one, {"reveal": True})
    assert (said.code, 0 < int(said.headers["Retry-After"]) <= span.total_seconds()) == ("too_many", True)
    assert [kind for kind, who in await kinds(api)].count("revealed") == 1
    assert (await agent.post(one)).status == 200
    assert (await supervisor.post(other, {"reveal": True})).status == 200


async def test_an_agents_token_reads_no_masked_phone_by_its_end(api: ApiWorld) -> None:
    """J3: each search by an end counts as a phone shown in full."""
    await api.add(MEI)
    agent, supervisor = await api.caller("agent"), await api.caller("supervisor")
    ((_, most), *_) = REVEALS_OF_AGENT
    for number in range(most):
        assert await api.stores.api_reveals.wait(f"token:{agent.name}", str(number), api.clock.now()) == 0
    assert (await agent.post("/contacts/find", {"text": "5678"})).code == "too_many"
    assert (await agent.post("/contacts/find", {"text": "小美"})).status == 200
    found = await supervisor.post("/contacts/find", {"text": "5678"})
    assert len(found.content["contacts"]) == 1


async def test_the_certificate_says_when_all_is_gone(api: ApiWorld) -> None:
    await api.add(MEI)
    caller = await api.caller("supervisor", "crm")
    done = await caller.post(f"/contacts/{await part_of(caller, '小美')}/erase", {"confirm": "刪除"})
    said = await caller.get("/contacts/certificate", number=done.content["certificate"])
    assert (said.content["state"], said.content["by"]) == (done.content["state"], "token:crm")
    assert (await caller.get("/contacts/certificate", number="7QF3-9KTM-2A4X")).code == "refused"


@pytest.mark.ring("all", "page after page")
async def test_whom_a_token_has_looked_at_is_found_once_it_got_out(api: ApiWorld) -> None:
    """J4: by its name as the audit log has it."""
    await api.add(MEI, AN)
    caller = await api.caller("agent", "tills")
    await caller.post(f"/contacts/{await part_of(caller, '小美')}", {"reveal": True})
    period = IncidentPeriod(NOW - HOUR, NOW + HOUR, "token:tills")
    found = await read_incident(api.stores, api.playbook, period, NOW + HOUR)
    people = [one async for some in concerned(api.stores, api.playbook, found) for one in some]
    assert [(one.contact, one.certain) for one in people] == [("main:U1", True)]
