"""L8, K1: a draft is handed in, and somebody else publishes exactly that, or gives it back."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.operations.drafts import approval
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.rights import Publisher, is_admin_now
from bot.store.cluster.drafts import Drafts
from bot.store.proposals import Proposals
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FILES,
    FIRST,
    PAGE,
    RULES,
    draft_context,
    editing,
    live_playbook,
    published,
    saved,
)
from tests.web.admin.staff_world import Staff, StaffWorld

PROPOSALS = f"{PAGE}/proposals"
BOT = f"publish: {{approval: true}}\n{FILES['bot.yaml']}"
TEN, NINE = (RULES.replace("11:00", hour) for hour in ("10:00", "9:00"))


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    """Two persons publish."""
    return await editing(worlds, tmp_path, {"bot.yaml": BOT})


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("supervisor", "mei"))


@pytest.fixture
async def tom(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("supervisor", "tom"))


async def handed_in(who: Staff, says: str = "") -> tuple[int, str]:
    """Look at one's own draft, and hand it in."""
    seen = re.search(r'name="seen" value="(\w+)"', (await who.get(f"{PAGE}/review"))[1])
    return await who.post(f"{PAGE}/propose", seen=seen[1] if seen else "", says=says)


async def approved(who: Staff, account: str) -> tuple[int, str]:
    """Look at what somebody has handed in, and press the button."""
    page = (await who.get(f"{PROPOSALS}?account={account}"))[1]
    seen = re.search(r'name="act" value="approve">.*name="seen" value="(\w+)"', page)
    return await who.post(PROPOSALS, act="approve", account=account, seen=seen[1] if seen else "")


async def number(world: StaffWorld) -> int:
    """What is live."""
    return (await world.stores.playbooks.all())[0].number


async def kinds(world: StaffWorld) -> list[str]:
    """The lines of the audit log about drafts."""
    found = await world.stores.audit.entries(
        ("draft_handed_in", "draft_approved", "draft_returned", "draft_withdrawn", "published"), 50
    )
    return [f"{one.kind} {one.by}" for one in reversed(found)]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_somebody_else_publishes_exactly_what_was_handed_in(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    await saved(mei, FIRST, TEN)
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "Two people publish here" in page
    assert 'action="/admin/playbook/publish"' not in page
    assert (await published(mei))[0] == 422
    assert await handed_in(mei, "夏天的時間") == (303, PAGE)
    await saved(mei, FIRST, NINE)

    assert "Waiting for approval: 1" in (await tom.get(PAGE))[1]
    assert "夏天的時間" in (await tom.get(PROPOSALS))[1]
    page = (await tom.get(f"{PROPOSALS}?account=mei"))[1]
    assert "<ins>每天 10:00</ins>" in page
    assert "9:00" not in page
    assert await approved(tom, "mei") == (303, PROPOSALS)
    live = (await world.stores.playbooks.all())[0]
    assert (live.number, live.by) == (2, "console:tom")
    assert "每天 10:00" in (await tom.get(f"{PAGE}?file={FIRST}"))[1]
    (mine,) = await world.stores.drafts.of("mei")
    assert "9:00" in mine.text
    assert "tom has published what you had handed in" in (await mei.get(PAGE))[1]
    assert await handed_in(mei) == (303, PAGE)  # based on what is live, and not behind it
    assert (await kinds(world))[1:] == [
        *("draft_handed_in console:mei", "published console:tom", "draft_approved console:tom"),
        "draft_handed_in console:mei",
    ]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_nobody_approves_their_own_in_no_browser(world: StaffWorld) -> None:
    account = await world.account("admin", "mei")
    mei, again = await world.signed_in(account), await world.signed_in(account)
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    proposal = await world.stores.proposals.of("mei")
    assert proposal is not None
    for browser in (mei, again):
        status, page = await browser.post(PROPOSALS, act="approve", account="mei", seen=proposal.stamp)
        assert (status, "you have handed this in yourself" in page) == (422, True)
    assert await number(world) == 1
    assert await mei.post(PROPOSALS, act="withdraw") == (303, PAGE)
    assert await world.stores.drafts.of("proposal:mei") == []
    assert [one.text for one in await world.stores.drafts.of("mei")] == [TEN]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_comes_back_with_a_sentence(world: StaffWorld, mei: Staff, tom: Staff) -> None:
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    proposal = await world.stores.proposals.of("mei")
    assert proposal is not None
    for says, status in ((" ", 422), ("<b>週末</b>不是十點", 303), ("too late", 303)):
        sent = {"act": "return", "account": "mei", "seen": proposal.stamp, "says": says}
        assert (await tom.post(PROPOSALS, None, **sent))[0] == status
    page = (await mei.get(PAGE))[1]
    assert "tom has given your draft back" in page
    assert "&lt;b&gt;週末&lt;/b&gt;不是十點" in page
    assert [one.text for one in await world.stores.drafts.of("mei")] == [TEN]
    await mei.post(PROPOSALS, act="withdraw")
    assert "has given your draft back" not in (await mei.get(PAGE))[1]


async def test_what_was_looked_at_is_what_is_approved(world: StaffWorld, mei: Staff, tom: Staff) -> None:
    """Handed in anew between the look and the button; and only half of its files are there after a crash."""
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    seen = await world.stores.proposals.of("mei")
    assert seen is not None
    await saved(mei, FIRST, NINE)
    await handed_in(mei)
    status, page = await tom.post(PROPOSALS, act="approve", account="mei", seen=seen.stamp)
    assert (status, "look once more" in page) == (422, True)
    await world.stores.drafts.replace("proposal:mei", [])
    assert await tom.get(f"{PROPOSALS}?account=mei") == (303, PROPOSALS)
    assert await number(world) == 1


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_approval_is_not_switched_off_by_one(world: StaffWorld, tom: Staff) -> None:
    boss = await world.signed_in(await world.account("admin", "boss"))
    await saved(boss, "bot.yaml", FILES["bot.yaml"])
    assert (await published(boss))[0] == 422
    await handed_in(boss)
    assert (await approved(tom, "boss"))[0] == 303  # an administrator has handed it in
    await saved(boss, FIRST, TEN)
    assert (await published(boss))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_two_supervisors_do_not_make_an_administrator(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    boss = await world.signed_in(await world.account("admin", "boss"))
    await saved(mei, "bot.yaml", f'{BOT}hooks: {{mine: {{url: "https://elsewhere.example"}}}}\n')
    await handed_in(mei)
    page = (await tom.get(f"{PROPOSALS}?account=mei"))[1]
    assert "an administrator has to publish this" in page
    proposal = await world.stores.proposals.of("mei")
    assert proposal is not None
    assert (await tom.post(PROPOSALS, act="approve", account="mei", seen=proposal.stamp))[0] == 422
    assert (await approved(boss, "mei"))[0] == 303
    assert await number(world) == 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_given_back_where_something_else_was_published_meanwhile(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    await saved(mei, FIRST, TEN)
    await saved(tom, FIRST, NINE)
    await handed_in(mei)
    await handed_in(tom)
    assert (await approved(tom, "mei"))[0] == 303
    page = (await mei.get(f"{PROPOSALS}?account=tom"))[1]
    assert "give it back, so that it is renewed" in page
    proposal = await world.stores.proposals.of("tom")
    assert proposal is not None
    assert (await mei.post(PROPOSALS, act="approve", account="tom", seen=proposal.stamp))[0] == 422
    assert await number(world) == 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_handed_in_while_somebody_approves_is_not_lost(
    world: StaffWorld, tmp_path: Path, mei: Staff
) -> None:
    await saved(mei, FIRST, TEN)
    assert (await handed_in(mei))[0] == 303
    desk = draft_context(world.stores, world.clock, tmp_path)
    first, draft = await approval.handed_in(desk, "mei")
    tom = Publisher("tom", "tom", partial(is_admin_now, world.stores, "tom"))

    async def publish(*given: Any, **more: Any) -> None:
        await desk.publish(*given, **more)
        world.clock.advance(1)
        there = draft.files[FIRST]
        new = replace(there, content=NINE.encode(), revision=there.revision + 1)
        anew = replace(draft, files={FIRST: new})
        await approval.hand_in(desk, anew, "mei", Publisher("mei", "mei", tom.is_admin), "once more")

    await approval.approve(replace(desk, publish=publish), "mei", first.stamp, tom, untested=True)
    found = await world.stores.proposals.of("mei")
    assert found is not None
    assert (found.state, found.says) == ("open", "once more")
    assert [one.content for one in await world.stores.drafts.of(found.owner)] == [NINE.encode()]


async def test_a_refusal_leaves_the_card_of_what_was_handed_in(mei: Staff) -> None:
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    status, page = await mei.post(f"{PAGE}/file", act="new", path="../out.yaml")
    assert (status, "Your draft waits for approval" in page, "Waiting for approval: 1" in page) == (
        *(422, True, True),
    )


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("at", ["publish", "settle", "decide", "remove"])
async def test_what_is_live_waits_for_nobody_wherever_its_publisher_ended(
    world: StaffWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, mei: Staff
) -> None:
    """Between the transaction that makes it live and each write after that."""
    amy = await world.signed_in(await world.account("supervisor", "amy"))
    await saved(mei, FIRST, TEN)
    await saved(mei, "cards/unused.png", b"a picture that nothing names")
    await handed_in(mei)
    desk = draft_context(world.stores, world.clock, tmp_path)
    seen = await world.stores.proposals.of("mei")
    assert seen is not None
    tom = Publisher("tom", "console:tom", partial(is_admin_now, world.stores, "tom"))

    async def publish(*given: Any, **more: Any) -> None:
        await desk.publish(*given, **more)
        raise Killed

    async def killed(*given: Any) -> None:
        raise Killed

    places = {
        "settle": (DraftContext, "settle"),
        "decide": (Proposals, "decide"),
        "remove": (Drafts, "replace"),
    }
    dying = replace(desk, publish=publish) if at == "publish" else desk
    with monkeypatch.context() as faults:
        if at in places:
            faults.setattr(*places[at], killed)
        with pytest.raises(Killed):
            await approval.approve(dying, "mei", seen.stamp, tom, untested=True)
    assert await number(world) == 2

    sent = {"act": "approve", "account": "mei", "seen": seen.stamp}
    assert await amy.post(PROPOSALS, None, **sent) == (303, PROPOSALS)
    assert "this is live already: tom has published it" in (await amy.get(PROPOSALS))[1]
    assert "Nothing waits for approval" in (await amy.get(PROPOSALS))[1]
    page = (await mei.get(PAGE))[1]
    assert "tom has published what you had handed in" in page
    assert [one.path for one in await world.stores.drafts.of("mei")] == ["cards/unused.png"]
    assert await number(world) == 2
    assert (await kinds(world)).count("draft_approved console:tom") == 1


async def test_its_author_hears_that_it_is_live_before_anybody_looks(
    world: StaffWorld, tmp_path: Path, mei: Staff
) -> None:
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    desk = draft_context(world.stores, world.clock, tmp_path)
    found, draft = await approval.handed_in(desk, "mei")
    tom = Publisher("tom", "console:tom", partial(is_admin_now, world.stores, "tom"))
    await desk.make_live(draft, found.owner, tom, untested=True, handed_in=found)
    assert "tom has published what you had handed in" in (await mei.get(PAGE))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_was_taken_back_since_waits_on(world: StaffWorld, tmp_path: Path, mei: Staff) -> None:
    """Only what is live now was published: whoever brings back the version before decides nothing."""
    await saved(mei, FIRST, TEN)
    await handed_in(mei)
    desk = draft_context(world.stores, world.clock, tmp_path)
    found, draft = await approval.handed_in(desk, "mei")
    tom = Publisher("tom", "console:tom", partial(is_admin_now, world.stores, "tom"))
    await desk.make_live(draft, found.owner, tom, untested=True, handed_in=found)
    await live_playbook(world.stores, world.clock, tmp_path, {"bot.yaml": BOT})
    assert [one.account for one in await approval.waiting(desk)] == ["mei"]
