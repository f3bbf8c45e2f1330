"""L8, K1: what decides where data and secrets go is published by an administrator."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.admin import CONFIRMED_LIFE
from bot.operations.drafts.rights import NeedsAdmin, Publisher
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FILES,
    FIRST,
    PAGE,
    RULES,
    draft_context,
    editing,
    published,
    saved,
)
from tests.web.admin.staff_world import PASSWORD, StaffWorld

HOOK = FILES["bot.yaml"] + 'hooks: {mine: {url: "https://elsewhere.example", headers: {A: "${SECRET}"}}}\n'
OPTIONAL = FILES["bot.yaml"] + (
    'hooks: {mine: {url: "https://elsewhere.example", secret: "${SECRET:-}", headers: {A: "${SECRET:-}"}}}\n'
)
"""Without a value this is no header, and its hook a mistake; on the server it has one."""


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


async def number(world: StaffWorld) -> int:
    """What is live."""
    return (await world.stores.playbooks.all())[0].number


async def test_a_supervisor_sends_no_secret_to_a_hook_of_hers(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    await saved(mei, "bot.yaml", HOOK)
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "hooks.mine.url" in page
    assert "hooks.mine.headers.A" in page
    assert "Ask an administrator to publish it" in page
    assert 'action="/admin/playbook/publish"' not in page
    draft = await draft_context(world.stores, world.clock, Path()).draft("mei")
    status, said = await mei.post(f"{PAGE}/publish", seen=draft.stamp)
    assert (status, "an administrator has to publish this" in said) == (422, True)
    assert await number(world) == 1
    await saved(mei, "bot.yaml", FILES["bot.yaml"])
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    assert (await published(mei))[0] == 303


async def test_a_variable_with_a_default_is_a_variable(world: StaffWorld, tmp_path: Path) -> None:
    """What the review cannot fill was left out of the comparison, and nobody was asked about it."""
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    await saved(mei, "bot.yaml", OPTIONAL)
    draft = await draft_context(world.stores, world.clock, Path()).draft("mei")
    status, said = await mei.post(f"{PAGE}/publish", seen=draft.stamp)
    assert (status, "an administrator has to publish this" in said) == (422, True)
    tom = await world.signed_in(await world.account("admin", "tom"))
    await saved(tom, "bot.yaml", OPTIONAL)
    draft = await draft_context(world.stores, world.clock, Path()).draft("tom")
    assert (await tom.post(f"{PAGE}/publish", seen=draft.stamp))[0] == 303
    await mei.post(f"{PAGE}/file", act="drop")
    await saved(mei, "bot.yaml", OPTIONAL.replace("elsewhere", "hers"))
    draft = await draft_context(world.stores, world.clock, Path()).draft("mei")
    status, said = await mei.post(f"{PAGE}/publish", seen=draft.stamp)
    assert (status, "an administrator has to publish this" in said) == (422, True)
    assert await number(world) == 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_scenarios_are_played_of_what_stand_ins_cannot_fill(world: StaffWorld, tmp_path: Path) -> None:
    tom = await world.signed_in(await world.account("admin", "tom"))
    await saved(tom, "bot.yaml", OPTIONAL)
    await saved(
        tom,
        "tests/scenarios/wrong.yaml",
        "scenarios:\n  - name: 錯\n    steps: [{user: 地址}, {bot: 別的}]\n",
    )
    draft = await draft_context(world.stores, world.clock, tmp_path).draft("tom")
    status, said = await tom.post(f"{PAGE}/publish", seen=draft.stamp)
    assert (status, "a scenario fails" in said) == (422, True)
    assert await number(world) == 1


async def test_an_administrator_does_if_they_are_one_still(world: StaffWorld, tmp_path: Path) -> None:
    """Asked once more just before it is live."""
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, "bot.yaml", HOOK)
    assert 'action="/admin/playbook/publish"' in (await mei.get(f"{PAGE}/review"))[1]
    desk, answers = draft_context(world.stores, world.clock, tmp_path), [False, True]

    async def is_admin() -> bool:
        return answers.pop()

    with pytest.raises(NeedsAdmin):
        await desk.make_live(
            await desk.draft("mei"), "mei", Publisher("mei", "mei", is_admin), untested=False
        )
    assert await number(world) == 1
    assert (await published(mei))[0] == 303
    assert await number(world) == 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_browser_left_open_sends_no_secret_to_a_hook(world: StaffWorld, tmp_path: Path) -> None:
    """What an administrator alone publishes is asked about as their accounts are (K1); the rest is not."""
    mei = await world.signed_in(await world.account("admin", "mei"))
    world.clock.advance(CONFIRMED_LIFE.total_seconds())
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    assert (await published(mei))[0] == 303
    await saved(mei, "bot.yaml", HOOK)
    assert 'action="/admin/playbook/publish"' in (await mei.get(f"{PAGE}/review"))[1]
    status, page = await published(mei)
    assert (status, 'name="confirmation"' in page, await number(world)) == (403, True, 2)
    draft = await draft_context(world.stores, world.clock, tmp_path).draft("mei")
    wrong = await mei.post(f"{PAGE}/publish", seen=draft.stamp, confirmation="not this one")
    assert (wrong[0], await number(world)) == (403, 2)
    assert (await mei.post(f"{PAGE}/publish", seen=draft.stamp, confirmation=PASSWORD))[0] == 303
    assert await number(world) == 3


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_where_the_folder_is_the_truth_a_draft_goes_out_as_a_patch(
    worlds: StaffWorlds, tmp_path: Path
) -> None:
    """L8: no button, and no way around it; what the patch holds is what the draft changes."""
    bot = {"bot.yaml": f"publish: {{from: folder}}\n{FILES['bot.yaml']}"}
    world = await editing(worlds, tmp_path, bot)
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "Download a patch file (for engineers)" in page
    assert 'action="/admin/playbook/publish"' not in page
    assert (await published(mei))[0] == 422
    draft = await draft_context(world.stores, world.clock, Path()).draft("mei")
    status, said = await mei.post(f"{PAGE}/publish", seen=draft.stamp)
    assert (status, "this playbook is published from its folder" in said) == (422, True)
    status, patch = await mei.get(f"{PAGE}/patch")
    assert status == 200
    assert patch.startswith(f"diff --git a/{FIRST} b/{FIRST}\n")
    assert "-    reply: 每天 11:00\n+    reply: 每天 10:00\n" in patch
    assert await number(world) == 1
