"""`oaflow export`: asks first, writes, tells programs (M5)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.people import folder, people
from tests.cli.test_contact_change import Terminal

__all__ = ["folder", "people"]


def test_it_asks_for_the_number_of_people(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "out"
    assert main(["export", "--into", str(into)]) == 1
    assert "add  --yes" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal("7\n"))
    assert main(["export", "--into", str(into)]) == 1
    assert not into.exists()
    monkeypatch.setattr(sys, "stdin", Terminal("6\n"))
    assert main(["export", "--into", str(into), "--as", "jsonl", "--conversations", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["messages"]) == (6, 0)
    assert {path.name for path in into.iterdir()} == set(told["files"])
    assert main(["export", "--into", str(into), "--yes"]) == 1
    assert main(["export", "--into", str(tmp_path / "x"), "--audience", "nobody", "--yes"]) == 1
    assert main(["audit", "--kind", "data_exported", "--json"]) == 0
    [line] = json.loads(capsys.readouterr().out)
    assert line["after"] == "6"
