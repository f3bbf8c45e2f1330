"""`--language`, as it is written after every command that has it."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The commands below one, as argparse keeps them."""


def add_language(command: argparse.ArgumentParser) -> None:
    """Add the option to a command."""
    command.add_argument(
        "--language",
        choices=["zh-TW", "en"],
        help="language of what is said (that of LC_ALL, LC_MESSAGES, LANG, else of the playbook)",
    )
