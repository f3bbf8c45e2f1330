"""Scenarios as pytest plays them, each an item; which files are collected says `oaflow_pytest`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playbook.report import render
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, in_words, played

PLAYBOOKS = pytest.StashKey[dict[Path, PlaybookFiles]]()
"""Playbooks of this session by folder: each is read once, for all its scenarios."""


class ScenarioFile(pytest.File):
    """A file with one scenario."""

    def __init__(self, folder: Path, **others: Any) -> None:
        super().__init__(**others)
        self.folder = folder

    def collect(self) -> Iterator[pytest.Item]:
        yield ScenarioItem.from_parent(self, name=self.path.stem)


class ScenarioItem(pytest.Item):
    """A scenario; it passes where everything comes out as it is written."""

    parent: ScenarioFile

    def runtest(self) -> None:
        folder = self.parent.folder
        playbooks = self.session.stash.setdefault(PLAYBOOKS, {})
        files = playbooks.setdefault(folder, PlaybookFiles(folder, dict(os.environ)))
        loaded = files.load()
        if loaded.playbook is None:
            raise ScenarioFailed(render(loaded.problems, loaded.sources))
        result = played(files, self.path.relative_to(folder).as_posix(), loaded)
        if not result.holds:
            raise ScenarioFailed(_failure_text(result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show a scenario's failure in its own words, without a traceback."""
        if isinstance(excinfo.value, ScenarioFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"scenario {self.name}"


class ScenarioFailed(Exception):
    """A scenario failed, or its playbook has errors; the text says which, for people."""


def _failure_text(result: Result) -> str:
    return render(result.problems, {result.file: result.text}) + in_words(result)
