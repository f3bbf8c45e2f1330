"""docs/broadcasts.zh-TW.md, for marketers: its broadcast is right, its commands are read. I1 to I7"""

from __future__ import annotations

import re

from bot.cli.command_line import parser
from bot.playbook.report import render
from tests.cli.oaflow import ROOT
from tests.playbooks import loaded

TEXT = (ROOT / "docs" / "broadcasts.zh-TW.md").read_text("utf-8")


def test_its_broadcast_is_right() -> None:
    found = re.search(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    right = loaded(found[1])
    assert right.playbook is not None
    assert render(right.problems, right.sources) == ""
    assert right.playbook.broadcasts["雙11"].goal is not None


def test_its_commands_are_read() -> None:
    commands = re.findall(r"(?:`|\$ )oaflow ([^`\n]+)", TEXT)
    assert len(commands) >= 12
    for command in commands:
        parser().parse_args(command.partition(" > ")[0].split())
