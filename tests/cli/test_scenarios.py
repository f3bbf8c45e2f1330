"""`oaflow test` as people and programs use it: exit codes, what is printed where, what is played."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.oaflow import ROOT, ended_process
from tests.playbooks import BOT, CHANNELS

RULE = "rules: [{when: {text: 嗨}, reply: 哈囉}]\n"
GOOD = "scenario: 打招呼\nsteps:\n  - user: 嗨\n  - bot: 哈囉\n"
BAD = "scenario: 打錯招呼\nsteps:\n  - user: 嗨\n  - bot: 早安\n"


@pytest.fixture
def greeting(tmp_path: Path) -> Path:
    scenarios = tmp_path / "tests" / "scenarios"
    scenarios.mkdir(parents=True)
    (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + RULE, "utf-8")
    (scenarios / "good.yaml").write_text(GOOD, "utf-8")
    return tmp_path


def add(folder: Path, name: str, text: str) -> None:
    (folder / "tests" / "scenarios" / f"{name}.yaml").write_text(text, "utf-8")


def test_all_hold(greeting: Path, run: Run) -> None:
    out, err = run("test", str(greeting))
    assert re.fullmatch(rf"1 scenario, 0 failed in \d+\.\d\d s\ntested: {re.escape(str(greeting))}\n", out)
    assert err == ""


def test_one_fails(greeting: Path, run: Run) -> None:
    add(greeting, "bad", BAD)
    out, err = run("test", str(greeting), code=1)
    assert out.startswith("tests/scenarios/bad.yaml:4:10: failed: the bot said something else\n  打錯招呼\n")
    meant, _, found, folder = out.splitlines()[-4:]
    assert meant == (
        "changed on purpose? write into the scenario what the bot says now, or record it anew;"
        " else put the playbook back"
    )
    assert re.fullmatch(r"2 scenarios, 1 failed in \d+\.\d\d s", found)
    assert folder == f"tested: {greeting}"
    assert err == ""


def test_for_programs(greeting: Path, run: Run) -> None:
    add(greeting, "bad", BAD)
    found = json.loads(run("test", str(greeting), "--json", code=1).out)
    assert found["failed"] == 1
    assert [(s["file"], s["scenario"], s["holds"]) for s in found["scenarios"]] == [
        ("tests/scenarios/bad.yaml", "打錯招呼", False),
        ("tests/scenarios/good.yaml", "打招呼", True),
    ]


@pytest.mark.parametrize("name", ["good", "good.yaml", "tests/scenarios/good.yaml"])
def test_some_by_name(greeting: Path, name: str, run: Run) -> None:
    add(greeting, "bad", BAD)
    assert run("test", str(greeting), name).out.startswith("1 scenario, 0 failed")


def test_the_playbook_may_be_left_out(greeting: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add(greeting, "bad", BAD)
    monkeypatch.chdir(greeting)
    here, all_of_it = run("test", "good"), run("test", code=1)
    monkeypatch.chdir(greeting.parent)
    elsewhere = run("test", str(greeting / "tests" / "scenarios" / "good.yaml"))
    for out, err in (here, all_of_it, elsewhere):
        assert f"\ntested: {greeting}\n" in out
        assert err == ""


def test_a_mistake_in_a_scenario_is_shown_and_the_others_are_played(greeting: Path, run: Run) -> None:
    add(greeting, "wrong", GOOD.replace("bot", "bto"))
    out, err = run("test", str(greeting), code=1)
    assert 'wrong.yaml:4:5: error: unknown key "bto" [scenario-unknown-step]' in err
    assert 'a similar name exists: "bot"' in err
    assert "2 scenarios, 1 failed" in out


def test_for_programs_a_playbook_with_mistakes_is_what_check_says_of_it(greeting: Path, run: Run) -> None:
    (greeting / "bot.yaml").write_text(BOT + CHANNELS + RULE.replace("reply:", "replay:"), "utf-8")
    out, err = run("test", str(greeting), "--json", code=1)
    told = json.loads(out)
    assert told["errors"] == len(told["problems"]) > 0
    assert (told["problems"][0]["file"], told["problems"][0]["line"]) == ("bot.yaml", 3)
    assert err == ""


def test_a_playbook_with_mistakes_is_shown_as_check_shows_it(greeting: Path, run: Run) -> None:
    (greeting / "bot.yaml").write_text(BOT + CHANNELS + RULE.replace("reply", "rply"), "utf-8")
    played = run("test", str(greeting), code=1)
    assert (played.out, played.err) == ("", run("check", str(greeting), code=1).out)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], 'there is no scenario "nowhere"'),
        (["goood"], 'there is no scenario "goood": a similar name exists: "good"'),
    ],
)
def test_what_is_not_there(greeting: Path, words: list[str], says: str, run: Run) -> None:
    assert run("test", str(greeting), *words, code=2).err == f"oaflow: {says}\n"


def test_nothing_to_test_is_no_success(tmp_path: Path, run: Run) -> None:
    assert "there is no playbook here" in run("test", str(tmp_path), code=2).err
    (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + RULE, "utf-8")
    assert "there are no scenarios" in run("test", str(tmp_path), code=2).err


@pytest.mark.ring("soak", "the worked example once more, as a process")
async def test_the_worked_example_as_a_command() -> None:
    """Without any variable set, and in a process of its own."""
    done = await ended_process("test", str(ROOT))
    assert (done.code, done.err) == (0, ""), done.out
    assert re.search(rf"^\d+ scenarios, 0 failed in \d+\.\d\d s\ntested: {ROOT}$", done.out)
