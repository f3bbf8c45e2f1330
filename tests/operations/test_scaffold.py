"""`python -m bot.new operation`: what it writes works in a copy of the sources, and meets the contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

CONTRACT = ["tests/operations/test_declared.py", "tests/web/api/test_declared.py"]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy, in which something may be written."""
    for name in ("bot", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def ran(sources: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A module of Python that runs there."""
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=sources, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.ring("all", "a copy of the sources, and tests in a process of their own")
def test_what_is_written_works_and_meets_the_contract_tests(sources: Path) -> None:
    looks = ran(sources, "bot.new", "operation", "gifts.of_shop", "--says", "The gifts of the shop.")
    changes = ran(sources, "bot.new", "operation", "coupons.hide", "--changes", "menu_paused")
    assert (looks.returncode, changes.returncode) == (0, 0), looks.stderr + changes.stderr
    assert "bot/operations/declared/gifts.py" in looks.stdout
    own = ["tests/operations/test_of_shop_gifts.py", "tests/operations/test_hide_coupons.py"]
    tested = ran(sources, "pytest", "-p", "no:cacheprovider", *own, *CONTRACT, "-k", "gifts or hide")
    assert tested.returncode == 0, tested.stdout
    assert ran(sources, "ruff", "check", "bot/operations", "tests/operations").returncode == 0
    assert ran(sources, "tests.cli.command_list").returncode == 0
    assert "`GET /admin/api/gifts/of-shop`" in (sources / "docs" / "all-operations.md").read_text("utf-8")
    usage = ran(sources, "bot", "gift", "of-shop", "--help", "--language", "en")
    assert "the gifts of the shop" in usage.stdout.lower(), usage.stderr


def test_what_is_there_already_stays(sources: Path) -> None:
    ran(sources, "bot.new", "operation", "gifts.show")
    module = sources / "bot" / "operations" / "declared" / "gifts.py"
    before = module.read_text("utf-8")
    again = ran(sources, "bot.new", "operation", "gifts.show")
    assert (again.returncode, module.read_text("utf-8")) == (1, before)
    assert "it is there already" in again.stderr
    assert ran(sources, "bot.new", "operation", "Gifts Show").returncode == 2
