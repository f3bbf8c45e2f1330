"""Would the files of `oaflow new` pass `oaflow check`? Asked before anything is written where it stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.cli.new.new_folder import write
from bot.cli.new.starter_files import Starter, files
from bot.model.translatable import Refusal, tr
from bot.playbook.load import load


def sound(starter: Starter, language: str) -> Starter:
    """It, where its files have not even a warning. Raises `Refusal`, with what `check` would say."""
    with tempfile.TemporaryDirectory(prefix="oaflow-new-") as folder:
        write(Path(folder), files(starter, language))
        problems = load(Path(folder), {}).problems
    if problems:
        raise Refusal(tr("that cannot stand in a playbook: {why}", why=problems[0].message))
    return starter
