"""Golden files: `err/X.yaml` gives exactly `err/X.out`, `ok/X.yaml` is silent. A new case needs no code."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bot.playbook.codes import Code
from bot.playbook.load import load
from bot.playbook.report import render

HERE = Path(__file__).parent
WRONG = sorted((HERE / "err").glob("*.yaml"))
RIGHT = sorted((HERE / "ok").glob("*.yaml"))

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

OF_OTHER_FILES = {"dotenv-line", "file-not-read", "file-too-large"}
"""Codes that no single `bot.yaml` can have; test_folder.py and test_environment.py have them."""


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_file_is_reported_word_for_word(path: Path) -> None:
    loaded = load(path, ENVIRONMENT)
    assert render(loaded.problems, loaded.sources) == path.with_suffix(".out").read_text("utf-8")


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_file_is_named_after_its_code(path: Path) -> None:
    codes = {problem.code for problem in load(path, ENVIRONMENT).problems}
    assert any(path.stem == code or path.stem.startswith(f"{code}-") for code in codes)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_file_is_silent(path: Path) -> None:
    loaded = load(path, OK_ENVIRONMENT)
    assert render(loaded.problems, loaded.sources) == ""
    assert loaded.playbook is not None


def test_every_code_has_a_golden_file() -> None:
    named = {code for path in WRONG for code in get_args(Code) if path.stem.startswith(code)}
    assert named | OF_OTHER_FILES == set(get_args(Code))
