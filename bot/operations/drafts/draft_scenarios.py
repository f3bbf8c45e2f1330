"""The scenarios of a draft's folder, and what is wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.model.problem import Problem
from bot.playbook.load import Loaded
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.scenario.folder import PlaybookFiles


def with_scenarios(first: Path, folder: Path) -> PlaybookFiles:
    """The draft's scenarios; where its version was published without any, those of the process's folder."""
    there, own = folder / SCENARIOS, first.parent / SCENARIOS
    if there.is_dir() and not own.is_dir():
        shutil.copytree(there, own)
    return PlaybookFiles(first, {})


def scenario_problems(loaded: Loaded, first: Path) -> list[Problem]:
    """What is wrong in the scenarios of the draft; where it has mistakes itself, nothing can be said."""
    if loaded.playbook is None:
        return []
    files = PlaybookFiles(first, {})
    return [problem for file in files.scenarios() for problem in files.read(file, loaded).problems]
