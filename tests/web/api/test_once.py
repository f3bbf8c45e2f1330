"""K1: a call with an `Idempotency-Key` is carried out once, whatever happens between."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.api_answers import LIFE, UNDER_WAY, CallMark
from bot.store.unavailable import DatabaseUnavailable
from bot.web.api.endpoint import ConsoleCall
from tests.web.admin.contact_world import person
from tests.web.api.api_world import ApiWorld
from tests.web.api.test_contacts import LISTED, part_of

KEY = "0123456789abcdef"


async def tagged(api: ApiWorld) -> int:
    return sum(row.what == "tagged" for row in await api.stores.audit.of("M:3"))


@pytest.mark.ring("all", "page after page")
async def test_the_same_call_is_answered_the_same_and_done_once(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller, other = await api.caller(), await api.caller(name="other")
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    said = [await caller.post(path, {"tag": "咖啡"}, key=KEY) for _ in range(3)]
    assert [one.content for one in said] == [{"contact": path.split("/")[2], "carried": "done"}] * 3
    assert ["Idempotency-Replayed" in one.headers for one in said] == [False, True, True]
    assert await tagged(api) == 1
    assert (await caller.post(path, {"tag": "VIP"}, key=KEY)).code == "key_used"
    assert (await caller.post(path, {"tag": "咖啡"}, key=KEY[::-1])).status == 200
    elsewhere = f"/contacts/{await part_of(other, '林小玉')}/tag"
    assert (await other.post(elsewhere, {"tag": "VIP"}, key=KEY)).status == 200, "keys are a token's own"
    assert await tagged(api) == 3


async def test_a_refusal_is_answered_the_same_too(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    said = [await caller.post(path, {"tag": "nothing"}, key=KEY) for _ in range(2)]
    assert [(one.status, one.content) for one in said] == [(409, said[0].content)] * 2
    assert said[1].headers["Content-Type"] == "application/problem+json"


async def test_after_a_day_the_key_is_new(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    await caller.post(path, {"tag": "咖啡"}, key=KEY)
    api.clock.advance(LIFE.total_seconds())
    assert (await caller.post(path, {"tag": "VIP"}, key=KEY)).content["carried"] == "done"


async def test_a_note_by_the_same_key_a_day_later_is_another_one(api: ApiWorld) -> None:
    """An event's id stays known for years: it must not be made of the key alone."""
    await api.add(person(1, "小美"))
    caller = await api.caller()
    chat = api.parts.sealed(f"token:{caller.name}", "chat", "main:U1", "main")
    for day in range(2):
        said = await caller.post(f"/chats/{chat}/note", {"text": f"note {day}"}, key=KEY)
        assert said.content["carried"] != "done", "no bot runs here"
        api.clock.advance(LIFE.total_seconds())
    assert sum(row.what == "note_left" for row in await api.stores.audit.of("main:U1")) == 2


@pytest.mark.ring("all", "page after page")
async def test_of_two_at_once_one_is_carried_out(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    said = await asyncio.gather(*(caller.post(path, {"tag": "咖啡"}, key=KEY) for _ in range(8)))
    assert await tagged(api) == 1
    assert {one.status for one in said} <= {200, 409}
    assert all(one.status == 200 or one.code == "under_way" for one in said)


async def test_after_a_death_in_the_middle_it_is_carried_out_anew(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    sent = b'{"tag": "\\u5496\\u5561"}'
    call = b"\0".join((b"POST", f"/admin/api{path}".encode(), sent))
    mark = await api.stores.api_answers.begin(caller.name, KEY, call, "M:3", api.clock.now())
    assert isinstance(mark, CallMark)
    again = await caller.post(path, {"tag": "咖啡"}, key=KEY)
    assert (again.code, again.headers["Retry-After"]) == ("under_way", "1")
    api.clock.advance(UNDER_WAY.total_seconds())
    assert (await caller.post(path, {"tag": "咖啡"}, key=KEY)).content["carried"] == "done"
    await api.stores.api_answers.end(mark, call, 500, {})
    assert (await caller.post(path, {"tag": "咖啡"}, key=KEY)).content["carried"] == "done"


@pytest.mark.parametrize("fault", [DatabaseUnavailable("away"), RuntimeError("ours")])
async def test_a_fault_of_ours_is_no_answer(api: ApiWorld, fault: Exception) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    path = f"/contacts/{await part_of(caller, '林小玉')}/tag"
    faults = [fault]
    [tagging] = [one for one in api.endpoints if one.name == "contacts.tag"]
    real = tagging.handler

    async def breaks(call: ConsoleCall) -> object:
        if faults:
            raise faults.pop()
        return await real(call)

    object.__setattr__(tagging, "handler", breaks)
    said = await caller.post(path, {"tag": "咖啡"}, key=KEY)
    assert said.status == (500 if isinstance(fault, RuntimeError) else 503)
    assert (await caller.post(path, {"tag": "咖啡"}, key=KEY)).content["carried"] == "done"


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize("key", ["short", "x" * 129, "with a space in it", "é" * 20])
async def test_a_key_is_a_random_one(api: ApiWorld, key: str) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    said = await caller.post(f"/contacts/{await part_of(caller, '林小玉')}/tag", {"tag": "VIP"}, key=key)
    assert (said.code, said.content["field"]) == ("wrong", "header/Idempotency-Key")


@pytest.mark.ring("all", "page after page")
async def test_who_is_erased_leaves_no_answer(api: ApiWorld) -> None:
    await api.add(LISTED)
    caller = await api.caller()
    one = f"/contacts/{await part_of(caller, '林小玉')}"
    await caller.post(f"{one}/tag", {"tag": "VIP"}, key=KEY)
    assert await api.database.collection("api_answers").count_documents({"contact": "M:3"}) == 1
    await caller.post(f"{one}/erase", {"confirm": "erase"})
    assert await api.database.collection("api_answers").count_documents({}) == 0
