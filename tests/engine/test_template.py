"""Texts with placeholders: values are put in once, and never read again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.template import Placeholder, Template
from tests.engine.anything import texts

ANY = settings(max_examples=150, deadline=None, database=None)


def test_filling_puts_values_in_place() -> None:
    template = Template(("嗨 ", Placeholder("contact.name"), "，", Placeholder("bot.name"), "！"))
    assert template.fill({"contact.name": "小美", "bot.name": "森活"}) == "嗨 小美，森活！"
    assert template.fixed is None


def test_a_missing_or_empty_value_gives_the_default() -> None:
    template = Template((Placeholder("contact.name", "朋友"), Placeholder("x")))
    assert [template.fill(v) for v in ({}, {"contact.name": ""}, {"contact.name": None})] == ["朋友"] * 3


def test_a_text_without_placeholders_is_fixed() -> None:
    assert Template(("a", "b")).fixed == "ab"
    assert Template(()).fixed == ""


@ANY
@given(texts, texts)
def test_a_value_is_never_evaluated(before: str, value: str) -> None:
    template = Template((before, Placeholder("a"), "|", Placeholder("b")))
    filled = template.fill({"a": "{{ b }}" + value, "b": "%s {0} ${b}"})
    assert filled == before + "{{ b }}" + value + "|%s {0} ${b}"


@ANY
@given(st.lists(texts, max_size=5))
def test_literal_pieces_come_out_byte_for_byte(pieces: list[str]) -> None:
    assert Template(tuple(pieces)).fill({}) == "".join(pieces)
