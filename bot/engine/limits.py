"""Between which values an answer must lie at one moment: `at_least`, `at_most`, `during` of a question.

`today` is the day of the moment at which one answers, wherever and whenever the question was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.bounds import DateWord, When, day_of
from bot.engine.flow import MODES, AnswerBound, AnswerForm, NowWord
from bot.engine.local_time import day_after, earlier, later, local, start_of_day, utc
from bot.model.message import Message
from bot.model.value import Value, below

A_MINUTE = timedelta(minutes=1)
PICKED_FIRST, PICKED_LAST = date(1900, 1, 1), date(2100, 12, 31)
"""The days that LINE's date picker has."""


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
    if form.type != "date_time":
        return day.isoformat()
    return start_of_day(day_after(day, 1), when.zone) - A_MINUTE if last else start_of_day(day, when.zone)


def within(value: Value, least: Value | None, most: Value | None) -> bool:
    """Whether a value lies between these, both included."""
    return not (least is not None and below(value, least)) and not (most is not None and below(most, value))


def as_moment(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """A day and a time of day as a UTC moment; `None` at the ends of the calendar."""
    try:
        return utc(day, clock, zone)
    except OverflowError:
        return None


def in_field(form: AnswerForm, when: When) -> tuple[str | None, str | None]:
    """The limits as a field takes them: `2026-12-01`, `09:30`, `2026-12-01T09:30`."""
    if form.type not in MODES:
        return None, None
    least, most = (None if limit is None else _written(limit, when.zone) for limit in limits(form, when))
    return least, most


def _written(limit: Value, zone: ZoneInfo) -> str:
    return f"{local(limit, zone):%Y-%m-%dT%H:%M}" if isinstance(limit, datetime) else str(limit)


def with_limits(messages: Sequence[Message], form: AnswerForm, when: When) -> Sequence[Message]:
    """A question's messages, or actions of its quick replies, with its date pickers held within the limits.

    Those of another kind, and those that have limits of their own (somebody's Flex), stay as they are.
    """
    given = _picker(form, when)
    return [_limited(message, MODES[form.type], given) for message in messages] if given else messages


def _limited(form: Any, mode: str, given: dict[str, str]) -> Any:
    if isinstance(form, list):
        return [_limited(item, mode, given) for item in form]
    if not isinstance(form, dict):
        return form
    if form.get("type") == "datetimepicker" and form.get("mode") == mode and not form.keys() & given.keys():
        return {**form, **given}
    return {key: _limited(value, mode, given) for key, value in form.items()}


def _picker(form: AnswerForm, when: When) -> dict[str, str]:
    """`min`, `max` and `initial` in the form of the mode; LINE wants the first to lie before the second.

    Without `initial` LINE shows the present day, which may lie outside.
    """
    least, most = in_field(form, when)
    if form.type == "time":
        low, high, now = "00:00", "23:59", f"{local(when.now, when.zone):%H:%M}"
    else:
        clock = "T%H:%M" if form.type == "date_time" else ""
        low = f"{PICKED_FIRST}" + ("T00:00" if clock else "")
        high = f"{PICKED_LAST}" + ("T23:59" if clock else "")
        now = f"{local(when.now, when.zone):%Y-%m-%d{clock}}"
    given = {}
    if least is not None and low < least <= high:
        given["min"] = low = least
    if most is not None and low < most < high:
        given["max"] = high = most
    if given and not low <= now <= high:
        given["initial"] = low if now < low else high
    return given
