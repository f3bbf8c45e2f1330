"""`oaflow publish` plays the scenarios first; what went live untested stands in the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.model.audit import AuditEntry
from bot.model.processes import Serving
from bot.operations.audit_trail import entries
from tests.cli.oaflow import LINE_SETTINGS, Ended, ended
from tests.cli.people_database import opened, stores_in

HOURS = "每天 11:00–21:00"
SCENARIO = f"scenario: 營業時間\nsteps:\n  - user: 營業時間\n  - bot: {HOURS}\n"


@pytest.fixture
def tested(shop: Path) -> Path:
    """The shop, with a scenario."""
    (shop / "tests" / "scenarios").mkdir(parents=True)
    (shop / "tests" / "scenarios" / "hours.yaml").write_text(SCENARIO, "utf-8")
    return shop


def edit(shop: Path) -> None:
    """Change what the scenario expects."""
    text = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(text.replace(HOURS, "整天"), "utf-8")


async def publishes(shop: Path, *options: str) -> Ended:
    return await ended("publish", str(shop), *options, **LINE_SETTINGS)


async def lines(shop: Path) -> list[AuditEntry]:
    """What the audit log says of playbooks, the last first; a key that the database got to know is none."""
    async with stores_in(shop) as stores:
        return [one for one in await entries(stores) if one.kind != "keys_added"]


async def test_its_scenarios_are_played_first(tested: Path) -> None:
    end = await publishes(tested)
    assert end.code == 0
    assert end.out.startswith("the playbook is live with the next start: number 1 (")
    assert end.err.startswith("1 scenario, 0 failed in ")


async def test_in_chinese(tested: Path) -> None:
    chinese = {"LC_ALL": "zh_TW.UTF-8"}
    end = await ended("publish", str(tested), **chinese, **LINE_SETTINGS)
    assert end.out.startswith("下次啟動就是這一版：第 1 版（"), end.err
    end = await ended("publish", str(tested), **chinese, **LINE_SETTINGS)
    assert end.out.startswith("本來就在線上：第 1 版")
    edit(tested)
    end = await ended("publish", str(tested), **chinese, **LINE_SETTINGS)
    assert (end.code, end.out) == (1, "")
    assert "有測試對話失敗：沒有發布，線上的照舊\n= 建議：" in end.err


async def test_a_failing_one_is_refused_with_its_report(tested: Path) -> None:
    """Nothing is changed."""
    assert (await publishes(tested)).code == 0
    edit(tested)
    end = await publishes(tested)
    assert (end.code, end.out) == (1, "")
    assert "tests/scenarios/hours.yaml:4" in end.err
    assert "1 scenario, 1 failed" in end.err
    assert "oaflow publish --untested" in end.err
    assert [row.after.split()[0] for row in await lines(tested)] == ["1"]


async def test_untested_is_recorded(tested: Path) -> None:
    edit(tested)
    end = await publishes(tested, "--untested")
    assert end.code == 0
    assert "scenario" not in end.err
    [line] = await lines(tested)
    number, version = line.after.split()
    assert (line.kind, number, line.about) == ("published", "1", "untested")
    assert version in end.out


async def test_what_is_live_already_is_not_published_again(tested: Path) -> None:
    """Neither played nor recorded."""
    found: list[Any] = [await publishes(tested) for _ in range(2)]
    assert "was live already: number 1" in found[1].out
    assert found[1].err == ""
    assert len(await lines(tested)) == 1


async def test_what_nobody_serves_is_no_success(tested: Path) -> None:
    """It was live already, and the only process that runs has other files; as when it is published first."""
    assert (await publishes(tested)).code == 0
    async with opened(tested) as database:
        await database.stores.processes.heartbeat(
            Serving(database.process, "shop-pc:/bot", "another", "another")
        )
        end = await publishes(tested)
        assert (end.code, "nobody serves it" in end.out) == (1, True), end
        assert (await publishes(tested, "--unserved")).code == 0


async def test_a_scenario_that_cannot_be_read(tested: Path) -> None:
    (tested / "tests" / "scenarios" / "hours.yaml").write_text("scenario: 壞\nstep: []\n", "utf-8")
    end = await publishes(tested)
    assert (end.code, end.out) == (1, "")
    assert "hours.yaml:2" in end.err
