"""L8: the draft of somebody who cannot go on: downloaded, taken over, discarded, removed after 30 days."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from yarl import URL

from bot.model.audit import AuditKind
from bot.operations.drafts.ended import draft_stores
from bot.runtime.sweeps.ended_drafts import EndedDrafts
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FIRST,
    PAGE,
    RULES,
    editing,
    saved,
)
from tests.web.admin.staff_world import StaffWorld

DRAFTS = f"{PAGE}/drafts"
DAY = timedelta(days=1)


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


async def suspended(world: StaffWorld, name: str, *, lift: bool = False) -> None:
    await world.change(name, suspended=None if lift else world.clock.now())


def sweep(world: StaffWorld, *, owns: bool = True) -> EndedDrafts:
    return EndedDrafts(draft_stores(world.stores), lambda part: owns, world.clock)


@pytest.mark.ring("all", "starts a process")
async def test_an_administrator_downloads_it_and_takes_it_over(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    tom = await world.signed_in(await world.account("admin", "tom"))
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    await mei.post(f"{PAGE}/file", act="remove", path="rules/second.yaml", base="")
    assert "Drafts of accounts that have ended" not in (await tom.get(PAGE))[1]
    assert await tom.get(f"{DRAFTS}/files?account=mei") == (303, DRAFTS)
    assert await tom.post(DRAFTS, act="take", account="mei") == (303, DRAFTS)
    await suspended(world, "mei")
    assert "Drafts of accounts that have ended: 1" in (await tom.get(PAGE))[1]
    async with tom.http.get(tom.url.join(URL(f"{DRAFTS}/files?account=mei"))) as answer:
        archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert "10:00" in archive.read(FIRST).decode()
    assert archive.read("taken_out.txt") == b"rules/second.yaml\n"
    assert await tom.post(DRAFTS, act="take", account="mei") == (303, PAGE)
    assert [one.path for one in await world.stores.drafts.of("tom")] == [FIRST, "rules/second.yaml"]
    assert await world.stores.drafts.of("mei") == []
    assert "There are none" in (await tom.get(DRAFTS))[1]


@pytest.mark.ring("all", "starts a process")
async def test_it_is_not_taken_over_a_draft_of_ones_own_and_discarded(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    tom = await world.signed_in(await world.account("admin", "tom"))
    for who in (mei, tom):
        await saved(who, FIRST, RULES.replace("11:00", "10:00"))
    await suspended(world, "mei")
    await tom.post(DRAFTS, act="take", account="mei")
    assert len(await world.stores.drafts.of("mei")) == 1
    await tom.post(DRAFTS, act="discard", account="mei")
    assert await world.stores.drafts.of("mei") == []
    assert len(await world.stores.drafts.of("tom")) == 1


async def test_it_is_removed_30_days_after_the_end_and_not_of_who_came_back(world: StaffWorld) -> None:
    for name in ("mei", "bo", "amy"):
        who = await world.signed_in(await world.account("supervisor", name))
        await saved(who, FIRST, RULES.replace("11:00", "10:00"))
    await suspended(world, "mei")
    await suspended(world, "bo")
    await sweep(world).look()
    world.clock.advance(29 * DAY.total_seconds())
    await suspended(world, "bo", lift=True)
    await sweep(world).look()
    assert len(await world.stores.drafts.of("mei")) == 1
    world.clock.advance(2 * DAY.total_seconds())
    await sweep(world, owns=False).look()
    assert len(await world.stores.drafts.of("mei")) == 1
    await sweep(world).look()
    assert await world.stores.drafts.of("mei") == []
    assert len(await world.stores.drafts.of("bo")) == 1
    assert len(await world.stores.drafts.of("amy")) == 1
    expired: tuple[AuditKind, ...] = ("draft_expired",)
    assert [one.about for one in await world.stores.audit.entries(expired, 9)] == ["mei"]
