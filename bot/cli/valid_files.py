"""The playbook in a folder, for commands that need no database."""

from __future__ import annotations

import os
from pathlib import Path

from bot.playbook.load import load
from bot.playbook.valid import ValidPlaybook, valid_playbook


def read_valid_playbook(folder: Path) -> ValidPlaybook:
    """It; what is not set here is set where it runs. Raises `PlaybookMissing` and `PlaybookWrong`."""
    return valid_playbook(load(folder, dict(os.environ), unset="warning"))
