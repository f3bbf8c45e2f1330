"""What staff do is the same for a command and for a page: nothing is printed, no option is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

OPERATIONS = Path(__file__).parents[2] / "bot" / "operations"
MODULES = sorted(OPERATIONS.rglob("*.py"))
OF_A_COMMAND = {"argparse", "getpass", "os", "sys"}
"""Where arguments come from, and words go to."""
OPTION = re.compile(r"(?<![\w(])--(?!git )\w")
"""`diff --git` begins a part of a patch."""


def test_nothing_reads_arguments_or_prints() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import)
        for name in (alias.name for alias in node.names)
        if name in OF_A_COMMAND
    ]
    assert not wrong, "\n".join(wrong)


def test_no_sentence_names_an_option() -> None:
    wrong = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OPTION.search(node.value)
    ]
    assert not wrong, "\n".join(wrong)
