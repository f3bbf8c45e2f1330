"""Which of a command's words is the playbook's folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bot.playbook.syntax.folder_names import BOT_YAML


def folder_and_words(words: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """The playbook, the current folder where none is named, and the words after it.

    A path before other words is a playbook's, also where there is none: no name has a slash.
    """
    if not words:
        return Path(), words
    is_path = len(words) > 1 and os.sep in words[0]
    if is_path or is_playbook(words[0]):
        return Path(words[0]), words[1:]
    return Path(), words


def is_playbook(word: str) -> bool:
    """Whether this is the folder of a playbook, or its file."""
    try:
        return (Path(word) / BOT_YAML).is_file() or Path(word).name == BOT_YAML
    except OSError:  # a text too long for a name: somebody's message
        return False
