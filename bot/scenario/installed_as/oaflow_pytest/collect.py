"""Finds scenarios for pytest. It loads this module in every project where oaflow is installed, so nothing of
`bot` is imported at its top.

`bot` is also the name of a package in many projects. Were ours imported first, theirs could not be; so this
module is installed under a name of its own (see pyproject.toml), and imports ours only where a scenario of a
playbook is to be played.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BOT_YAML = "bot.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A YAML file in the scenarios' folder of a playbook; other files are not ours."""
    folder = playbook_of(file_path)
    if folder is None:
        return None
    theirs = other_package(parent.config.rootpath)
    if theirs is not None:
        return Unplayable.from_parent(parent, path=file_path, folder=folder, theirs=theirs)
    from bot.scenario.pytest_items import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path, folder=folder)


def playbook_of(file: Path) -> Path | None:
    """The playbook folder that a scenario belongs to, by the path of the file."""
    if file.suffix != ".yaml" or file.name.startswith("."):
        return None
    for folder in file.parents:
        if (folder.name, folder.parent.name) == ("scenarios", "tests"):
            playbook = folder.parent.parent
            return playbook if (playbook / BOT_YAML).is_file() else None
    return None


def other_package(root: Path) -> Path | None:
    """The path of a package `bot` that is not ours: one that is imported, or the project's below `root`."""
    for folder in (_imported(sys.modules.get("bot")), root / "bot", root / "src" / "bot"):
        if (
            folder is not None
            and any(folder.glob("*.py"))
            and not (folder / "scenario" / "pytest_items.py").is_file()
        ):
            return folder
    return None


def _imported(module: ModuleType | None) -> Path | None:
    places = list(getattr(module, "__path__", ()))
    return Path(places[0]) if places else None


class Unplayable(pytest.File):
    """A scenario beside a package of the same name as ours."""

    def __init__(self, folder: Path, theirs: Path, **others: Any) -> None:
        super().__init__(**others)
        self._folder = folder
        self._theirs = theirs

    def collect(self) -> Iterator[pytest.Item]:
        raise self.CollectError(
            f'"bot" is a package of this project ({self._theirs}), and oaflow\'s own has the same name,'
            f" so that pytest cannot have both: play the scenarios with  oaflow test {self._folder}"
            "  and leave them out here with  pytest -p no:oaflow"
        )
