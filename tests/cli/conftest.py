"""A playbook folder of the test's own, with the ten-line bot of the README; and a browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.oaflow import ROOT
from tests.simulator.conftest import browser, chromium

__all__ = ["browser", "chromium", "shop"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    shutil.copy(ROOT / "tests" / "smallest" / "bot.yaml", folder)
    return folder
