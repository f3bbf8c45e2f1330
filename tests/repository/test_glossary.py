"""The words of the code stand in the glossary with the module that defines them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (`[^|]*) \| (`[^|]*) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), flags=re.MULTILINE
)
WORDS = [(word, modules) for words, modules in ROWS for word in re.findall(r"`(\w+)", words)]


def sources(module: str) -> list[Path]:
    here = ROOT / "bot" / module
    return list(here.glob("*.py")) if here.is_dir() else [here.with_suffix(".py")]


@pytest.mark.parametrize(("word", "modules"), WORDS, ids=[word for word, _ in WORDS])
def test_a_word_is_defined_where_the_glossary_says(word: str, modules: str) -> None:
    texts = [
        path.read_text("utf-8") for module in re.findall(r"`([\w/]+)`", modules) for path in sources(module)
    ]
    assert any(re.search(rf"^(?:class|def) {word}\b", text, re.MULTILINE) for text in texts)


def test_there_are_words() -> None:
    assert len(WORDS) > 50
