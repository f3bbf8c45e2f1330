"""A playbook folder of the test's own, with the ten-line bot of the README; and its database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import ROOT
from tests.cli.people import folder, people

__all__ = ["folder", "people"]


@pytest.fixture
def bare_shop(tmp_path: Path) -> Path:
    """Nobody has ever started it: there is no data folder."""
    folder = tmp_path / "shop"
    folder.mkdir()
    shutil.copy(ROOT / "tests" / "smallest" / "bot.yaml", folder)
    return folder


@pytest.fixture
def shop(bare_shop: Path, data: Path) -> Path:
    """Its database is there and empty."""
    (bare_shop / OWN_NAME).symlink_to(data)
    return bare_shop
