"""The tables of types: complete, and true of themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from bot.engine.compiled.flow import AnswerType
from bot.engine.compiled.playbook import TAIPEI
from bot.engine.flows.answers import ANSWERS
from bot.engine.texts.format import formatted
from bot.engine.times.bounds import DateWord, When
from bot.engine.types.table import BY_SLOT, TYPES, type_of
from bot.engine.types.value_type import ValueType
from bot.model.value import PRIVATE_SLOT, Type, Value, storable

NOW = When(datetime(2026, 11, 22, 4, tzinfo=UTC), TAIPEI)


def test_each_name_has_its_row_and_each_row_its_name() -> None:
    assert tuple(TYPES) == get_args(Type)
    assert tuple(ANSWERS) == get_args(AnswerType)
    named = {name: type_of(name) for name in get_args(AnswerType)}
    assert {name for name, type_ in named.items() if type_ is not None} == set(TYPES)


def test_values_of_no_two_types_lie_at_one_place() -> None:
    assert len(BY_SLOT) == len(TYPES)
    assert PRIVATE_SLOT not in BY_SLOT
    assert {len(letter) for letter in BY_SLOT} == {1}


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_its_example_is_one(type_: ValueType) -> None:
    value = type_.from_playbook(type_.example, TAIPEI)
    assert value is not None
    assert type_.fits(value)
    assert storable(value)
    assert type_.longest == 0 or len(formatted(value, None, TAIPEI)) <= type_.longest
    for how in type_.formats:
        assert formatted(value, how, TAIPEI)


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_what_is_made_up_is_read_back(type_: ValueType) -> None:
    """As a shop's JSON, and where people write it, too."""
    made_up = type_.sample(date(2026, 9, 3))
    value = type_.from_shop(made_up, TAIPEI)
    assert value is not None
    assert type_.fits(value)
    assert not isinstance(made_up, str) or type_.typed(made_up, TAIPEI) == value
    assert type_.from_json(made_up, TAIPEI) == value


@pytest.mark.parametrize(
    ("raw", "type_", "value"),
    [
        ("2026-09-01T18:30:00+08:00", "date_time", datetime(2026, 9, 1, 10, 30, tzinfo=UTC)),
        ("2026-09-01T10:30:00Z", "date_time", datetime(2026, 9, 1, 10, 30, tzinfo=UTC)),
        ("2026-09-01 18:30:00", "date_time", datetime(2026, 9, 1, 10, 30, tzinfo=UTC)),
        ("2026-09-01 18:30", "date_time", datetime(2026, 9, 1, 10, 30, tzinfo=UTC)),
        ("tomorrow", "date_time", None),
        (1_790_000_000, "date_time", None),
        (12, "text", "12"),
        (True, "text", None),
        ("", "text", None),
        pytest.param("字" * 5_000, "text", "字" * 5_000, id="what fits into a message"),
        pytest.param("字" * 5_001, "text", None, id="what does not"),
        ("1,500", "number", 1500),
        (0, "number", 0),
        (True, "number", None),
        (float("nan"), "number", None),
        (False, "yes_no", False),
        ({}, "text", None),
        (["2026-09-01"], "date", None),
    ],
)
def test_what_another_system_tells(raw: object, type_: Type, value: Value | None) -> None:
    """F3, `returns`, `signals`: read tolerantly, and nothing else is guessed."""
    assert TYPES[type_].from_json(raw, TAIPEI) == value


@pytest.mark.parametrize("type_", [one for one in TYPES.values() if one.has_day], ids=lambda one: one.name)
def test_a_day_is_compared_as_a_value_of_the_type(type_: ValueType) -> None:
    today = type_.operand(DateWord(), NOW)
    assert type_.fits(today)
    assert today == type_.start(date(2026, 11, 22), TAIPEI)
    assert type_.fits(type_.now(NOW))


@pytest.mark.parametrize("type_", [one for one in TYPES.values() if one.picked], ids=lambda one: one.name)
def test_what_a_picker_has_is_typed_as_the_type(type_: ValueType) -> None:
    for end in (*type_.picker_range, type_.in_field(type_.now(NOW), TAIPEI)):
        value = type_.typed(end, TAIPEI)
        assert value is not None
        assert type_.in_field(value, TAIPEI) == end
