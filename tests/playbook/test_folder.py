"""Which files are read, and what is said of those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing

TEXT = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\n'


@pytest.mark.parametrize("name", ["", "bot.yaml", "nowhere", "bad\0name"])
def test_no_playbook_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlaybookMissing, match="no playbook here"):
        load(tmp_path / name, {})


def test_a_folder_called_bot_yaml_is_none(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").mkdir()
    with pytest.raises(PlaybookMissing, match="is not a file"):
        load(tmp_path, {})


def test_files_to_come_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(TEXT + "rule: 1\n", "utf-8")
    for name in (
        "flows/a.yaml",
        "rules/deep/b.yaml",
        "cards/c.yml",
        "cards/c.json",
        "tests/scenarios/d.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("rules: []\n", "utf-8")
    loaded = load(tmp_path, {})
    assert [(p.place.file, p.code, p.level) for p in loaded.problems] == [
        ("bot.yaml", "unknown-section", "error"),
        ("cards/c.yml", "file-not-read", "warning"),
        ("flows/a.yaml", "not-yet", "error"),
        ("rules/deep/b.yaml", "not-yet", "error"),
    ]
    assert render(loaded.problems, loaded.sources).endswith(
        'rules/deep/b.yaml:1:1: error: "rules/deep/b.yaml" belongs to the playbook, but this version of'
        " oaflow reads bot.yaml only [not-yet]\n"
        "  = hint: move its sections into bot.yaml\n"
        "3 errors, 1 warning in 4 files\n"
    )


def test_another_playbook_inside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    inner = tmp_path / "flows" / "other" / "flows"
    inner.mkdir(parents=True)
    (inner.parent / "bot.yaml").write_text("", "utf-8")
    (inner / "a.yaml").write_text("", "utf-8")
    assert load(tmp_path, {}).problems == ()
