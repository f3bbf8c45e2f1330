"""Behind a `mongos` the hot path asks one shard, or those of the parts it owns; nothing of it is refused.

The router (`router`) says that it is a `mongos`: the driver and our own connections behave as towards one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.sharded.judge import verdicts
from tests.sharded.router import SHARD_KEYS, Router
from tests.store.day import a_day

HERE = Path(__file__).parents[2]
OF_ALL_SHARDS = {
    "find inbox(_id)": "once for a batch of events that LINE delivers again, or after a part changed hands",
    "find timeline(u)": "every few seconds by one process, for the counts",
    "find timeline(contact, part)": "the timeline of one person, read by staff",
}
"""What is asked of all shards, and how often. `docs/operations/scaling.md` has the same."""


@pytest.fixture
async def routed(router: Router, database: Database, plain: bool) -> AsyncIterator[Database]:
    """The same database, emptied, through the router."""
    routed = Database(router.uri, plain=plain)
    await routed.prepare()
    yield routed
    routed.close()


@pytest.mark.ring("all", "two databases behind a pretend mongos")
@pytest.mark.both_ways
async def test_each_command_of_a_day_carries_its_shard_key(
    routed: Database, router: Router, seal: Seal, clock: ManualClock
) -> None:
    """By the driver alone, and with our own connections. The table is no longer than it has to be."""
    await a_day(routed, seal, clock)
    assert {one for one in router.counted if one.reach == "refused"} == set()
    assert {one.shape for one in router.counted if one.reach == "all"} == OF_ALL_SHARDS.keys()
    assert {one.collection for one in router.counted} >= {"contacts", "inbox", "timeline", "trace"}


def test_each_unique_index_is_one_that_a_sharded_cluster_makes() -> None:
    """MongoDB keeps values apart within a shard only."""
    for name, spec in COLLECTIONS.items():
        made = {"createIndexes": name, "indexes": [index.document for index in spec.all_indexes()]}
        assert [one for one in verdicts(made, SHARD_KEYS) if one.reach == "refused"] == []


@pytest.mark.ring("soak", "the tests of the runtime once more, behind a pretend mongos")
def test_whatever_the_runtime_does_no_mongos_refuses_it(tmp_path: Path) -> None:
    """All its tests, its random schedules too, through the router."""
    passed = tmp_path / "passed.tsv"
    env = {**os.environ, "OAFLOW_ROUTED": str(passed)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--ring", "all", "tests/runtime"]
    done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3_000:]
    refused = [line for line in passed.read_text().splitlines() if line.split("\t")[1] == "refused"]
    assert refused == []


def test_the_document_says_the_same() -> None:
    """Keys, commands for `mongosh`, and what is asked of all shards."""
    document = (HERE / "docs" / "operations" / "scaling.md").read_text()
    for name, key in SHARD_KEYS.items():
        fields = ", ".join(
            f'{field}: "{way}"' if way == "hashed" else f"{field}: {way}" for field, way in key.items()
        )
        assert f"| `{name}` | `{{ {fields} }}` |" in document
        assert f'sh.shardCollection("oaflow.{name}", {{ {fields} }})' in document
    assert document.count("sh.shardCollection(") == len(SHARD_KEYS)
    for shape, rate in OF_ALL_SHARDS.items():
        assert f"| `{shape}` | {rate} |" in document
