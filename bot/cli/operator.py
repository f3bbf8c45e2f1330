"""The operator: who runs a command, as the audit log names them."""

from __future__ import annotations

import argparse
import getpass
import os
from argparse import ArgumentParser

from bot.operations.actors import COMMAND

NAME_MOST = 80
"""Characters of a name that is given."""


def commander(by: str | None = None) -> str:
    """Who gives the command, as the audit log names them: the user of this machine, and who `--by` says."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    return f"{COMMAND}{user}" if by is None else f"{COMMAND}{user} ({by})"


def add_by(command: ArgumentParser) -> None:
    """`--by`, for `commander`."""
    command.add_argument(
        "--by", type=_name, metavar="NAME", help="who does it, for the audit log, beside the machine's user"
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise argparse.ArgumentTypeError(f"a name has 1 to {NAME_MOST} characters")
    return name
