"""A test reads a page by what waits: each of these has failed once in hundreds of runs, on a busy machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources import TESTS, modules, text_of

INSTEAD = {
    ".bounding_box()": "box_of: an element that is drawn anew just then has none",
    ".wait_for_function(": "comes_to: our pages' policy forbids its second look",
    "clipboard.readText": "pasted: the browser fills the clipboard in its own time",
    ".wait_for_timeout(": "expect, or comes_to: no time is long enough",
}


@pytest.mark.parametrize("words", INSTEAD)
def test_nobody_reads_what_is_of_a_moment_alone(words: str) -> None:
    mine = {TESTS / "eventually.py", Path(__file__)}
    found = [str(path) for path in modules(TESTS) if path not in mine and words in text_of(path)]
    assert found == [], f"tests/eventually.py has {INSTEAD[words]}"
