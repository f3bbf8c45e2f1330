"""docs/stores.zh-TW.md, for who looks after stores: its playbook is right, its table is taken. D1"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from bot.cli.command_line import parser
from bot.operations.clerk_file import clerk_lines_of, parse_clerk_line
from bot.playbook.report import render
from tests.cli.oaflow import ROOT
from tests.playbooks import loaded

TEXT = (ROOT / "docs" / "stores.zh-TW.md").read_text("utf-8")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def block(kind: str) -> str:
    found = re.search(rf"^ *```{kind}\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    return dedent(found[1])


def test_its_playbook_and_its_table_go_together(tmp_path: Path) -> None:
    found = loaded(block("yaml"))
    assert found.playbook is not None
    assert render(found.problems, found.sources) == ""
    table = tmp_path / "clerks.csv"
    table.write_text(block("csv"), "utf-8")
    told = [parse_clerk_line(line.cells, found.playbook, NOW) for line in clerk_lines_of(table)]
    assert [(one.number, one.store, one.role) for one in told] == [
        ("A01", "xinyi", "store_manager"),
        ("A02", "banqiao", None),
    ]


def test_its_commands_are_read() -> None:
    commands = re.findall(r"`oaflow ([^`]+)`", TEXT)
    assert len(commands) >= 7
    for command in commands:
        parser().parse_args(command.partition(" > ")[0].split())
