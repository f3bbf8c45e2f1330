"""Wrong playbooks: each mistake at its place, each sentence in both languages; those of `ok` are silent.

A new case needs no code: `wrong/preambles.txt` says how one is written.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.shape.promotions import every_code
from bot.translations.chinese import CHINESE
from tests.catalogue import ENGLISH_WORDS, ours
from tests.playbook.corpus import NOW, WRONG, Case, cases, edited, found, topics
from tests.playbook.findings import SENTENCES, differences, examples, findings, heading, sentences

pytestmark = pytest.mark.ring(
    "test", "each mistake that check finds, once: three of forty fixes are found here alone"
)

RIGHT = sorted((Path(__file__).parent / "ok").iterdir())
PASTED = [case for case in cases() if case.pasted]
OK_ENVIRONMENT = {
    "HOOK_SECRET": "opaque",
    "LINE_CHANNEL_ID": "1234",
    "LINE_CHANNEL_SECRET": "opaque",
    "LINE_CHANNEL_ACCESS_TOKEN": "t",
}

OF_OTHER_FILES = {"dotenv-line", "file-too-large", "image-too-large", "menus-over-1000", "more-mistakes"}
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


HOW = "python -m tests.playbook.findings --write  writes it so"


def test_each_case_has_what_its_heading_says() -> None:
    wrong = [
        heading(case, now, topic.preamble)
        for topic in topics()
        for case in topic.cases
        if (now := findings(case)) != list(case.findings)
    ]
    assert not wrong, f"found otherwise now; {HOW}:\n{''.join(wrong)}"


def test_each_sentence_stands_in_both_languages() -> None:
    text = "".join(one.shown for one in examples(cases()))
    assert not (difference := differences(SENTENCES, text)), f"{HOW}:\n{difference}"


def test_no_english_is_left_in_chinese() -> None:
    wrong = [
        f"{case.name}: {chinese}"
        for case in cases()
        for problem in found(case).problems
        for one in sentences(problem)
        if ENGLISH_WORDS.search(ours(chinese := CHINESE.text(one)))
    ]
    assert not wrong, "\n".join(wrong)


def test_each_case_has_a_mistake_and_each_file_a_case() -> None:
    """Of two cases of one name, or a heading that is none, `topics()` says so."""
    nothing = [case.name for case in cases() if not case.findings]
    assert not nothing, f"cases without a finding: {nothing}; if one is to be found, {HOW}"
    lie = {path for folder in WRONG.iterdir() if folder.name != "cards" for path in folder.glob("*")}
    assert lie == {case.path for case in cases() if case.text is None}


@pytest.mark.parametrize("case", PASTED, ids=lambda case: case.name)
def test_what_a_hint_says_to_paste_is_right(case: Case) -> None:
    """Nothing is wrong any more, nor doubtful."""
    after = edited(case.path, {case.path.name: case.mended_by_hand})
    assert render(after.problems, after.sources) == ""


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_playbook_is_silent(path: Path) -> None:
    loaded = load(path, OK_ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources) == ""
    assert loaded.playbook is not None


def test_every_code_has_a_case() -> None:
    codes = {code for case in cases() for code in case.codes}
    assert codes | OF_OTHER_FILES | OF_SCENARIOS | OF_PEOPLE | NO_MISTAKES == every_code()
