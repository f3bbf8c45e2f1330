"""What a name is found by: parts of it, as people write them. J3"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.texts.name_grams import INDEXED, is_named, name_grams, searched_grams
from tests.depth import examples

NAMES = st.text(alphabet="王小美陳大文abAB1ｂé 🐱・\u200b", max_size=12)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("王小美", "小美"),
        ("王小美", "王"),
        ("王小美", "王小美"),
        ("Amy Chen 陳", "chen"),
        ("Amy Chen 陳", "hen"),
        ("Amy Chen 陳", "AM"),
        ("Amy Chen 陳", "c"),
        ("Amy Chen 陳", "陳 amy"),
        ("ＡＭＹ", "amy"),
        ("小美🐱", "🐱"),
        ("小\u200b美", "小美"),
        ("小美a", "美a"),
    ],
)
def test_a_part_of_a_name_finds_it(name: str, wanted: str) -> None:
    assert is_named(name, wanted)
    assert set(searched_grams(wanted)) <= set(name_grams(name))


@pytest.mark.parametrize(
    ("name", "wanted"), [("王小美", "王美"), ("Amy Chen", "my"), ("Amy Chen", "en"), ("小美", "美小")]
)
def test_what_does_not_stand_there_finds_nobody(name: str, wanted: str) -> None:
    assert not is_named(name, wanted)


def test_white_space_alone_asks_for_nothing() -> None:
    assert searched_grams(" \u200b ") == []
    assert name_grams(" ") == []


def test_the_rarest_kind_of_piece_is_asked_first() -> None:
    assert searched_grams("amy 陳")[0] == "amy"


def test_what_stands_behind_a_very_long_name_is_not_indexed() -> None:
    assert not is_named("王" * INDEXED + "美", "美")


@given(NAMES, NAMES)
@settings(max_examples=examples(600))
@example("a美", "a美")
@example("aba", "ab")
@example("美ab", "美a")
@example("xa美", "a美")
def test_the_index_leaves_out_nobody_whom_a_search_finds(name: str, wanted: str) -> None:
    if is_named(name, wanted) and searched_grams(wanted):
        assert set(searched_grams(wanted)) <= set(name_grams(name))
