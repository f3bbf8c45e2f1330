"""Which flow of which playbook is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.cli.folder_and_words import folder_and_words


def folder_and_flow(written: Sequence[str]) -> tuple[Path, str | None]:
    """The playbook's folder, and the flow's name, if one is; of several words none is, which is then said."""
    folder, words = folder_and_words(written)
    return folder, " ".join(words) or None
