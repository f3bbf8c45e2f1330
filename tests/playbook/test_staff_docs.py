"""docs/broadcasts.zh-TW.md and docs/stores.zh-TW.md, for marketers and who looks after stores: what they show
is right, their commands are read. I1 to I7, D1"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from textwrap import dedent

import pytest

from bot.cli.command_line import parser
from bot.engine.compiled.playbook import Playbook
from bot.operations.clerk_file import clerk_table, parse_clerk_line
from bot.playbook.report import render
from tests.cli.oaflow import ROOT
from tests.playbooks import loaded

BROADCASTS, STORES = (
    (ROOT / "docs" / f"{name}.zh-TW.md").read_text("utf-8") for name in ("broadcasts", "stores")
)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def block(text: str, kind: str) -> str:
    """The first block of this kind."""
    found = re.search(rf"^ *```{kind}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    assert found
    return dedent(found[1])


def right(text: str) -> Playbook:
    """The first playbook of a page, of which nothing is to be said."""
    found = loaded(block(text, "yaml"))
    assert found.playbook is not None
    assert render(found.problems, found.sources) == ""
    return found.playbook


def test_the_broadcast_is_right() -> None:
    assert right(BROADCASTS).broadcasts["雙11"].goal is not None


def test_the_playbook_of_stores_and_its_table_go_together(tmp_path: Path) -> None:
    playbook = right(STORES)
    table = tmp_path / "clerks.csv"
    table.write_text(block(STORES, "csv"), "utf-8")
    told = [
        parse_clerk_line(line.cells, playbook, NOW)
        for line in clerk_table(BytesIO(table.read_bytes()), table.name).lines
    ]
    assert [(one.number, one.store, one.role) for one in told] == [
        ("A01", "xinyi", "store_manager"),
        ("A02", "banqiao", None),
    ]


@pytest.mark.ring("all", "reads the documents of the staff")
@pytest.mark.parametrize(("text", "least"), [(BROADCASTS, 12), (STORES, 7)], ids=["broadcasts", "stores"])
def test_the_commands_are_read(text: str, least: int) -> None:
    commands = re.findall(r"(?:`|\$ )oaflow ([^`\n]+)", text)
    assert len(commands) >= least
    for command in commands:
        parser().parse_args(command.partition(" > ")[0].split())
