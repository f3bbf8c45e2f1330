"""How texts are compared (F1) and counted."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.texts.text import fits, fold, graphemes, length, utf16_units
from tests.depth import examples
from tests.engine.anything import NASTY, texts

ANY = settings(max_examples=examples(200), database=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("優惠", " 優惠　"),
        ("VIP 會員", "ｖｉｐ　會員"),
        ("VIP 會員", "vip\t \n會員"),
        ("ABC１２３", "abc123"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ガ", "ｶﾞ"),
        ("㈱", "(株)"),
        ("ﬀ", "FF"),
        ("e\u0301", "É"),
        ("？", "?"),
        ("a\xa0b", "A B"),
        ("a\u2028b", "A B"),
        ("a\x1fb", "a b"),
        ("\x00a", "\x00Ａ"),
        ("\ud83d", " \ud83d "),
        ("a\u200fb", "ab"),
        ("\u202d優\u200b惠\u202c\ufeff", "優惠"),
        ("e\u200b\u0301", "É"),
        ("a\u200db", "ab"),
        ("👩\u200b", "👩"),
        ("❤️", "❤"),
        ("❤\ufe0e", "❤️"),
        ("1️⃣", "1⃣"),
        ("e\ufe0f\u0301", "É"),
    ],
)
def test_what_does_not_matter(one: str, other: str) -> None:
    """F1: width, letter case, composition, white space, how an emoji is drawn, and signs that nobody sees."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("優惠", "優 惠"),
        ("ab", "a b"),
        ("幾點開", "幾點"),
        ("👍", "👍🏽"),
        ("👩‍👩‍👧", "👩👩👧"),
        ("🇹🇼", "🇼🇹"),
        ("❤️", "🧡"),
        ("a\x00b", "ab"),
        ("ha", "há"),
        ("\ud83d", "\ude00"),
        ("開", "开"),
    ],
)
def test_what_does_matter(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@ANY
@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    """Else a rule's text, folded at load, and the person's, folded in the turn, could miss each other."""
    assert fold(fold(text)) == fold(text)


@ANY
@given(texts, st.sampled_from((" ", "\u3000", "\n", "\t \xa0", "\r\n")))
def test_white_space_around_never_matters(text: str, space: str) -> None:
    assert fold(space + text + space) == fold(text)


@ANY
@given(texts)
def test_letter_case_never_matters(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


@pytest.mark.parametrize("char", [*NASTY, "a", "茶"])
def test_every_character_equals_itself(char: str) -> None:
    assert fold(char) == fold(char + " ")


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("abc", 3),
        ("營業", 2),
        ("😀", 2),
        ("👩‍👧", 5),
        ("🇹🇼", 4),
        ("\ud83d", 1),
        ("\x00", 1),
        ("e\u0301", 2),
    ],
)
def test_a_text_is_counted_as_line_counts_it(text: str, units: int) -> None:
    """UTF-16 code units."""
    assert utf16_units(text) == units


@ANY
@given(texts, texts)
def test_units_add_up(one: str, other: str) -> None:
    assert utf16_units(one + other) == utf16_units(one) + utf16_units(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("abc", 3),
        ("a\r\nb", 3),
        ("會員卡", 3),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽🇹🇼1️⃣", 3),
        ("e\u0301", 1),
        ("한국", 2),
        ("❤️", 1),
    ],
)
def test_graphemes_are_what_people_see_as_one(text: str, number: int) -> None:
    assert graphemes(text) == number


@ANY
@given(texts)
def test_graphemes_are_those_of_unicode_however_they_are_counted(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text))


@ANY
@given(texts, st.integers(0, 60))
def test_fits_says_what_the_length_says(text: str, most: int) -> None:
    assert fits(text, most, "grapheme") == (length(text, "grapheme") <= most)
    assert fits(text, most, "utf16") == (length(text, "utf16") <= most)


@ANY
@given(texts)
def test_no_unit_is_smaller_than_what_people_see(text: str) -> None:
    assert graphemes(text) <= len(text) <= utf16_units(text) <= 2 * len(text)
