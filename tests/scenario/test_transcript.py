"""Scenarios as chats: what is shown is what was played, and nothing else. L8"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.translatable import ENGLISH
from bot.scenario import result
from bot.scenario import transcript as module
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import all_played, played
from bot.scenario.transcript import ShownScenario, shown

EXAMPLE = Path(__file__).parents[2]
BOT = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: "${SECRET}"}}
rules:
  - when: {text: 優惠}
    do:
      - reply: {text: 85 折, quick_replies: [領取, 看看]}
      - add_tags: [看過優惠]
  - when: {text: [領取, 看看]}
    reply: 好的
  - {when: {text: 標籤}, if: {tag: 看過優惠}, reply: 看過}
"""
WATCHED = """\
  - {when: {enters: buyers}, add_tags: [進]}
audiences:
  buyers: {if: {tag: 看過優惠}}
"""


def chat(folder: Path, steps: str) -> ShownScenario:
    """A scenario of these steps, played."""
    (folder / "bot.yaml").write_text(BOT, "utf-8")
    file = folder / "tests/scenarios/a.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"scenario: 問優惠\nsteps:\n{steps}", "utf-8")
    files = PlaybookFiles(folder, {})
    return shown(files, "tests/scenarios/a.yaml", files.load())


def lines(one: ShownScenario) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(line.side, line.said(ENGLISH), line.buttons, line.mark) for line in one.lines]


def test_bubbles_buttons_and_tags(tmp_path: Path) -> None:
    one = chat(
        tmp_path, "  - user: 優惠\n  - bot: 85 折\n  - wait: 1h\n  - user: {taps: 領取}\n  - bot: 好的\n"
    )
    assert one.result.holds, one.result.problems
    assert [line[:3] for line in lines(one)[:3]] == [
        ("customer", "優惠", ()),
        ("bot", "85 折", ("領取", "看看")),
        ("event", 'the tag "看過優惠" is on', ()),
    ]
    assert [side for side, *_ in lines(one)[3:]] == ["event", "customer", "bot"]


def test_what_was_expected_stands_where_it_should_have_been_said(tmp_path: Path) -> None:
    one = chat(tmp_path, "  - user: 優惠\n  - bot: 9 折\n")
    assert not one.result.holds
    assert one.result.failure is not None
    assert one.result.failure.place.line == 4
    assert [line for line in lines(one) if line[3] != " "] == [
        ("bot", "9 折", (), "-"),
        ("bot", "85 折", ("領取", "看看"), "+"),
    ]


def test_a_file_with_mistakes_has_no_conversation(tmp_path: Path) -> None:
    one = chat(tmp_path, "  - usr: 優惠\n")
    assert (one.lines, one.result.holds) == ((), False)
    assert one.result.problems


def test_one_that_takes_too_long_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", -1.0)
    one = chat(tmp_path, "  - user: 優惠\n  - bot: 85 折\n")
    assert one.result.failure is not None
    assert "takes longer" in str(one.result.failure.message)


def test_one_step_without_an_end_is_stopped_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bot.yaml").write_text(BOT + WATCHED, "utf-8")
    (tmp_path / "tests/scenarios").mkdir(parents=True)
    for name in "ab":
        text = "scenario: 等\nsteps:\n  - user: 優惠\n  - bot: 85 折\n  - wait: 1000d\n"
        (tmp_path / f"tests/scenarios/{name}.yaml").write_text(text, "utf-8")
    files = PlaybookFiles(tmp_path, {})
    monkeypatch.setattr(result, "LONGEST", 0.2)
    monkeypatch.setattr(result, "ALL_LONGEST", 0.1)
    first, second = all_played(files, files.load())
    assert first.failure is not None
    assert first.failure.place.line == 5
    assert "takes longer" in str(first.failure.message)
    assert second.failure is not None
    assert not second.holds
    assert "not played" in str(second.failure.message)


@pytest.mark.ring("all", "over the whole worked example")
def test_every_scenario_of_the_example_comes_out_as_by_oaflow_test() -> None:
    files = PlaybookFiles(EXAMPLE, {})
    loaded = files.load()
    for file in files.scenarios()[::4]:
        one = shown(files, file, loaded)
        assert one.result.holds == played(files, file, loaded).holds, file
        assert one.lines, file
