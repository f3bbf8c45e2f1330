"""Publishing as data: what came of it, or why it is refused, for a command and for a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.model.audit import AuditEntry
from bot.model.problem import Problem
from bot.model.processes import Serving
from bot.operations import publishing
from bot.operations.audit_trail import entries
from bot.operations.publishing import (
    Despite,
    NoProcessServes,
    PublishRefused,
    ScenarioFails,
    publish,
    to_publish,
)
from bot.playbook.load import load
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores
from tests.cli.people import BOT

ME = "console:amy"
UNSERVED = Despite(unserved=True)


@pytest.fixture
def found(tmp_path: Path) -> ValidPlaybook:
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    return to_publish(load(tmp_path, {}))


async def holds() -> bool:
    return True


async def fails() -> bool:
    return False


def nothing(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    raise AssertionError(problems)


async def log(stores: Stores) -> list[AuditEntry]:
    return await entries(stores)


async def test_it_is_live_and_says_who_did_it(stores: Stores, found: ValidPlaybook) -> None:
    first = await publish(stores, found, Despite(), ME, rehearse=holds, tell=nothing)
    assert (first.served, first.live.number, first.live.version) == (
        "with-next-start",
        1,
        found.playbook.version,
    )
    again = await publish(stores, found, Despite(), ME, rehearse=fails, tell=nothing)
    assert (again.served, again.live.number) == ("was-live", 1)
    (row,) = await log(stores)
    assert (row.by, row.kind, row.before, row.after) == (
        ME,
        "published",
        "",
        f"1 ({found.playbook.version[:12]})",
    )


async def test_a_scenario_that_fails_is_a_reason(stores: Stores, found: ValidPlaybook) -> None:
    with pytest.raises(ScenarioFails, match="a scenario fails: it is not published"):
        await publish(stores, found, Despite(), ME, rehearse=fails, tell=nothing)
    assert await stores.playbooks.live() is None
    done = await publish(stores, found, Despite(untested=True), ME, rehearse=fails, tell=nothing)
    (row,) = await log(stores)
    assert (done.served, row.about) == ("with-next-start", "untested")


async def test_processes_with_other_files_are_a_reason(
    stores: Stores, found: ValidPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "ANSWER_PATIENCE", 0.0)
    other = Serving("p", "shop-pc:/bot", "another", "another", 0.0)
    await stores.processes.heartbeat(other)
    with pytest.raises(NoProcessServes, match=re.escape("shop-pc:/bot serves another")):
        await publish(stores, found, Despite(), ME, rehearse=holds, tell=nothing)
    assert await log(stores) == []
    done = await publish(stores, found, UNSERVED, ME, rehearse=holds, tell=nothing)
    again = await publish(stores, found, Despite(), ME, rehearse=holds, tell=nothing)
    assert (done.served, again.served) == ("unserved", "was-live-unserved")


def test_mistakes_are_a_reason(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text("bot: x\n", "utf-8")
    with pytest.raises(PublishRefused, match="it is not published, and what is live goes on"):
        to_publish(load(tmp_path, {}))
