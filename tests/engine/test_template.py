"""Texts with placeholders: values are put in once, and never read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.texts.format import FORMATS, formatted, types_for
from bot.engine.texts.template import Lookup, Placeholder, Template
from bot.engine.types.table import TYPES
from bot.model.value import Value
from tests.depth import examples
from tests.engine.anything import texts

ANY = settings(max_examples=examples(150), database=None)
TAIPEI = ZoneInfo("Asia/Taipei")
NAME = Placeholder("contact", "name", "朋友")
POINTS = Placeholder("attribute", "points", type="number", slot="n.points")
MOMENT = datetime(2026, 11, 1, 16, 5, tzinfo=UTC)  # 00:05 of 2 November in Taipei, a Monday

values: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
    st.dates().map(str),
    st.sampled_from(["09:30", "25:00", "2026-02-30", "+886912345678"]),
)
formats = st.one_of(
    st.sampled_from([*FORMATS, "M/D", "YYYY/MM/DD", "H:mm", "nonsense"]), st.text("YMDHm/ x{", max_size=6)
)


def known(found: Mapping[str, Value]) -> Lookup:
    return lambda placeholder: found.get(placeholder.name)


def test_filling_puts_values_in_place() -> None:
    template = Template(("嗨 ", NAME, "，", Placeholder("bot", "name"), "！"))
    assert template.fill(known({"name": "小美"}), TAIPEI) == "嗨 小美，小美！"
    assert template.fixed is None
    assert template.placeholders == (NAME, Placeholder("bot", "name"))


def test_a_missing_or_empty_value_gives_the_default_and_zero_does_not() -> None:
    template = Template((NAME, Placeholder("attribute", "points")))
    assert template.fill(known({}), TAIPEI) == "朋友"
    assert template.fill(known({"name": "", "points": 0}), TAIPEI) == "朋友0"


def test_a_text_without_placeholders_is_fixed() -> None:
    assert Template(("a", "b")).fixed == "ab"
    assert Template(()).fixed == ""


def test_a_single_placeholder_keeps_its_type() -> None:
    assert Template((POINTS,)).worth(known({"points": 3}), TAIPEI) == 3
    assert Template((POINTS, " 點")).worth(known({"points": 3}), TAIPEI) == "3 點"
    formatted_one = Template((Placeholder("attribute", "points", format="number"),))
    assert formatted_one.worth(known({"points": 3000}), TAIPEI) == "3,000"


def test_a_single_placeholder_that_stands_for_nothing_is_worth_its_default() -> None:
    assert Template((NAME,)).worth(known({}), TAIPEI) == "朋友"
    assert Template((POINTS,)).worth(known({"points": ""}), TAIPEI) is None


@ANY
@given(texts, texts)
def test_a_value_is_never_evaluated(before: str, value: str) -> None:
    template = Template((before, Placeholder("event", "a"), "|", Placeholder("event", "b")))
    filled = template.fill(known({"a": "{{ b }}" + value, "b": "%s {0} ${b}"}), TAIPEI)
    assert filled == before + "{{ b }}" + value + "|%s {0} ${b}"


@ANY
@given(st.lists(texts, max_size=5))
def test_literal_pieces_come_out_byte_for_byte(pieces: list[str]) -> None:
    assert Template(tuple(pieces)).fill(known({}), TAIPEI) == "".join(pieces)


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (1500, None, "1500"),
        (1500, "number", "1,500"),
        (1234567.5, "number", "1,234,567.5"),
        (2.0, None, "2"),
        (-12000.0, "number", "-12,000"),
        (True, None, "是"),
        (False, "number", "否"),
        ("2026-11-01", None, "2026-11-01"),
        ("2026-11-01", "M/D", "11/1"),
        ("2026-01-09", "YYYY/MM/DD", "2026/01/09"),
        ("2026-11-01", "M月D日", "11月1日"),
        ("2026-11-01", "weekday", "週日"),
        ("2026-11-01", "H:mm", "2026-11-01"),
        ("09:30", "time", "09:30"),
        ("09:05", "H:mm", "9:05"),
        ("09:30", "date", "09:30"),
        (MOMENT, None, "2026-11-02 00:05"),
        (MOMENT, "date", "2026-11-02"),
        (MOMENT, "time", "00:05"),
        (MOMENT, "date_time", "2026-11-02 00:05"),
        (MOMENT, "weekday", "週一"),
        (MOMENT, "M/D(H:m)", "11/2(0:5)"),
        ("0912345678", "masked", "09••••••78"),
        ("+886912345678", "masked", "09••••••78"),
        ("王小明", "masked", "王••"),
        ("王", "masked", "•"),
        ("1500", "number", "1500"),
        (1500, "masked", "1500"),
        ("小美", "date", "小美"),
    ],
)
def test_a_value_is_shown_in_its_format_or_as_it_is(value: Value, how: str | None, text: str) -> None:
    assert formatted(value, how, TAIPEI) == text


@ANY
@given(values, formats)
def test_formatting_is_total(value: Value, how: str) -> None:
    assert isinstance(formatted(value, how, TAIPEI), str)


@ANY
@given(values, formats)
def test_a_format_that_does_not_fit_changes_nothing(value: Value, how: str) -> None:
    if types_for(how) is None:
        assert formatted(value, how, TAIPEI) == formatted(value, None, TAIPEI)


@ANY
@given(texts.filter(lambda text: len(text) > 2))
def test_what_is_masked_is_not_to_be_read(text: str) -> None:
    shown = formatted(text, "masked", TAIPEI)
    assert shown.count("•") >= len(text.removeprefix("+886")) // 2


@pytest.mark.parametrize(
    ("how", "types"),
    [
        ("number", {"number"}),
        ("M/D", {"date", "date_time"}),
        ("YYYY-MM-DD,HH:mm", {"date_time"}),
        ("H:mm", {"time", "date_time"}),
        ("masked", {"text"}),
        ("numbr", None),
        ("D.M.YY", None),
        ("/", None),
        ("日", None),
    ],
)
def test_which_types_a_format_is_for(how: str, types: set[str] | None) -> None:
    found = types_for(how)
    assert found == types
    assert found is None or found <= set(TYPES)
