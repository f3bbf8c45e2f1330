"""Which of a command's words names the playbook: the first, where it is a folder with one, or its file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bot.playbook.syntax.folder import BOT_YAML


def folder_and_words(words: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """The playbook, the current folder where none is named, and the words after it.

    A path before other words is a playbook's, also where there is none: no name has a slash.
    """
    first = Path(words[0]) if words else Path()
    is_path = len(words) > 1 and os.sep in words[0]
    if words and (is_path or (first / BOT_YAML).is_file() or first.name == BOT_YAML):
        return first, words[1:]
    return Path(), words
