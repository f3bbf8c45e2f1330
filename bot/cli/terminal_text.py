"""What is written to a terminal: answers and progress, harmless to it; a question with yes or no.

What people are called, and what they write, is chosen by strangers; so are names in the files of others.
"""

from __future__ import annotations

import sys
import time

from bot.model.plain_text import harmless
from bot.model.translatable import Language, Refusal, Translatable, tr

_COLOURS = {"+": "32", "-": "31", "@": "36"}
"""By the sign that a line of the difference begins with."""
CLEAR_LINE = "\r\033[K"
"""Back to the first column of a terminal, with nothing behind it."""


def write_out(text: str) -> None:
    """A result, on stdout."""
    sys.stdout.write(harmless(text))


def write_difference(line: str) -> None:
    """A line of a difference on stdout; in its colour where that is a terminal."""
    colour = _COLOURS.get(line[:1]) if sys.stdout.isatty() else None
    text = harmless(line)
    sys.stdout.write(f"{text}\n" if colour is None else f"\033[{colour}m{text}\033[0m\n")


def write_file_out(text: str) -> None:
    """A file's content on stdout: as it is, unless a terminal shows it."""
    sys.stdout.write(harmless(text.replace("\r\n", "\n")) if sys.stdout.isatty() else text)


def write_err(text: str) -> None:
    """What is no result, on stderr, at once."""
    sys.stderr.write(harmless(text))
    sys.stderr.flush()


def write_over(text: str) -> None:
    """In place of the last line on stderr; a line of its own where that is no terminal."""
    sys.stderr.write(f"{CLEAR_LINE}{harmless(text)}" if sys.stderr.isatty() else f"{harmless(text)}\n")
    sys.stderr.flush()


def clear_line() -> None:
    """Erase the last line on stderr."""
    sys.stderr.write(CLEAR_LINE)
    sys.stderr.flush()


ON_TERMINAL, ELSEWHERE = 0.2, 10.0
"""Seconds between two words of it."""


class NotAgreed(Refusal):
    """A question was answered with no, or nobody is there to answer it."""


class Progress:
    """Shows the progress of a task, once it lasts longer than a moment."""

    def __init__(self, words: Language) -> None:
        self._words = words
        self._is_terminal = sys.stderr.isatty()
        self._every = ON_TERMINAL if self._is_terminal else ELSEWHERE
        self._next = time.monotonic() + max(self._every, 1.0)
        self._shown = False

    def show(self, so_far: Translatable) -> None:
        """How far it is."""
        if time.monotonic() < self._next:
            return
        text = self._words.text(so_far)
        write_over(text)
        self._shown = True
        self._next = time.monotonic() + self._every

    def over(self) -> None:
        """The task is done: the line goes."""
        if self._shown and self._is_terminal:
            clear_line()


def agreed(question: Translatable, words: Language) -> bool:
    """Ask, and wait for the answer: whatever is no yes is a no."""
    return answered(tr("{question} [y/N]", question=question), words).casefold() in ("y", "yes")


def answered(question: Translatable, words: Language) -> str:
    """What is typed in answer to a question."""
    write_err(f"{words.text(question)} ")
    return sys.stdin.readline().strip()
