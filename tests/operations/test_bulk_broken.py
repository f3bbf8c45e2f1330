"""J2: a process that is killed in the middle of a batch: who goes on has the right figures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.model.bulk_run import BulkFigures, SoughtPeople
from bot.operations import bulk_work
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.operations.test_bulk_work import KilledError, World, kill, listed, on_line


@pytest_asyncio.fixture
async def world(
    database: Database, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A bot that begins to serve once somebody is killed."""
    monkeypatch.setattr(bulk_work, "TOGETHER", 10)
    monkeypatch.setattr(bulk_work, "PATIENCE", 0.1)
    world = World(database, seal, clock)
    yield world
    await world.bot.crash()


DEATHS = ("plan", "store", "poke", "write", "keep")


@pytest.mark.parametrize("turns_taken", [False, True], ids=["turns wait", "turns taken"])
@pytest.mark.parametrize("where", DEATHS)
@pytest.mark.parametrize("off", [True, False], ids=["off", "on"])
async def test_the_figures_are_right(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, *, off: bool, turns_taken: bool
) -> None:
    """Found by the very tag that goes, nobody who has lost it is found again."""
    tags = ("VIP", "咖啡") if off else ("咖啡",)
    await world.add(*(on_line(n, *tags) for n in range(7)), *(listed(n, *tags) for n in range(6)))
    await world.add(listed(100, "咖啡") if off else listed(100, "咖啡", "VIP"), listed(101))
    sought = SoughtPeople(tag="VIP" if off else "咖啡")
    run = await world.ordered(world.tag(sought, off=off))
    stores = world.stores
    parts = {
        "plan": stores.bulk_runs,
        "store": stores.inbox_commit,
        "poke": stores.contacts,
        "write": stores.friends,
        "keep": stores.bulk_runs,
        "end audit": stores.audit,
    }
    kill(monkeypatch, parts[where], where.split()[0])
    with pytest.raises(KilledError):
        await world.work.carry_on(run)
    await world.bot.start()
    if turns_taken:
        await world.bot.settle()
    world.clock.advance((HELD_FOR + timedelta(seconds=1)).total_seconds())
    other = world.process()
    claimed = await world.stores.bulk_runs.claim(other.holder, world.clock.now())
    assert claimed is not None
    over = await other.carry_on(claimed)
    await world.bot.settle()
    assert (over.state, over.figures) == ("done", BulkFigures(done=13, same=0 if off else 1))
    assert len(await world.with_tag("VIP")) == (0 if off else 14)
