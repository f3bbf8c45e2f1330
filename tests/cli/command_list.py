"""The commands as `docs/operations/commands.md` lists them: what `oaflow --help` says of each.

`python -m tests.cli.command_list` writes that part of the page anew, the index of help, and the page of the
operations.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from bot.cli.command_line import COMMANDS, parser
from bot.cli.help_index import FILE, written
from tests.cli.test_commands import commands
from tests.operations import operation_list

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "commands.md"
BEGINS = "\n## All of them\n"


def command_list() -> str:
    """A line for what each command does, or for each of its actions."""
    return f"{BEGINS}\n{''.join(line for name in COMMANDS for line in _lines(name))}"


def _lines(name: str) -> Iterator[str]:
    for called, command in commands().items():
        if called.split()[0] == name and not _is_several(command):
            yield f"- `oaflow {called}`: {_says(command)}\n"


def _is_several(command: argparse.ArgumentParser) -> bool:
    return command._subparsers is not None


def _says(command: argparse.ArgumentParser) -> str:
    said = command.description or ""
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]  # LINE stays LINE


if __name__ == "__main__":
    head, _, _ = PAGE.read_text("utf-8").partition(BEGINS)
    PAGE.write_text(head + command_list(), "utf-8")
    FILE.write_text(
        json.dumps(written(parser()), ensure_ascii=False, separators=(",\n", ":")) + "\n", "utf-8"
    )
    operation_list.PAGE.write_text(operation_list.operation_list(), "utf-8")
