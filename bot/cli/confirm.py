"""Asks for confirmation at the terminal."""

from __future__ import annotations

import sys

from bot.cli.terminal_text import write_err
from bot.model.translatable import Language, Translatable


def agreed(question: Translatable, words: Language) -> bool:
    """Ask, and wait for the answer: whatever is no yes is a no."""
    return answered(question, words).casefold() in ("y", "yes")


def answered(question: Translatable, words: Language) -> str:
    """What is typed in answer to a question."""
    write_err(f"{words.text(question)} ")
    return sys.stdin.readline().strip()
