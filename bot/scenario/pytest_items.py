"""pytest collects `tests/scenarios/*.yaml` below a playbook: each scenario is an item."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playbook.report import render
from bot.playbook.syntax.folder import BOT_YAML
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, in_words, played

PLAYBOOKS = pytest.StashKey[dict[Path, PlaybookFiles]]()
"""Playbooks of this session by folder: each is read once, for all its scenarios."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A YAML file in the scenarios' folder of a playbook; other files are not ours."""
    folder = playbook_of(file_path)
    if folder is None:
        return None
    return ScenarioFile.from_parent(parent, path=file_path, folder=folder)


def playbook_of(file: Path) -> Path | None:
    """The folder of the playbook that a scenario belongs to, by where the file lies."""
    if file.suffix != ".yaml":
        return None
    for folder in file.parents:
        if (folder.name, folder.parent.name) == ("scenarios", "tests"):
            playbook = folder.parent.parent
            return playbook if (playbook / BOT_YAML).is_file() else None
    return None


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
            raise ScenarioFailed(_said(result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A scenario's failure is told in its own words, without a traceback."""
        if isinstance(excinfo.value, ScenarioFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"scenario {self.name}"


class ScenarioFailed(Exception):
    """A scenario failed, or its playbook has errors; the text says which, for people."""


def _said(result: Result) -> str:
    return render(result.problems, {result.file: result.text}) + in_words(result)
