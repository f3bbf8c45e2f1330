"""Golden files: `err/X.yaml`, or the folder `err/X`, gives exactly `err/X.out`; `ok/X` is silent.

A new case needs no code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.playbook.codes import Code
from bot.playbook.load import load
from bot.playbook.report import render

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE = Path(__file__).parent
PICTURES = "cards"
"""What a wrong file has beside it: `cards/menu.png`."""
WRONG = sorted(p for p in (HERE / "err").iterdir() if p.suffix != ".out" and p.name != PICTURES)
RIGHT = sorted((HERE / "ok").iterdir())

ENVIRONMENT = {
    "BROKEN_TOKEN": "abc def\n",
    "EMPTY": "",
    "LINE_CHANNEL_SECRET": "opaque",
}
OK_ENVIRONMENT = {
    "LINE_CHANNEL_ID": "1234",
    "LINE_CHANNEL_SECRET": "opaque",
    "LINE_CHANNEL_ACCESS_TOKEN": "t",
}

OF_OTHER_FILES = {"dotenv-line", "file-too-large", "image-too-large", "menus-over-1000"}
"""Codes that no small files have: test_texts.py, test_environment.py, test_message_limits.py have them."""

OF_SCENARIOS = {"scenario-unknown-step", "scenario-never-checks"}
"""Mistakes of tests, not of a playbook: tests/scenario/test_reading.py has them."""

OF_PEOPLE = {
    "people-in-removed-state",
    "people-in-removed-flow",
    "people-in-changed-timer",
    "tag-in-use",
    "attribute-in-use",
}
"""Mistakes of an edit, told with the number of people in the database: test_live_edit.py has them."""

NO_MISTAKES = {"costs-quota", "may-cost-quota", "sms-cost"}
"""Said only where somebody asks for it: test_graph_costs.py has them."""


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_playbook_is_reported_word_for_word(path: Path) -> None:
    loaded = load(path, ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources) == path.with_suffix(".out").read_text("utf-8")


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_playbook_is_named_after_its_code(path: Path) -> None:
    codes = {problem.code for problem in load(path, ENVIRONMENT, now=NOW).problems}
    assert any(path.stem == code or path.stem.startswith(f"{code}-") for code in codes)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_playbook_is_silent(path: Path) -> None:
    loaded = load(path, OK_ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources) == ""
    assert loaded.playbook is not None


def test_every_code_has_a_golden_file() -> None:
    named = {code for path in WRONG for code in get_args(Code) if path.stem.startswith(code)}
    assert named | OF_OTHER_FILES | OF_SCENARIOS | OF_PEOPLE | NO_MISTAKES == set(get_args(Code))
