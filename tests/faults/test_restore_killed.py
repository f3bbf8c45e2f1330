"""A restore that is killed, or stands still for longer than its claim lives: nobody uses the half, the next
one makes it whole, and what has lost its claim writes nothing any more."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.operations.backups import back_up
from bot.store.backup import history
from bot.store.backup.refill import ASIDE
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.cli.oaflow import ROOT, Ended, ended, environment
from tests.conftest import NOW, ManualClock
from tests.depth import one_of
from tests.eventually import PATIENCE, eventually
from tests.started import started
from tests.store.test_collections import nothing
from tests.store.whole_story import Story

LIFE = 1
"""Seconds for which a claim lives in these processes; in production 30."""
PLAYBOOK = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1001", channel_secret: x}}
database: "%s"
keys: ${OAFLOW_KEYS}
rules: [{when: {text: 嗨}, reply: 哈囉}]
"""
OF_THE_DEED = ("audit", "backups")
"""A backup and a restore are written down there."""
POINTS = (
    *("_take_place:20", "_begin", "_insert", "_insert:4", "_insert:15", "_insert:30", "_compare", "_index"),
    *("_take_place", "_take_place:1", "end"),
)

FROZEN = ("_insert:4", "_begin", "_index", "_take_place", "_take_place:20", "end")


@dataclass
class Shop:
    """A playbook with its database, what is in it, and two backups: `before` anybody came, and of `now`."""

    folder: Path
    keys: str
    stores: Stores
    seal: Seal
    before: Path
    now: Path
    sums_of: dict[Path, Mapping[str, str]] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        return {"OAFLOW_KEYS": self.keys}

    def words(self, backup: Path) -> tuple[str, ...]:
        return (str(self.folder), str(backup), "--replace", "--yes")

    async def restored(self, backup: Path) -> Ended:
        return await ended("restore", *self.words(backup), **self.environment)

    async def sums(self, file: str) -> Mapping[str, str]:
        """The SHA-256 of each collection, as a backup of it has that now."""
        path = self.folder / f"{file}.oaflow-backup"
        made = await back_up(self.stores, self.seal, path, by="test", program="", now=NOW)
        found = made.content.collections
        return {name: one.digest for name, one in found.items() if name not in OF_THE_DEED}

    async def aside(self) -> list[str]:
        """What lies aside still."""
        rows = self.stores.database.collection("restores").driver.database
        return [name for name in rows.list_collection_names() if name.startswith(ASIDE)]


@pytest.fixture
async def shop(database: Database, mongod: str, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Shop]:
    (tmp_path / "bot.yaml").write_text(PLAYBOOK % mongod, "utf-8")
    keys = generate()
    seal = Seal(parse(keys))
    stores = stores_of(database, seal, "test")
    await stores.register.check(seal.ring)
    shop = Shop(
        tmp_path, keys, stores, seal, tmp_path / "before.oaflow-backup", tmp_path / "now.oaflow-backup"
    )
    shop.sums_of[shop.before] = await shop.sums("before")
    await Story(database, seal, clock, nothing).told()
    shop.sums_of[shop.now] = await shop.sums("now")
    yield shop
    await database.prepare()


async def restoring(shop: Shop, backup: Path, point: str, life: int = LIFE) -> asyncio.subprocess.Process:
    """A process that restores this backup, and waits at the point."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.restoring_process", str(life), point, *shop.words(backup)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment(shop.environment),
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n", await process.communicate()
    return process


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("point", one_of(len(POINTS), [(point,) for point in POINTS]))
async def test_killed_anywhere_nobody_starts_on_the_half_and_the_next_makes_it_whole(
    shop: Shop, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = await restoring(shop, shop.now, point)
    second = await shop.restored(shop.before)
    assert (second.code, "another restore into this database goes on" in second.err) == (1, True), second
    process.kill()
    assert await process.wait() == -9
    bot = await started("run", str(shop.folder), "--port", "0", env=environment(shop.environment))
    out, err = await asyncio.wait_for(bot.communicate(), PATIENCE)
    assert (bot.returncode, b"a restore into this database has not ended" in err) == (1, True), (out, err)
    monkeypatch.setattr(history, "LIFE", LIFE)
    again = await eventually(lambda: shop.restored(shop.now), lambda end: "was killed in" not in end.err)
    assert again.code == 0, again
    assert await shop.sums("again") == shop.sums_of[shop.now]
    assert not await shop.aside()


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("life", [LIFE, pytest.param(30, marks=pytest.mark.ring("soak", "more of the same"))])
@pytest.mark.parametrize("point", one_of(len(FROZEN), [(point,) for point in FROZEN]))
async def test_frozen_for_longer_than_its_claim_lives_it_writes_nothing_of_what_is_anothers(
    shop: Shop, point: str, life: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wakes up before its next write."""
    process = await restoring(shop, shop.now, point, life)
    assert process.stdin is not None
    process.send_signal(signal.SIGSTOP)
    process.stdin.write(b"\n")
    monkeypatch.setattr(history, "LIFE", life)
    try:
        end = await eventually(lambda: shop.restored(shop.before), lambda end: "was killed in" not in end.err)
        assert end.code == 0, end
        process.send_signal(signal.SIGCONT)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert b"another restore into this database has begun meanwhile" in err, err
        assert process.returncode == 1
        assert await shop.sums("after") == shop.sums_of[shop.before]
        assert not await shop.aside()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
