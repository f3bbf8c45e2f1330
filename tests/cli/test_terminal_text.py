"""R4: what strangers write never steers the terminal of whoever looks at it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from bot.cli.terminal_text import write_err, write_file_out, write_out, write_over
from tests.sources import BOT, modules, nodes_of

EVIL = "小美\x1b]0;pwned\x07\x9b2J\u202egnp.exe\r"
SHOWN = "小美\\u001b]0;pwned\\u0007\\u009b2J\\u202egnp.exe\\u000d"
COMMANDS = BOT / "cli"
STREAMS = {"stdout", "stderr"}


class Screen(StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_nothing_steers_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = Screen(), Screen()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    write_out(EVIL)
    write_file_out(f"{EVIL}\r\n")
    write_err(EVIL)
    write_over(EVIL)
    assert out.getvalue() == f"{SHOWN}{SHOWN}\n"
    assert err.getvalue() == f"{SHOWN}\r\033[K{SHOWN}"


def test_a_file_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    write_file_out(EVIL)
    assert out.getvalue() == EVIL


def ways_around(module: Path) -> Iterator[str]:
    """Where a command writes on a stream itself, or prints."""
    for node in nodes_of(module, r"\b(?:print|input)\(|\bsys\.std"):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input")):
                yield f"{module.name}:{node.lineno}"
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="sys"), attr=stream), attr="write" | "writelines"
            ) if stream in STREAMS:
                yield f"{module.name}:{node.lineno}"


def test_every_command_writes_through_one_place() -> None:
    """So that no command that is added later forgets it."""
    found = [one for file in modules(COMMANDS) for one in ways_around(file)]
    assert len(found) == 6, found
    assert {one.partition(":")[0] for one in found} == {"terminal_text.py"}
