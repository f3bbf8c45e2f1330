"""What declarations say stands in the documents as `make documents` would write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.help_index import FILE
from tests.documents.generated import PART, PARTS, help_index, pages, renewed
from tests.sources import ROOT


def _marked(page: Path) -> object:
    dear = pytest.mark.ring("all", "the corpus of wrong playbooks")
    return pytest.param(page, id=page.name, marks=[dear] if page.name.startswith("checks") else [])


@pytest.mark.parametrize("page", [_marked(page) for page in pages()])
def test_a_page_says_what_is_declared(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == renewed(text), "run make documents"


def test_every_part_stands_in_one_page() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(name for text in texts for name in PART.findall(text)) == sorted(PARTS)


def test_the_index_of_help_says_what_is_declared() -> None:
    assert FILE.read_text("utf-8") == help_index()
