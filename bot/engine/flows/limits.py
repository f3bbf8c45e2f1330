"""Between which values an answer must lie at one moment: `at_least`, `at_most`, `during` of a question.

`today` is the day of the moment at which one answers, wherever and whenever the question was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.engine.compiled.flow import AnswerBound, AnswerForm, NowWord
from bot.engine.times.bounds import DateWord, When, day_of
from bot.engine.times.local_time import earlier, later
from bot.engine.types.table import picked_type, type_of
from bot.engine.types.value_type import ValueType
from bot.model.message import Message
from bot.model.value import Value


def limits(form: AnswerForm, when: When) -> tuple[Value | None, Value | None]:
    """The least and the greatest answer at a moment; a day as the last of moments is included whole."""
    return _limit(form, form.at_least, when), _limit(form, form.at_most, when, last=True)


def _limit(form: AnswerForm, bound: AnswerBound | None, when: When, *, last: bool = False) -> Value | None:
    match bound:
        case NowWord():
            return (later if bound.ahead else earlier)(when.now, bound.span, when.zone)
        case DateWord():
            day = day_of(bound, when.today)
        case date() if not isinstance(bound, datetime):
            day = bound
        case _:
            return bound
    type_ = type_of(form.type)
    return None if type_ is None else (type_.end if last else type_.start)(day, when.zone)


def in_field(form: AnswerForm, when: When) -> tuple[str | None, str | None]:
    """The limits as a field takes them: `2026-12-01`, `09:30`, `2026-12-01T09:30`."""
    type_ = picked_type(form.type)
    if type_ is None:
        return None, None
    least, most = limits(form, when)
    return (
        None if least is None else type_.in_field(least, when.zone),
        None if most is None else type_.in_field(most, when.zone),
    )


def with_limits(messages: Sequence[Message], form: AnswerForm, when: When) -> Sequence[Message]:
    """A question's messages, or actions of its quick replies, with its date pickers held within the limits.

    Those of another kind, and those that have limits of their own (somebody's Flex), stay as they are.
    """
    type_ = picked_type(form.type)
    if type_ is None:
        return messages
    given = _picker(type_, form, when)
    return [_limited(message, type_.picked, given) for message in messages] if given else messages


def _limited(form: Any, mode: str, given: dict[str, str]) -> Any:
    if isinstance(form, list):
        return [_limited(item, mode, given) for item in form]
    if not isinstance(form, dict):
        return form
    if form.get("type") == "datetimepicker" and form.get("mode") == mode and not form.keys() & given.keys():
        return {**form, **given}
    return {key: _limited(value, mode, given) for key, value in form.items()}


def _picker(type_: ValueType, form: AnswerForm, when: When) -> dict[str, str]:
    """`min`, `max` and `initial` in the form of the mode; LINE wants the first to lie before the second.

    Without `initial` LINE shows the present day, which may lie outside.
    """
    least, most = in_field(form, when)
    low, high = type_.picker_range
    now = type_.in_field(type_.now(when), when.zone)
    given = {}
    if least is not None and low < least <= high:
        given["min"] = low = least
    if most is not None and low < most < high:
        given["max"] = high = most
    if given and not low <= now <= high:
        given["initial"] = low if now < low else high
    return given
