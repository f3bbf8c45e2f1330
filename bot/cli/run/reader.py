"""Who reads what a process that serves says on stderr: people at a terminal, or machines."""

from __future__ import annotations

import sys

from bot.cli.terminal_text import write_err
from bot.model.translatable import ENGLISH, Language, tr

_words, _is_asked_for = ENGLISH, False
"""The language of the whole process, as its stderr is; whether `--language` names it."""


def is_read_by_people() -> bool:
    """Whether stderr is a terminal: then it is for people, else for machines (and in English)."""
    return sys.stderr.isatty()


def reader() -> Language:
    """The language of the people who read it."""
    return _words


def of_page() -> str:
    """The language in which a page begins: that of the terminal, Chinese where nobody reads one."""
    return reader().name if _is_asked_for or is_read_by_people() else "zh-TW"


def begin(words: Language, *, is_asked_for: bool, plays: bool) -> None:
    """From here on messages are in this language. Where somebody `plays`, a line says at once that it begins:
    until it serves, some seconds go by."""
    global _words, _is_asked_for
    _words, _is_asked_for = words, is_asked_for
    if plays and is_read_by_people():
        write_err(f"{reader().text(tr('starting …'))}\n")
