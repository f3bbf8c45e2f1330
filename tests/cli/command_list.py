"""The commands as `docs/operations/commands.md` lists them: what `oaflow --help` says of each."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from bot.cli.command_line import COMMANDS
from tests.cli.test_commands import commands


def command_list() -> str:
    """A line for what each command does; those of several actions have a heading of their own."""
    several = [name for name in COMMANDS if _is_several(commands()[name])]
    alone = [line for name in COMMANDS if name not in several for line in _lines(name)]
    parts = [_part("Commands without actions", alone)]
    parts += [_part(f"`{name}`: {COMMANDS[name][1]}", _lines(name)) for name in several]
    return "\n".join(parts)


def _part(heading: str, lines: Iterable[str]) -> str:
    return f"### {heading}\n\n{''.join(lines)}"


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
