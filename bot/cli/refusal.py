"""A command that is not carried out says why: one line on stderr, in the language of whoever reads it."""

from __future__ import annotations

import sys

from bot.model.said import Language, Refusal, Said


def refused(why: Exception | Said | str, code: int, words: Language) -> int:
    """Say it; `code`, for the command to end with."""
    sys.stderr.write(f"oaflow: {in_words(why, words)}\n")
    return code


def in_words(why: Exception | Said | str, words: Language) -> str:
    """What is said of it to people; in English where it has no other words."""
    if isinstance(why, Refusal):
        return words.text(why.said)
    return words.text(why) if isinstance(why, Said) else str(why)
