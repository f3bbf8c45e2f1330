"""Who reads what a process that serves says on stderr: people at a terminal, or machines."""

from __future__ import annotations

import os
import sys

from bot.cli.language import language
from bot.model.said import Language, say

_spoken: str | None = None
"""The language that `--language` names, of the whole process as its stderr is."""


def is_read_by_people() -> bool:
    """Whether stderr is a terminal: then it is for people, else for machines (and in English)."""
    return sys.stderr.isatty()


def reader() -> Language:
    """The language of the people who read it."""
    return language(_spoken, os.environ)


def of_page() -> str:
    """The language in which a page begins for whoever has started this: Chinese where nobody reads along."""
    return reader().name if _spoken is not None or is_read_by_people() else "zh-TW"


def begin(spoken: str | None, *, plays: bool) -> None:
    """From here on people are told in this language. Who `plays` hears at once that it begins: until it
    serves, some seconds go by."""
    global _spoken
    _spoken = spoken
    if plays and is_read_by_people():
        sys.stderr.write(f"{reader().text(say('starting …'))}\n")
        sys.stderr.flush()
