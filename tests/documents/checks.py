"""What `oaflow check` says, by its codes: of the corpus of wrong playbooks the shortest cases of each."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from bot.model.problem import Problem
from bot.model.translatable import ENGLISH, Language
from bot.playbook.report import render
from bot.translations.chinese import CHINESE
from tests.playbook.corpus import Case, cases, found
from tests.sources import ROOT, TESTS

MOST = 2
"""Examples of a code, each of another sentence."""
TRIED = 3
"""Cases of a code that are looked through for them."""
LONGEST = 8
"""Lines of an example."""
BY_HAND = re.compile(r"^## (\S+)$", re.MULTILINE)
GENERATED = re.compile(r"<!-- generated .*?<!-- generated until here -->", re.DOTALL)
MENDED = TESTS / "playbook" / "mended.md"
"""By code a wrong playbook, whose lines have `-`, and a right one, whose lines have `+`."""


def english_checks() -> str:
    """A heading for each code, in English."""
    return _checks(ENGLISH, "checks.md")


def chinese_checks() -> str:
    """A heading for each code, in Chinese, with a playbook that has the mistake and one that has not."""
    return _checks(CHINESE, "checks.zh-TW.md")


def _checks(language: Language, page: str) -> str:
    by_hand = set(BY_HAND.findall(GENERATED.sub("", (ROOT / "docs" / page).read_text("utf-8"))))
    examples = _mended() if language is CHINESE else {}
    codes = sorted(code for code in _found() if code not in by_hand)
    return "\n\n".join(
        "\n\n".join(
            [
                f"## {code}",
                *(_block(one, of, language) for of, one in _found()[code]),
                *examples.get(code, []),
            ]
        )
        for code in codes
    )


def _block(problem: Problem, case: Case, language: Language) -> str:
    """The finding as it is shown at a terminal."""
    texts = {name: file.text for name, file in found(case).files.items()}
    shown = render([problem], texts, language).splitlines()[:-1][:LONGEST]
    return "```\n" + "\n".join(_as_file(line.rstrip(), case.path.name) for line in shown) + "\n```"


def _as_file(line: str, name: str) -> str:
    """A line that names the case's file names that of a shop; a code may have the same name."""
    return re.sub(rf"(?<!\[){re.escape(name)}", "bot.yaml", line)


@cache
def _found() -> dict[str, list[tuple[Case, Problem]]]:
    """Of each code the findings that are shown, with their cases."""
    shown: dict[str, list[tuple[Case, Problem]]] = {}
    looked_at: Counter[str] = Counter()
    for case in sorted(cases(), key=_length):
        for code in dict.fromkeys(case.codes):
            looked_at[code] += 1
            if looked_at[code] > TRIED or len(shown.setdefault(code, [])) == MOST:
                continue
            problem = next(one for one in found(case).problems if one.code == code)
            if problem.message.template not in {one.message.template for _, one in shown[code]}:
                shown[code].append((case, problem))
    return shown


def _length(case: Case) -> tuple[int, int, str]:
    return len(set(case.codes)), len(case.text) if case.text is not None else 10_000, case.name


def _mended() -> dict[str, list[str]]:
    sections = re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", MENDED.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {code: [text.strip()] for code, text in sections}
