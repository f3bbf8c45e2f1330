"""L8: drafts over the API: the same operations as the console's, with the same rights."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.web.admin.playbook_world import FILES, FIRST, RULES, live_playbook
from tests.web.api.api_world import Answer, ApiWorld, Caller

TEN = RULES.replace("11:00", "10:00")
BOT = f"publish: {{approval: true}}\n{FILES['bot.yaml']}"
HOOK = FILES["bot.yaml"] + 'hooks: {mine: {url: "https://elsewhere.example"}}\n'


async def saved(caller: Caller, path: str, text: str) -> Answer:
    """As it is read just now."""
    there = (await caller.get("/playbook/file", file=path)).content
    return await caller.post(
        "/playbook/save",
        {"file": path, "text": text, "revision": there["revision"], "base": there["base"]},
    )


async def stamp(caller: Caller) -> str:
    found: str = (await caller.get("/playbook/review")).content["stamp"]
    return found


@pytest.mark.ring("all", "page after page")
async def test_a_draft_is_written_checked_looked_at_and_published(api: ApiWorld) -> None:
    await live_playbook(api.stores, api.clock, api.folder)
    caller = await api.caller("supervisor")
    assert (await saved(caller, FIRST, RULES.replace("reply: 每", "replay: 每"))).status == 200
    problems = (await caller.get("/playbook/check")).content["problems"]
    assert [one["line"] for one in problems if one["level"] == "error"] == [3]
    assert (await caller.post("/playbook/publish", {"seen": await stamp(caller)})).code == "refused"
    first = await saved(caller, FIRST, TEN)
    assert first.content["state"] == "changed"
    late = await caller.post("/playbook/save", {"file": FIRST, "text": RULES, "revision": 1, "base": None})
    assert late.code == "refused"
    picture = b64encode(b"\x89PNG").decode()
    assert (await caller.post("/playbook/save", {"file": "cards/a.png", "base64": picture})).status == 200
    assert (await caller.get("/playbook/file", file="cards/a.png")).content["base64"] == picture
    assert (await caller.post("/playbook/save", {"file": "../x.yaml", "text": ""})).code == "refused"
    assert (await caller.post("/playbook/save", {"file": FIRST})).code == "refused"
    review = (await caller.get("/playbook/review")).content
    assert ([one["how"] for one in review["things"]], review["reserved"]) == (["changed"], [])
    assert "+    reply: 每天 10:00" in (await caller.get("/playbook/patch")).content["patch"]
    assert (await caller.post("/playbook/publish", {"seen": "another"})).code == "refused"
    done = await caller.post("/playbook/publish", {"seen": review["stamp"]}, key="once-and-only-once-1")
    assert (done.status, done.content["number"]) == (200, 2)
    assert (await api.stores.playbooks.all())[0].by == "token:supervisor"
    assert (await caller.post("/playbook/drop")).content == {"files": 1}


async def test_a_token_publishes_no_more_than_who_made_it(api: ApiWorld) -> None:
    await live_playbook(api.stores, api.clock, api.folder)
    await api.account("boss", "admin")
    for name, role in (("less", "supervisor"), ("more", "admin")):
        caller = await api.caller("supervisor" if role == "supervisor" else "admin", name, by="console:boss")
        await saved(caller, "bot.yaml", HOOK)
        review = (await caller.get("/playbook/review")).content
        assert [one["path"] for one in review["reserved"]] == ["hooks.mine.url"]
        done = await caller.post("/playbook/publish", {"seen": review["stamp"]})
        assert done.status == (409 if role == "supervisor" else 200), done


async def test_two_persons_where_the_playbook_wants_it(api: ApiWorld) -> None:
    """The token's maker is whoever stands behind what it hands in."""
    await live_playbook(api.stores, api.clock, api.folder, {"bot.yaml": BOT})
    await api.account("boss", "admin")
    caller = await api.caller("admin", "robot", by="console:boss")
    await saved(caller, FIRST, TEN)
    seen = await stamp(caller)
    assert (await caller.post("/playbook/publish", {"seen": seen})).code == "refused"
    assert (await caller.post("/playbook/propose", {"seen": seen, "says": "夏天"})).content == {"files": 1}
    proposal = await api.stores.proposals.of("token:robot")
    assert proposal is not None
    assert (proposal.person, proposal.by, proposal.says) == ("boss", "token:robot", "夏天")
