"""`oaflow graph`: which flow of which playbook, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Run

SHOP = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}
rules:
  - {when: {text: 開始}, start: quiz}
flows:
  quiz:
    title: 小測驗
    states:
      問:
        ask: 幾歲？
        answer: number
        give_up_after: {30m: 完}
        next: 完
      完: {end: true}
"""


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "bot.yaml").write_text(SHOP, "utf-8")
    return tmp_path / "shop"


def test_a_flow(playbook: Path, run: Run) -> None:
    out, err = run("graph", str(playbook), "quiz")
    assert out.startswith('---\ntitle: "小測驗"\n---\nflowchart TD\n')
    assert err == ""


def test_which_flows_there_are(playbook: Path, run: Run) -> None:
    assert run("graph", str(playbook)).out == "quiz  小測驗\n"
    assert run("graph", str(playbook / "bot.yaml")).out == "quiz  小測驗\n"


def test_one_word_is_a_flow_of_the_playbook_here(
    playbook: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(playbook)
    drawn = run("graph", "quiz").out
    assert run("graph", "quiz", "--format", "mermaid").out == drawn
    assert "quiz  小測驗\n" in run("graph").out
    monkeypatch.chdir("..")
    assert "quiz  小測驗\n" in run("graph", "shop").out


def test_no_such_flow(playbook: Path, run: Run) -> None:
    out, err = run("graph", str(playbook), "quis", code=1)
    assert out == ""
    assert err == 'oaflow: the playbook has no flow "quis"; a similar name exists: "quiz"\n'


def test_a_playbook_that_is_wrong_is_not_drawn(playbook: Path, run: Run) -> None:
    (playbook / "bot.yaml").write_text(SHOP.replace("next: 完", "next: 玩"), "utf-8")
    out, err = run("graph", str(playbook), "quiz", code=1)
    assert out == ""
    assert "[unknown-state]" in err


def test_a_flow_as_svg(playbook: Path, run: Run) -> None:
    out, err = run("graph", str(playbook), "quiz", "--format", "svg")
    assert out.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert "<title>小測驗</title>" in out
    assert err == ""


def test_a_picture_is_of_one_flow(playbook: Path, run: Run) -> None:
    """Who redirects it into a file shall not find a list there."""
    said = run("graph", str(playbook), "--format", "svg", code=1)
    assert said == ("", "oaflow: no flow is named; its flows are quiz\n")


def test_in_which_language(playbook: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    assert "回答了" in run("graph", str(playbook), "quiz").out
    assert "answered" in run("graph", str(playbook), "quiz", "--language", "en").out


@pytest.mark.ring("all", "a command from beginning to end")
def test_the_layout_is_read_only_where_it_is_needed() -> None:
    """Other commands begin without it, and so does Mermaid's text."""
    code = (
        "import sys; import bot.cli.command_line, bot.cli.playbook.graph, bot.cli.link;"
        "print({'graphlay', 'PIL', 'segno'} & sys.modules.keys())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
