"""I2: testers over the API: one more, all of them, one less; who may."""

from __future__ import annotations

import pytest

from tests.web.admin.contact_world import person
from tests.web.api.api_world import ApiWorld
from tests.web.api.test_contacts import part_of


@pytest.mark.ring("all", "page after page")
async def test_somebody_is_made_a_tester_listed_and_is_none_again(api: ApiWorld) -> None:
    await api.add(person(1, "小美"), person(3, "林小玉", line=False))
    caller = await api.caller("supervisor", "tills")
    mei = await part_of(caller, "小美")
    made = await caller.post(f"/contacts/{mei}/testers/make", {"tester": "美美"})
    assert (made.status, made.content) == (200, {"contact": mei, "lost": []})
    listed = (await caller.get("/testers")).content["testers"]
    assert listed == [{"tester": "美美", "contact": mei, "listed": False}]
    without_line = await part_of(caller, "林小玉")
    refused = await caller.post(f"/contacts/{without_line}/testers/make", {"tester": "小玉"})
    assert refused.code == "refused"
    assert (await caller.post(f"/contacts/{mei}/testers/end")).status == 200
    assert (await caller.post(f"/contacts/{mei}/testers/end")).code == "refused"
    assert (await caller.get("/testers")).content == {"testers": []}
    rows = await api.stores.audit.of("main:U1")
    done = [(one.what, one.actor) for one in rows if one.what.startswith("tester")]
    assert done == [("tester_ended", "token:tills"), ("tester_made", "token:tills")]
