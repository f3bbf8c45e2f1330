"""`oaflow export`: asks first, writes, tells programs (M5)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.oaflow import Terminal


def test_it_asks_for_the_number_of_people(
    people: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "out"
    assert "add  --yes" in run("export", "--into", str(into), code=1).err
    monkeypatch.setattr(sys, "stdin", Terminal("7\n"))
    run("export", "--into", str(into), code=1)
    assert not into.exists()
    monkeypatch.setattr(sys, "stdin", Terminal("6\n"))
    told = json.loads(run("export", "--into", str(into), "--as", "jsonl", "--conversations", "--json").out)
    assert (told["people"], told["messages"]) == (6, 0)
    assert {path.name for path in into.iterdir()} == set(told["files"])
    run("export", "--into", str(into), "--yes", code=1)
    run("export", "--into", str(tmp_path / "x"), "--audience", "nobody", "--yes", code=1)
    [line] = json.loads(run("audit", "--kind", "data_exported", "--json").out)["entries"]
    assert line["after"] == "6"
