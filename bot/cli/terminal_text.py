"""All that commands write on stdout and stderr: nothing in it may steer the terminal that shows it.

What people are called, and what they write, is chosen by strangers; so are names in the files of others.
"""

from __future__ import annotations

import sys

from bot.model.plain_text import harmless

CLEAR_LINE = "\r\033[K"
"""Back to the first column of a terminal, with nothing behind it."""


def write_out(text: str) -> None:
    """A result, on stdout."""
    sys.stdout.write(harmless(text))


def write_file_out(text: str) -> None:
    """A file's content on stdout: as it is, unless a terminal shows it."""
    sys.stdout.write(harmless(text.replace("\r\n", "\n")) if sys.stdout.isatty() else text)


def write_err(text: str) -> None:
    """What is no result, on stderr, at once."""
    sys.stderr.write(harmless(text))
    sys.stderr.flush()


def write_over(text: str) -> None:
    """In place of the line that stands on stderr; a line of its own where that is no terminal."""
    sys.stderr.write(f"{CLEAR_LINE}{harmless(text)}" if sys.stderr.isatty() else f"{harmless(text)}\n")
    sys.stderr.flush()


def clear_line() -> None:
    """Nothing in place of the line that stands on stderr."""
    sys.stderr.write(CLEAR_LINE)
    sys.stderr.flush()
