"""I1, I4: audiences with their size, and how broadcasts stand, over the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.operations.audience_history import count_day
from bot.operations.broadcasts import offer as offer_module
from bot.operations.broadcasts.checking import BroadcastCheck, check
from tests.conftest import NOW
from tests.web.admin.contact_world import WRITTEN, person
from tests.web.api.api_world import ApiWorld

BROADCAST = """\
broadcasts:
  spring: {title: 春季, channel: main, to: {tag: VIP}, push: 新品上市, status: draft}
"""


@pytest.mark.ring("all", "page after page")
async def test_audiences_with_their_size(api: ApiWorld) -> None:
    await api.add(person(1, "小美", "VIP"), person(2, "小安"))
    caller = await api.caller("agent")
    said = await caller.get("/audiences")
    counted = [(one["audience"], one["title"], one["people"]["main"]) for one in said.content["audiences"]]
    assert counted == [
        ("everyone", "", {"people": 2, "about": False}),
        ("vips", "熟客", {"people": 1, "about": False}),
    ]
    for query, people in (("", 2), ("?audience=vips", 1), ("?audience=everyone", 2)):
        sized = await caller.call("GET", f"/audiences/estimate{query}")
        assert sized.content == {"people": {"main": {"people": people, "about": False}}}
    sized = await caller.get("/audiences/size", audience="vips")
    assert (sized.content["people"], sized.content["estimate"]) == ({"main": 1}, {})
    supervisor = await api.caller("supervisor")
    listed = await supervisor.get("/audiences/people", audience="everyone", most="1")
    [one] = listed.content["people"]
    assert (one["channel"], one["name"], listed.content["more"]) == ("main", "小○○", True)
    [line] = await api.stores.audit.entries(["audience_listed"], 10)
    assert (line.about, line.after, line.state) == ("everyone", "1", "done")


@pytest.mark.parametrize("written", [WRITTEN + BROADCAST])
async def test_how_broadcasts_stand(api: ApiWorld, written: str) -> None:
    await api.stop()
    api.written = written
    await api.start()
    caller = await api.caller("supervisor")
    [one] = (await caller.get("/broadcasts")).content["broadcasts"]
    assert (one["broadcast"], one["title"], one["status"], one["sendings"]) == ("spring", "春季", "draft", [])


SALE = """\
broadcasts:
  sale: {title: 春季, channel: main, to: everyone, push: [新品上市, 停止推播]}
testers: ["@amy"]
"""


@pytest.fixture
async def selling(api: ApiWorld) -> ApiWorld:
    """With a broadcast, two friends, and a process that runs."""
    await api.stop()
    api.written = WRITTEN.replace("channel_secret: x}", "channel_secret: x, access_token: t}") + SALE
    await api.start()
    await api.add(person(1, "小美"), person(2, "小安"))
    runs = {"rev": 1, "processes": {"me": NOW + timedelta(days=36_500)}, "owners": [], "fences": []}
    await api.database.collection("leases").insert_one({"_id": "parts", **runs})
    return api


async def test_a_broadcast_is_offered_sent_once_paused_and_cancelled(selling: ApiWorld) -> None:
    """I1, I4: the number first; the same call twice sends once, another one is refused."""
    caller = await selling.caller("supervisor")
    offer = (await caller.get("/broadcasts/offer", broadcast="sale")).content
    assert (offer["people"], offer["needs_sure"], offer["why_not"]) == (2, True, None)
    order = {"broadcast": "sale", "people": offer["people"], "content": offer["content"]}
    assert (await caller.post("/broadcasts/send", {**order, "sure": True})).code == "wrong", "without a price"
    order["cost"] = offer["cost"]
    assert (await caller.post("/broadcasts/send", {**order, "cost": "x", "sure": True})).code == "wrong"
    assert (await caller.post("/broadcasts/send", order)).code == "refused", "nobody was sure"
    assert (await caller.post("/broadcasts/send", {**order, "content": "x", "sure": True})).code == "refused"
    key = "a-random-key-of-a-call"
    done = [await caller.post("/broadcasts/send", {**order, "sure": True}, key=key) for _ in range(2)]
    assert [one.status for one in done] == [200, 200]
    [sending] = await selling.stores.sendings.open()
    assert sending.by == f"token:{caller.name}"
    assert (
        await caller.post("/broadcasts/send", {**order, "sure": True, "again": "sale@x"})
    ).code == "refused"
    for what, status in (("pause", 200), ("pause", 409), ("resume", 200), ("cancel", 200), ("cancel", 409)):
        assert (await caller.post(f"/broadcasts/{what}", {"broadcast": "sale"})).status == status, what
        of = {"broadcast": "sale", "sending": done[0].content["sending"] + "x"}
        assert (await caller.post(f"/broadcasts/{what}", of)).code == "refused", what
    [entry] = (await caller.get("/broadcasts/calendar")).content["entries"]
    assert (entry["broadcast"], entry["state"]) == ("sale", "cancelled")
    for month, status in (("2026-12", 200), ("2026-13", 409), ("0001-01", 200), ("9999-12", 200)):
        assert (await caller.get("/broadcasts/calendar", month=month)).status == status, month
    assert (await caller.get("/broadcasts/report", broadcast="sale")).code == "refused"
    assert (await caller.post("/broadcasts/test", {"broadcast": "sale"})).code == "refused"
    agent = await selling.caller("agent")
    assert (await agent.post("/broadcasts/send", {**order, "sure": True})).code == "not_allowed"


@pytest.mark.ring("all", "page after page")
async def test_where_nobody_has_agreed_the_offer_says_so(selling: ApiWorld) -> None:
    """I1: in the answer, and in what the page shows; nobody is left who would get it."""
    await selling.stop()
    selling.written = selling.written.replace("to: everyone", "to: {contact: {marketing: true}}")
    await selling.start()
    await selling.add(replace(person(3, "小平"), marketing=False))
    offer = (await (await selling.caller("supervisor")).get("/broadcasts/offer", broadcast="sale")).content
    assert (offer["people"], offer["without"]["not_agreed"], offer["without"]["stopped"]) == (0, 2, 1)
    assert offer["why_not"] == (
        "it would not go out: it goes to people who have agreed to marketing, and of 3 people 2 have said"
        " nothing of it, 1 have refused"
    )


async def test_it_is_offered_and_ordered_for_a_moment_to_come(selling: ApiWorld) -> None:
    """E4, I3: `at` in both calls; one that is over, or in no calendar, is refused and nothing is ordered."""
    caller = await selling.caller("supervisor")
    at = NOW + timedelta(days=2)
    offer = (await caller.get("/broadcasts/offer", broadcast="sale", at=at.isoformat())).content
    assert datetime.fromisoformat(offer["begins"]) == at
    order = {"broadcast": "sale", "sure": True, **{one: offer[one] for one in ("people", "content", "cost")}}
    for wrong, code in (
        ((NOW - timedelta(days=2)).isoformat(), "refused"),
        ("9999-12-31T23:59:59-12:00", "refused"),
        ("2027-02-30T10:00:00+08:00", "wrong"),
        ("2027-02-20T10:00:00", "refused"),
        ("tomorrow", "wrong"),
    ):
        assert (await caller.post("/broadcasts/send", {**order, "at": wrong})).code == code, wrong
    assert await selling.stores.sendings.open() == []
    done = await caller.post("/broadcasts/send", {**order, "at": at.isoformat()})
    assert (done.status, datetime.fromisoformat(done.content["moment"])) == (200, at)
    [sending] = await selling.stores.sendings.open()
    assert (sending.moment, sending.began) == (at, None)
    [entry] = (await caller.get("/broadcasts/calendar", month=f"{at:%Y-%m}")).content["entries"]
    assert (datetime.fromisoformat(entry["at"]), entry["state"]) == (at, sending.state)


@pytest.mark.ring("all", "page after page")
async def test_an_order_that_is_not_what_was_shown_is_agreed_to(selling: ApiWorld) -> None:
    """I1, I3, I4: what `held` says is sent back; another content or number of messages is refused."""
    caller, at = await selling.caller("supervisor"), NOW + timedelta(days=2)
    assert (await caller.get("/broadcasts/held", broadcast="sale")).code == "refused"
    offer = (await caller.get("/broadcasts/offer", broadcast="sale", at=at.isoformat())).content
    order = {"broadcast": "sale", "sure": True, **{one: offer[one] for one in ("people", "content", "cost")}}
    sending = (await caller.post("/broadcasts/send", {**order, "at": at.isoformat()})).content["sending"]
    assert (await caller.get("/broadcasts/held", broadcast="sale")).code == "refused", "nothing differs"
    change = selling.stores.sendings.change
    assert await change(sending, ["planned"], held="changed", shown="another", shown_people=1)
    held = (await caller.get("/broadcasts/held", broadcast="sale")).content
    assert (held["why"], held["shown_people"], held["people"]) == ("changed", 1, 2)
    seen = {one: held[one] for one in ("sending", "people", "content", "cost", "covers")} | {
        "broadcast": "sale"
    }
    for wrong in ({"content": "x"}, {"covers": 1}, {"sending": f"{sending}x"}):
        assert (await caller.post("/broadcasts/agree", {**seen, **wrong})).code == "refused", wrong
    assert (await caller.post("/broadcasts/agree", seen)).status == 200
    [agreed] = await selling.stores.sendings.open()
    assert (agreed.held, agreed.shown, agreed.shown_people) == (None, offer["content"], 2)
    assert (await caller.post("/broadcasts/agree", seen)).code == "refused"


async def test_by_a_token_that_was_taken_away_while_it_was_counted_nothing_is_sent(
    selling: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await selling.caller("supervisor")
    offer = (await caller.get("/broadcasts/offer", broadcast="sale")).content
    order = {"broadcast": "sale", "sure": True, **{one: offer[one] for one in ("people", "content", "cost")}}

    async def counted(*about: Any, **how: Any) -> BroadcastCheck:
        await selling.tokens.revoke([caller.name], "command:root")
        return await check(*about, **how)

    monkeypatch.setattr(offer_module, "check", counted)
    assert (await caller.post("/broadcasts/send", order)).code == "refused"
    assert await selling.stores.sendings.open() == []


@pytest.mark.ring("all", "page after page")
async def test_links_forms_matches_and_days(selling: ApiWorld) -> None:
    caller = await selling.caller("supervisor")
    links = (await caller.get("/links")).content["links"]
    assert [(one["kind"], one["opened"]) for one in links][:1] == [("friend", None)]
    assert (await caller.get("/forms")).content == {"forms": []}
    assert (await caller.get("/matches")).content == {"matches": []}
    assert (await caller.post("/matches/confirm", {"match": "x"})).code == "refused"
    await count_day(selling.stores, selling.playbook, selling.clock.now())
    days = (await caller.get("/audiences/by-day")).content["days"]
    assert {(one["audience"], one["people"]) for one in days} == {("everyone", 2), ("vips", 0)}
