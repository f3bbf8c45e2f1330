"""The commands as `docs/operations/commands.md` lists them: what `oaflow --help` says of each."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from bot.cli.command_line import COMMANDS
from tests.cli.test_commands import commands


def command_list() -> str:
    """A line for what each command does, or for each of its actions."""
    return "".join(line for name in COMMANDS for line in _lines(name))


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
    from tests.documents.generated import write_all

    write_all()
