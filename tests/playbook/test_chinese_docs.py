"""docs/checks.zh-TW.md says the same as docs/checks.md: each code in Chinese, with the same true examples."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
CHINESE, ENGLISH = ((DOCS / name).read_text("utf-8") for name in ("checks.zh-TW.md", "checks.md"))
CODE = re.compile(r"^## (\S+)\n(.*?)$", re.MULTILINE)
PLAYBOOK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_code_has_its_heading_in_the_same_order() -> None:
    assert [code for code, _ in CODE.findall(CHINESE)] == [code for code, _ in CODE.findall(ENGLISH)]


def test_every_code_is_explained_in_chinese() -> None:
    for code, sentence in CODE.findall(CHINESE):
        assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 4, code
        assert sentence.endswith(("。", "）")), code


def test_the_examples_are_those_that_are_run() -> None:
    """`test_docs.py` runs the English page's."""
    assert PLAYBOOK.findall(CHINESE) == PLAYBOOK.findall(ENGLISH)
    assert CHINESE.count("不對：\n```yaml") == ENGLISH.count("Bad:\n```yaml")
    assert CHINESE.count("\n對：\n```yaml") == ENGLISH.count("Good:\n```yaml")


def test_what_stands_above_the_examples_is_the_same() -> None:
    above = re.compile(r"^    (?:bot|channels): .*$", re.MULTILINE)
    assert above.findall(CHINESE)[:2] == above.findall(ENGLISH)[:2]


def test_a_marketer_finds_it() -> None:
    assert "(checks.zh-TW.md" in (DOCS / "language.zh-TW.md").read_text("utf-8")
