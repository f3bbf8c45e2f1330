"""What is a valid answer to a question, and what it is kept as (language, 8.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.flow import AnswerForm, AnswerType, Choice
from bot.engine.compiled.playbook import TAIPEI
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.answers import TEXT_MOST, chosen_by, valid_answer
from bot.engine.times.bounds import When
from bot.engine.types.table import TYPES
from bot.model.instance import Answer
from bot.model.value import Type, Value
from bot.playbook.compile.values.values import pattern_of
from tests.depth import examples
from tests.engine.anything import texts
from tests.engine.chat import chat_of

DRINKS = (
    Choice("茶", ("喝茶", "Tea")),
    Choice("咖啡", ("coffee",)),
    Choice("Ａ餐"),
    Choice("都不要", ("no",)),
)
NOW = When(datetime(2026, 9, 1, 4, tzinfo=UTC), TAIPEI)
ANSWER_TYPES: tuple[AnswerType, ...] = get_args(AnswerType)


def answer(form: AnswerForm, said: str) -> Value | None:
    """What a text is kept as; `None` where it is no answer."""
    found = valid_answer(form, TriggerEvent("text", said), NOW)
    assert found is None or found.type == form.type
    return None if found is None else found.value


# -- choices


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("茶", "茶"),
        (" 茶\u3000", "茶"),
        ("喝茶", "茶"),
        ("TEA", "茶"),
        ("ｔｅａ", "茶"),
        ("A餐", "Ａ餐"),
        ("a餐", "Ａ餐"),
        ("NO", "都不要"),
        ("茶 ", "茶"),
        ("茶和咖啡", None),
        ("我要茶", None),
        ("1", None),
        ("", None),
    ],
)
def test_a_choice_is_said_in_any_width_and_case_or_in_other_words(said: str, chosen: str | None) -> None:
    assert answer(AnswerForm("choice", DRINKS), said) == chosen


@pytest.mark.parametrize(
    ("form", "said", "kept"),
    [
        (AnswerForm("phone"), "\u202d0912345678\u202c", "+886912345678"),
        (AnswerForm("email"), "amy\u200b@forest.example\u200b", "amy@forest.example"),
        (AnswerForm("code"), "\u2068123\u200b456\u2069", "123456"),
        (AnswerForm("number"), "\u200e1,500\u200b", 1500),
        (AnswerForm("date"), "\ufeff1990/5/20", "1990-05-20"),
        (AnswerForm("yes_no"), "\u200b好", True),
        (AnswerForm("choice", DRINKS), "咖\u200b啡", "咖啡"),
        (AnswerForm("text"), "信義路\u200b 1 號 👨\u200d👩\u200d👧", "信義路 1 號 👨\u200d👩\u200d👧"),
    ],
)
def test_signs_that_nobody_sees_are_part_of_no_answer(form: AnswerForm, said: str, kept: Value) -> None:
    """B4, F1: what contact lists and web pages put around what is copied."""
    assert answer(form, said) == kept


def test_of_two_choices_with_one_word_the_first_is_meant() -> None:
    form = AnswerForm("choice", (Choice("甲", ("一",)), Choice("乙", ("一",))))
    assert answer(form, "一") == "甲"


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("茶", "茶"),
        ("茶、咖啡", "茶、咖啡"),
        ("coffee,tea", "咖啡、茶"),
        ("茶，咖啡\n茶", "茶、咖啡"),
        ("茶、，、", "茶"),
        ("", ""),
        ("茶、水", None),
        ("茶咖啡", None),
    ],
)
def test_several_choices_stand_one_after_the_other(said: str, chosen: str | None) -> None:
    """None at all is an answer too: what was chosen before is taken off."""
    assert answer(AnswerForm("choices", DRINKS), said) == chosen


# -- texts


def test_a_text_is_kept_as_it_was_said() -> None:
    assert answer(AnswerForm("text"), " 王　小明 ") == " 王　小明 "


@pytest.mark.parametrize("said", ["", " ", "\u3000\n"])
def test_a_blank_text_is_no_answer(said: str) -> None:
    assert answer(AnswerForm("text"), said) is None


def test_a_text_may_be_so_long() -> None:
    form = AnswerForm("text", max_length=3)
    assert answer(form, "一二三") == "一二三"
    assert answer(form, "一二三四") is None
    assert answer(AnswerForm("text"), "字" * TEXT_MOST) is not None
    assert answer(AnswerForm("text"), "字" * (TEXT_MOST + 1)) is None


def test_a_text_may_have_to_fit_a_pattern() -> None:
    form = AnswerForm("text", pattern=pattern_of("/{code:word}"))
    assert answer(form, "／ABC1234") == "／ABC1234"
    assert answer(form, "ABC1234") is None


# -- bounds


@pytest.mark.parametrize(
    ("form", "valid", "invalid"),
    [
        (
            AnswerForm("number", at_least=1, at_most=10),
            {"1": 1, "１０": 10, "9.5": 9.5},
            ("0", "10.01", "11", "-1", "一"),
        ),
        (AnswerForm("number", at_least=0), {"0": 0, "1,500": 1500}, ("-1",)),
        (
            AnswerForm("date", at_least="2026-09-01", at_most="2026-09-30"),
            {"2026/9/1": "2026-09-01", "2026年9月30日": "2026-09-30"},
            ("2026-08-31", "2026-10-1", "10月1日", "九月"),
        ),
        (
            AnswerForm("time", at_least="09:00", at_most="18:00"),
            {"9:00": "09:00", "18點00分": "18:00"},
            ("08:59", "18:01"),
        ),
        (AnswerForm("date_time"), {"2026-09-01 08:00": datetime(2026, 9, 1, tzinfo=UTC)}, ("2026-09-01",)),
        (AnswerForm("yes_no"), {"好": True, "不要": False}, ("也許",)),
        (AnswerForm("consent"), {"同意": True, "不同意": False}, ("哦",)),
        (
            AnswerForm("phone"),
            dict.fromkeys(("0912-345-678", "０９１２ ３４５ ６７８", "+886912345678"), "+886912345678"),
            ("02-23456789", "0912", "+14155552671", "+819012345678", "0912345678 謝謝", "手機", "📱", ""),
        ),
        (AnswerForm("phone", abroad=True), {"+81 90-1234-5678": "+819012345678"}, ("02-23456789", "090")),
        (AnswerForm("email"), {"ａ@b.tw": "a@b.tw"}, ("a@b",)),
        (AnswerForm("code"), {"１２３ ４５６": "123456"}, ("12345",)),
        (AnswerForm("any"), {"": "", " 隨便 ": " 隨便 "}, ()),
    ],
)
def test_values_are_typed_and_lie_between_their_bounds(
    form: AnswerForm, valid: dict[str, Value], invalid: tuple[str, ...]
) -> None:
    for said, value in valid.items():
        assert answer(form, said) == value
        assert type(answer(form, said)) is type(value)
    for said in invalid:
        assert answer(form, said) is None


@pytest.mark.parametrize("bound", [5, 5.0, "x"])
def test_a_bound_of_another_type_bounds_nothing(bound: int | float | str) -> None:
    assert answer(AnswerForm("yes_no", at_least=bound, at_most=bound), "好") is True
    assert answer(AnswerForm("date", at_least=5), "2026-09-01") == "2026-09-01"


# -- what is no text


def test_a_picture_is_an_answer_only_where_one_is_asked_for() -> None:
    picture = TriggerEvent("image", "m1")
    for type_ in ANSWER_TYPES:
        found = valid_answer(AnswerForm(type_, DRINKS), picture, NOW)
        assert found == (Answer(type_, "m1") if type_ in ("image", "any") else None)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"address": "台北市信義區", "title": "信義店"}, "台北市信義區"),
        ({"title": "信義店"}, "信義店"),
        ({"address": "", "title": "信義店"}, "信義店"),
        ({}, "m1"),
    ],
)
def test_a_place_answers_with_its_address(fields: dict[str, Value], value: str) -> None:
    place = TriggerEvent("location", "m1", fields)
    assert valid_answer(AnswerForm("location"), place, NOW) == Answer("location", value)
    assert valid_answer(AnswerForm("image"), place, NOW) is None


def test_a_place_that_was_sent_is_kept_as_its_address() -> None:
    chat = chat_of("""
attributes: {where: text}
flows: {f: {states: {問: {ask: 在哪裡？, answer: location, save: where, next: 完}, 完: {end: true}}}}
rules: [{when: {text: 走}, start: f}]
""")
    chat.says("走")
    chat.sends("location", address="台北市信義區", title="信義店")
    assert chat.attributes == {"where": "台北市信義區"}


@pytest.mark.parametrize(
    ("type_", "picked", "value"),
    [
        ("date", "2026-09-01", "2026-09-01"),
        ("time", "10:00", "10:00"),
        ("date_time", "2026-09-01T10:00", datetime(2026, 9, 1, 2, tzinfo=UTC)),
    ],
)
def test_what_was_picked_is_an_answer_of_its_type(type_: AnswerType, picked: str, value: Value) -> None:
    tapped = TriggerEvent("postback", "~card/when", {type_: picked})
    for asked in ANSWER_TYPES:
        found = valid_answer(AnswerForm(asked, DRINKS), tapped, NOW)
        assert found == (Answer(type_, value) if asked == type_ else None)


# -- totality


def some_form(type_: AnswerType, bound: object, length: int | None, pattern: str | None) -> AnswerForm:
    assert isinstance(bound, int | float | str | None)
    made = None if pattern is None else pattern_of(pattern)
    return AnswerForm(type_, DRINKS, bound, bound, length, made)


FORMS = st.builds(
    some_form,
    st.sampled_from(ANSWER_TYPES),
    st.sampled_from((None, 0, 5.5, "2026-09-01", "x")),
    st.sampled_from((None, 0, 3)),
    st.sampled_from((None, "*", "a{x}", "{d:date}")),
)
FIELDS = st.dictionaries(
    st.sampled_from(("date", "time", "date_time", "address", "title")), texts | st.just("10:00")
)
KEPT_AS: dict[AnswerType, Type] = {"consent": "yes_no", **{type_: type_ for type_ in get_args(Type)}}


@settings(max_examples=examples(500))
@given(
    FORMS, st.sampled_from(("text", "postback", "image", "location", "sticker", "since-added")), texts, FIELDS
)
def test_whatever_is_heard_is_an_answer_of_the_asked_type_or_none(
    form: AnswerForm, kind: str, subject: str, fields: dict[str, Value]
) -> None:
    found = valid_answer(form, TriggerEvent(kind, subject, fields), NOW)
    if found is not None:
        assert found.type == form.type
        assert TYPES[KEPT_AS.get(form.type, "text")].fits(found.value)
        assert form.type != "choice" or found.value in {choice.value for choice in DRINKS}


@given(st.sampled_from(DRINKS), st.data())
def test_every_word_of_a_choice_chooses_it(choice: Choice, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from((choice.value, *choice.words)))
    assert chosen_by(replace(AnswerForm("choice"), choices=DRINKS), word.upper()) == choice.value
