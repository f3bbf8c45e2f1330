"""A backup, and a restore into collections that are sharded, through a `mongos` (`router`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.operations.backups import RestoreOrder, back_up, restore
from bot.store.backup.records import BACKED_UP
from bot.store.database.mongo import DATABASE, Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW, ManualClock
from tests.sharded.router import Router
from tests.store.day import a_day


@pytest.fixture
async def routed(router: Router, database: Database) -> AsyncIterator[list[Database]]:
    """The database, which `database` has emptied, and another, through the router."""
    both = [Database(router.uri, name) for name in (DATABASE, "restored")]
    await both[1].drop("restored")
    yield both
    await both[1].drop("restored")
    for one in both:
        one.close()


@pytest.mark.ring("all", "two databases behind a pretend mongos")
async def test_a_mongos_refuses_nothing_of_a_backup_and_back(
    routed: list[Database], router: Router, seal: Seal, clock: ManualClock, tmp_path: Path
) -> None:
    first, second = routed
    await a_day(first, seal, clock)
    stores = stores_of(first, seal)
    await stores.register.check(seal.ring)
    changed = False

    def tell(done: int, of: int) -> None:
        nonlocal changed
        if not changed:
            changed = True
            people = first.synchronous("contacts")
            row = people.find_one({})
            assert row is not None
            people.update_one({"_id": row["_id"], "part": row["part"]}, {"$set": {"later": 1}})

    made = await back_up(
        stores, seal, tmp_path / "one.oaflow-backup", by="amy", program="", now=NOW, tell=tell
    )
    await restore(second, seal.ring, made.path, RestoreOrder("amy"), NOW)
    assert await asyncio.to_thread(_rows, first) == await asyncio.to_thread(_rows, second)
    assert {one for one in router.counted if one.reach == "refused"} == set()
    assert {one.collection for one in router.counted} >= {"contacts", "inbox", "timeline", "trace"}


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    others = (name for name in BACKED_UP if name not in ("audit", "backups"))  # that this was done
    found = {name: list(database.synchronous(name).find({}).sort("_id")) for name in others}
    assert any("later" in row for row in found["contacts"])
    return found
