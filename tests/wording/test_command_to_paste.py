"""A command to paste is written without `..`, however the one that runs was called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.wording.command_to_paste import command_to_paste


def test_the_path_of_the_command_has_no_way_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "shop" / ".." / "oaflow")])
    assert command_to_paste("check", environment={}) == f"{tmp_path}/oaflow check"


def test_a_command_on_the_path_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "oaflow"
    command.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [f"{tmp_path}/shop/../oaflow"])
    assert command_to_paste("check", environment={"PATH": str(tmp_path)}) == "oaflow check"
