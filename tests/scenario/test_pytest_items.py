"""pytest collects a playbook's scenarios as items, and tells a failure in its own words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
    """pytest as a shop starts it; the plug-in is there by its entry point."""
    return pytester.runpytest_inprocess()


@pytest.mark.ring("all", "a session of pytest within")
def test_a_scenario_that_holds_is_a_test_that_passes(shop: Path, pytester: pytest.Pytester) -> None:
    run(pytester).assert_outcomes(passed=1)


@pytest.mark.ring("all", "a session of pytest within")
def test_one_that_fails_tells_the_conversation(shop: Path, pytester: pytest.Pytester) -> None:
    (shop / "tests" / "scenarios" / "bad.yaml").write_text(BAD, "utf-8")
    ended = run(pytester)
    ended.assert_outcomes(passed=1, failed=1)
    out = ended.stdout.str()
    assert "tests/scenarios/bad.yaml:4:10: failed: the bot said something else" in out
    assert "    bot.yaml:3:" in out
    assert "Traceback" not in out


@pytest.mark.ring("all", "a session of pytest within")
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Somebody else's project, with a package `bot` of its own, where oaflow is installed."""
    for name, text in {
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "-p no:cacheprovider"\n',
        "bot/__init__.py": "",
        "bot/greeting.py": "HELLO = 'hi'\n",
        "tests/test_greeting.py": "from bot.greeting import HELLO\n\ndef test_it():\n    assert HELLO\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def pytest_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, as the project's people start it."""
    return subprocess.run(
        [*command, "--asyncio-mode=strict", "-W", "ignore"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


MODULE, SCRIPT = (sys.executable, "-m", "pytest"), (str(Path(sys.executable).with_name("pytest")),)


@pytest.mark.ring("all", "a session of pytest within")
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(MODULE, id="module"),
        pytest.param(SCRIPT, id="script", marks=pytest.mark.ring("soak", "more of the same")),
    ],
)
def test_a_project_with_a_package_bot_of_its_own(project: Path, command: tuple[str, ...]) -> None:
    """The plug-in imports nothing of ours where no playbook has scenarios: theirs is found."""
    ended = pytest_in(project, *command)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout


@pytest.mark.ring("all", "a session of pytest within")
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(SCRIPT, id="script"),
        pytest.param(MODULE, id="module", marks=pytest.mark.ring("soak", "more of the same")),
    ],
)
def test_such_a_project_with_a_playbook_is_told_what_collides(
    project: Path, command: tuple[str, ...]
) -> None:
    """And their own tests pass without the scenarios."""
    (project / "tests" / "scenarios").mkdir()
    (project / "tests" / "scenarios" / "good.yaml").write_text(GOOD, "utf-8")
    (project / "bot.yaml").write_text(BOT + CHANNELS + RULE, "utf-8")
    ended = pytest_in(project, *command)
    assert ended.returncode == 2
    assert f'"bot" is a package of this project ({project / "bot"})' in ended.stdout
    assert f"oaflow test {project}" in ended.stdout
    assert "1 passed" in pytest_in(project, *command, "-p", "no:oaflow").stdout
