"""I1, I4: audiences with their size, and how broadcasts stand, over the API."""

from __future__ import annotations

import pytest

from tests.web.admin.contact_world import WRITTEN, person
from tests.web.api.api_world import ApiWorld

BROADCAST = """\
broadcasts:
  spring: {title: 春季, channel: main, to: {tag: VIP}, push: 新品上市, status: draft}
"""


async def test_audiences_with_their_size(api: ApiWorld) -> None:
    await api.add(person(1, "小美", "VIP"), person(2, "小安"))
    caller = await api.caller("agent")
    said = await caller.get("/audiences")
    assert said.content["audiences"][1:] == [{"audience": "vips", "title": "熟客"}]
    for query, people in (("", 2), ("?audience=vips", 1), ("?audience=everyone", 2)):
        sized = await caller.call("GET", f"/audiences/size{query}")
        assert sized.content == {"people": {"main": {"people": people, "about": False}}}
    assert (await caller.get("/audiences/size", audience="x")).code == "refused"


@pytest.mark.parametrize("written", [WRITTEN + BROADCAST])
async def test_how_broadcasts_stand(api: ApiWorld, written: str) -> None:
    await api.stop()
    api.written = written
    await api.start()
    caller = await api.caller("supervisor")
    [one] = (await caller.get("/broadcasts")).content["broadcasts"]
    assert (one["broadcast"], one["title"], one["status"], one["sendings"]) == ("spring", "春季", "draft", [])
