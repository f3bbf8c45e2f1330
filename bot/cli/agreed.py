"""Whether whoever sits at the terminal wants it done."""

from __future__ import annotations

import sys

from bot.model.said import Language, Said


def agreed(question: Said, words: Language) -> bool:
    """Ask, and wait for the answer: whatever is no yes is a no."""
    sys.stderr.write(f"{words.text(question)} ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
