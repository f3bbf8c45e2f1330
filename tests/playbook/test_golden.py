"""Golden files: `err/X.yaml`, or the folder `err/X`, gives exactly `err/X.out`; `ok/X` is silent.

A new case needs no code. `err/marketer` has what marketers write, each with its sentence in both languages;
where `NAME.mended.yaml` stands beside it, that is what comes of pasting the hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from bot.model.problem import Problem
from bot.playbook.codes import Code
from bot.playbook.load import load
from bot.playbook.report import render
from bot.translations.chinese import CHINESE
from tests.playbook.test_words import ENGLISH_WORDS, ours

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE = Path(__file__).parent
PICTURES = "cards"
"""What a wrong file has beside it: `cards/menu.png`."""
MARKETER = "marketer"
WRONG = sorted(
    p for p in (HERE / "err").iterdir() if p.suffix != ".out" and p.name not in (PICTURES, MARKETER)
)
OF_MARKETERS = sorted(
    p for p in (HERE / "err" / MARKETER).glob("*.yaml") if not p.name.endswith(".mended.yaml")
)
MENDED = sorted((HERE / "err" / MARKETER).glob("*.mended.yaml"))
RIGHT = sorted((HERE / "ok").iterdir())

ENVIRONMENT = {
    "BROKEN_TOKEN": "abc def\n",
    "EMPTY": "",
    "HOOK_SECRET": "opaque",
    "LINE_CHANNEL_SECRET": "opaque",
}
OK_ENVIRONMENT = {
    "HOOK_SECRET": "opaque",
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
    "stopped-flow-gone",
    "tag-in-use",
    "attribute-in-use",
    "limit-begins-anew",
    "link-in-use",
    "people-hold-removed-coupon",
    "stock-below-given",
    "people-hold-removed-stamp-card",
    "stamp-cards-full-at-once",
    "people-tried-removed-draw",
    "people-won-removed-prize",
    "draw-tries-used-up",
    "people-in-removed-referral",
    "appointments-without-place",
    "broadcast-already-sent",
    "broadcast-over-quota",
    "people-to-erase",
}
"""Mistakes of an edit, told with the number of people in the database: test_live_edit.py has them."""

NO_MISTAKES = {"costs-quota", "may-cost-quota", "sms-cost", "split-in-two-flows", "list-line-twice"}
"""Said only where somebody asks for it: test_graph_costs.py has them, test_draws.py and test_lists.py two."""


@dataclass(frozen=True)
class Reported:
    """What is wrong with a playbook, with its texts."""

    problems: Sequence[Problem]
    sources: Mapping[str, str]


@cache
def reported(path: Path) -> Reported:
    loaded = load(path, ENVIRONMENT, now=NOW)
    return Reported(loaded.problems, loaded.sources)


def differences(golden: Path, told: str) -> list[str]:
    """What is told otherwise than the golden file wants, as a diff."""
    if not golden.is_file():
        return [f"no {golden.name}; told:\n{told}"]
    if told == (wanted := golden.read_text("utf-8")):
        return []
    two = wanted.splitlines(keepends=True), told.splitlines(keepends=True)
    return ["".join(unified_diff(*two, f"wanted: {golden.relative_to(HERE)}", "told"))]


def test_wrong_playbooks_are_reported_word_for_word() -> None:
    wrong = [
        difference
        for path in (*WRONG, *OF_MARKETERS)
        for difference in differences(
            path.with_suffix(".out"), render(reported(path).problems, reported(path).sources)
        )
    ]
    assert not wrong, "\n\n".join(wrong)


def test_wrong_playbooks_are_named_after_their_codes() -> None:
    codes = {path.stem: {problem.code for problem in reported(path).problems} for path in WRONG}
    wrong = {
        name: sorted(has)
        for name, has in codes.items()
        if not any(name == code or name.startswith(f"{code}-") for code in has)
    }
    assert not wrong, f"named after none of their codes: {wrong}"


def test_what_marketers_write_is_told_in_chinese_word_for_word() -> None:
    wrong = [
        difference
        for path in OF_MARKETERS
        for difference in differences(
            path.with_suffix(".zh-TW.out"), render(reported(path).problems, reported(path).sources, CHINESE)
        )
    ]
    assert not wrong, "\n\n".join(wrong)


def test_no_english_is_left_in_chinese() -> None:
    wrong = [
        f"{path.name}: {told}"
        for path in (*WRONG, *OF_MARKETERS)
        for problem in reported(path).problems
        for one in (problem.message, problem.hint, problem.note)
        if one is not None and ENGLISH_WORDS.search(ours(told := CHINESE.text(one)))
    ]
    assert not wrong, "\n".join(wrong)


CHOSEN = sorted((HERE / "err").glob("*.zh-TW.out"))


def test_chinese_reports_word_for_word() -> None:
    by_name = {path.stem: reported(path) for path in WRONG}
    wrong = [
        difference
        for path in CHOSEN
        for one in [by_name[path.name.partition(".")[0]]]
        for difference in differences(path, render(one.problems, one.sources, CHINESE))
    ]
    assert not wrong, "\n\n".join(wrong)


def test_there_are_chinese_reports_of_many_mistakes() -> None:
    assert len(CHOSEN) >= 60


@pytest.mark.parametrize("path", MENDED, ids=lambda path: path.stem)
def test_what_a_hint_says_to_paste_is_right(path: Path) -> None:
    """Each beside the mistake that it mends: nothing is wrong any more, nor doubtful."""
    assert path.with_name(path.name.replace(".mended", "")).is_file()
    loaded = load(path, ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources) == ""


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_playbook_is_silent(path: Path) -> None:
    loaded = load(path, OK_ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources) == ""
    assert loaded.playbook is not None


def test_every_code_has_a_golden_file() -> None:
    named = {code for path in WRONG for code in get_args(Code) if path.stem.startswith(code)}
    assert named | OF_OTHER_FILES | OF_SCENARIOS | OF_PEOPLE | NO_MISTAKES == set(get_args(Code))
