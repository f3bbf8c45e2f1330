"""How far a long task is, on stderr: one line, written over on a terminal, and elsewhere one now and then."""

from __future__ import annotations

import sys
import time

from bot.cli.terminal_text import clear_line, write_over
from bot.model.translatable import Language, Translatable

ON_TERMINAL, ELSEWHERE = 0.2, 10.0
"""Seconds between two words of it."""


class Progress:
    """Says what it is told, if it lasts long enough that somebody waits for it."""

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
