"""Where `oaflow` begins. What it needs is imported inside, so that Ctrl-C meanwhile ends it without a word of
Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bot.cli.exit_codes import INTERRUPTED, RIGHT, STARTED_BY, WRONG


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    from bot.cli.command_line import carried_out

    return carried_out(arguments)


def entry() -> None:
    """The entry point of the package."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # who reads it has seen enough, as `head` has; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = WRONG
    except KeyboardInterrupt:  # before, or beside, what ends in order by itself
        code = INTERRUPTED
    sys.exit(RIGHT if code == INTERRUPTED and STARTED_BY in os.environ else code)
