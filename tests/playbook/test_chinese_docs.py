"""docs/checks.zh-TW.md has each code of docs/checks.md, in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
CHINESE, ENGLISH = ((DOCS / name).read_text("utf-8") for name in ("checks.zh-TW.md", "checks.md"))
CODE = re.compile(r"^## (\S+)\n(.*?)$", re.MULTILINE)


def test_every_code_has_its_heading_in_the_same_order() -> None:
    assert [code for code, _ in CODE.findall(CHINESE)] == [code for code, _ in CODE.findall(ENGLISH)]


def test_every_code_is_explained_in_chinese() -> None:
    for code, sentence in CODE.findall(CHINESE):
        assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 4, code
        assert sentence.endswith(("。", "）")), code


def test_a_marketer_finds_it() -> None:
    assert "(checks.zh-TW.md" in (DOCS / "language.zh-TW.md").read_text("utf-8")
