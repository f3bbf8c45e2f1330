"""pytest collects a playbook's scenarios as items, and tells a failure in its own words."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from bot.scenario import pytest_items
from tests.playbooks import BOT, CHANNELS

pytest_plugins = ["pytester"]

RULE = "rules: [{when: {text: 嗨}, reply: 哈囉}]\n"
GOOD = "scenario: 好\nsteps: [{user: 嗨}, {bot: 哈囉}]\n"
BAD = "scenario: 壞\nsteps:\n  - user: 嗨\n  - bot: 早\n"


@pytest.fixture
def shop(pytester: pytest.Pytester) -> Path:
    folder = pytester.path / "tests" / "scenarios"
    folder.mkdir(parents=True)
    (pytester.path / "bot.yaml").write_text(BOT + CHANNELS + RULE, "utf-8")
    (folder / "good.yaml").write_text(GOOD, "utf-8")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    return pytester.path


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    """pytest as a shop starts it; a fresh clone has the plugin by its entry point."""
    installed = any(point.value == pytest_items.__name__ for point in entry_points(group="pytest11"))
    return pytester.runpytest_inprocess(plugins=[] if installed else [pytest_items])


def test_a_scenario_that_holds_is_a_test_that_passes(shop: Path, pytester: pytest.Pytester) -> None:
    run(pytester).assert_outcomes(passed=1)


def test_one_that_fails_tells_the_conversation(shop: Path, pytester: pytest.Pytester) -> None:
    (shop / "tests" / "scenarios" / "bad.yaml").write_text(BAD, "utf-8")
    ended = run(pytester)
    ended.assert_outcomes(passed=1, failed=1)
    out = ended.stdout.str()
    assert "tests/scenarios/bad.yaml:4:10: failed: the bot said something else" in out
    assert "    bot.yaml:3:" in out
    assert "Traceback" not in out


def test_mistakes_are_told_as_check_tells_them(shop: Path, pytester: pytest.Pytester) -> None:
    """Those of the scenario, and those of the playbook."""
    (shop / "tests" / "scenarios" / "good.yaml").write_text(GOOD.replace("user", "usr"), "utf-8")
    assert "[scenario-unknown-step]" in run(pytester).stdout.str()
    (shop / "bot.yaml").write_text(BOT + CHANNELS + RULE.replace("reply", "rply"), "utf-8")
    ended = run(pytester)
    ended.assert_outcomes(failed=1)
    assert "bot.yaml:3:" in ended.stdout.str()


def test_other_yaml_is_left_alone(shop: Path, pytester: pytest.Pytester) -> None:
    (shop / "tests" / "other.yaml").write_text("a: 1\n", "utf-8")
    (shop / "tests" / "scenarios" / "notes.yml").write_text("a: 1\n", "utf-8")
    run(pytester).assert_outcomes(passed=1)
    (shop / "bot.yaml").unlink()
    assert run(pytester).ret is pytest.ExitCode.NO_TESTS_COLLECTED
