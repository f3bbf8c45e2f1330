"""Whether what a person said or sent is a valid answer to a question, and which value it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.engine.compiled.flow import AnswerForm
from bot.engine.compiled.heard import Heard
from bot.engine.flows.answer_kinds import ANSWERS
from bot.engine.flows.limits import limits
from bot.engine.times.bounds import When, within
from bot.engine.times.local_time import as_moment
from bot.engine.types.table import PICKED
from bot.model.contact import Answer
from bot.model.value import Value

NOTHING_ANSWERED: Mapping[str, Answer] = {}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def valid_answer(
    form: AnswerForm, heard: Heard, when: When, answers: Mapping[str, Answer] = NOTHING_ANSWERED
) -> Answer | None:
    """The answer that this is, typed; `None` where it is none that the question takes at this moment.

    A picture answers with the id of its message, a place with its address. `answers` are those of the flow
    so far: a time of day may have to lie within the hours of a day that was answered before.
    """
    day = _day(form, answers)

    def is_open(value: Value) -> bool:
        return _is_open(form, value, when, day)

    value = ANSWERS[form.type].meant(form, heard, when, is_open)
    if value is None or not within(value, *limits(form, when)) or not is_open(value):
        return None
    return Answer(form.type, value)


def may_answer(form: AnswerForm, said: str, zone: ZoneInfo) -> bool:
    """Whether a text can be an answer on some day: what a date must lie between changes with the day."""
    if form.type in PICKED:
        form = replace(form, at_least=None, at_most=None, during=None)
    return valid_answer(form, Heard("text", said), When(SOME_DAY, zone)) is not None


def _day(form: AnswerForm, answers: Mapping[str, Answer]) -> date | None:
    """The day that was answered before and that a time of day is of."""
    found = answers.get(form.on) if form.on is not None else None
    try:
        return date.fromisoformat(found.value) if found is not None and isinstance(found.value, str) else None
    except ValueError:  # the question was for something else when it was answered
        return None


def _is_open(form: AnswerForm, value: Value, when: When, on: date | None) -> bool:
    """Whether the hours of `during` are open then; a time of day is one of the day `on`."""
    if form.during is None:
        return True
    if on is None or not isinstance(value, str):
        return form.during.open_then(value, when.zone)
    at = as_moment(on, time.fromisoformat(value), when.zone)
    return at is not None and form.during.open_at(at, when.zone)
