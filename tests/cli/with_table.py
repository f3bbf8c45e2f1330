"""A playbook in the folder where one stands, a table beside it, and commands that are given there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.store.mongod.embedded import OWN_NAME

Run = Callable[..., str]
"""Carries a command out that ends well, or with `code`; what it has said, on stdout or (`err`) on stderr."""


def folder_with(folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch, bot: str, **tables: str) -> Path:
    """The playbook `bot`, and each of `tables` as a spreadsheet of Taiwan saves it (Big5)."""
    (folder / "bot.yaml").write_text(bot, "utf-8")
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(table.encode("cp950"))
    monkeypatch.delenv("OAFLOW_DATA", raising=False)
    (folder / OWN_NAME).symlink_to(data)
    monkeypatch.chdir(folder)
    return folder


def runner(capsys: pytest.CaptureFixture[str], *before: str) -> Run:
    """What carries out commands that begin with these words."""

    def ran(*words: str, code: int = 0, err: bool = False) -> str:
        assert main([*before, *words]) == code
        said = capsys.readouterr()
        return said.err if err else said.out

    return ran
