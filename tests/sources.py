"""The repository as its checks read it: each text once, and parsed only where what is looked for stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
TESTS = ROOT / "tests"


@cache
def modules(folder: Path) -> tuple[Path, ...]:
    """All modules of Python in this folder and below, in order."""
    return tuple(sorted(folder.rglob("*.py")))


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def nodes_of(path: Path, needle: str) -> Iterator[ast.AST]:
    """All that is written in a module in whose text this pattern is found; nothing of another.

    Trees are let go: hardly a module has what two checks look for, and a million nodes that stay are looked
    through for garbage again and again, which costs more than parsing.
    """
    if re.search(needle, text_of(path)):
        yield from ast.walk(ast.parse(text_of(path)))
