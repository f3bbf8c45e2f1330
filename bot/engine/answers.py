"""Whether what a person said or sent is a valid answer to a question, and which value it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.engine.bounds import When
from bot.engine.flow import MODES, AnswerForm
from bot.engine.heard import Heard
from bot.engine.limits import as_moment, limits, within
from bot.engine.said_date import said_date
from bot.engine.said_time import said_moment, said_time
from bot.engine.text import fold
from bot.engine.typed import typed
from bot.model.contact import Answer
from bot.model.value import Value

TAIWAN = "+886"
TEXT_MOST = 5_000
SEVERAL = "、"
"""What stands between several choices of one answer."""
SEPARATORS = "、，,\n"
"""What stands between several choices, where a page sends them."""


NOTHING_ANSWERED: Mapping[str, Answer] = {}
LAST_MINUTE = time(23, 59)
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def valid_answer(
    form: AnswerForm, heard: Heard, when: When, answers: Mapping[str, Answer] = NOTHING_ANSWERED
) -> Answer | None:
    """The answer that this is, typed; `None` where it is none that the question takes at this moment.

    A picture answers with the id of its message, a place with its address. `answers` are those of the flow
    so far: a time of day may have to lie within the hours of a day that was answered before.
    """
    day = _day(form, answers)
    if form.type == "any" and heard.kind != "postback":
        return Answer("any", heard.subject)
    if form.type in ("image", "location"):
        return Answer(form.type, _sent(heard)) if heard.kind == form.type else None
    picked = heard.fields.get(form.type) if heard.kind == "postback" else None
    if isinstance(picked, str) and form.type in ("date", "time", "date_time"):
        return _bounded(form, typed(picked, form.type, when.zone), when, day)
    return _said(form, heard.subject, when, day) if heard.kind == "text" else None


def may_answer(form: AnswerForm, said: str, zone: ZoneInfo) -> bool:
    """Whether a text can be an answer on some day: what a date must lie between changes with the day."""
    if form.type in MODES:
        form = replace(form, at_least=None, at_most=None, during=None)
    return valid_answer(form, Heard("text", said), When(SOME_DAY, zone)) is not None


def _sent(heard: Heard) -> Value:
    """What a picture or place is kept as; LINE leaves the address out where it knows none."""
    if heard.kind == "image":
        return heard.subject
    return heard.fields.get("address") or heard.fields.get("title") or heard.subject


def _said(form: AnswerForm, said: str, when: When, day: date | None) -> Answer | None:
    match form.type:
        case "choice":
            chosen = chosen_by(form, said)
            return None if chosen is None else Answer("choice", chosen)
        case "choices":
            return _several(form, said)
        case "consent":
            return _bounded(form, typed(said, "yes_no"), when, day)
        case "text":
            return _text(form, said)
        case "phone":
            return _phone(form, said)
        case "image" | "location" | "any":
            return None
        case "date" | "time" | "date_time":
            return _bounded(form, _dated(form, said, when, day), when, day)
        case kind:
            return _bounded(form, typed(said, kind, when.zone), when, day)


def _dated(form: AnswerForm, said: str, when: When, on: date | None) -> Value | None:
    """The date, time or moment that a text means here: which year it is may follow from the limits."""
    least, most = limits(form, when)

    def takes_day(day: date) -> bool:
        if form.type == "date":
            return within(day.isoformat(), least, most)
        first, last = as_moment(day, time.min, when.zone), as_moment(day, LAST_MINUTE, when.zone)
        return (
            first is not None and within(first, None, most) and last is not None and within(last, least, None)
        )

    def takes_at(day: date, clock: time) -> bool:
        at = as_moment(day, clock, when.zone)
        return at is not None and within(at, least, most) and _is_open(form, at, when, None)

    def takes_time(clock: time) -> bool:
        value = clock.isoformat("minutes")
        return within(value, least, most) and _is_open(form, value, when, on)

    if form.type == "date":
        day = said_date(said, when.today, takes_day)
        return None if day is None else day.isoformat()
    if form.type == "time":
        clock = said_time(said, takes_time)
        return None if clock is None else clock.isoformat("minutes")
    found = said_moment(said, when.today, takes_day, takes_at)
    return None if found is None else as_moment(*found, when.zone)


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
    if form.type != "time":
        return form.during.open_then(value, when.zone)
    at = (
        as_moment(on, time.fromisoformat(value), when.zone)
        if on is not None and isinstance(value, str)
        else None
    )
    return at is not None and form.during.open_at(at, when.zone)


def chosen_by(form: AnswerForm, said: str) -> str | None:
    """The choice that this text means, compared folded, with its other words; `None` where it means none."""
    folded = fold(said)
    for choice in form.choices:
        if any(_folded(word) == folded for word in (choice.value, *choice.words)):
            return choice.value
    return None


def _several(form: AnswerForm, said: str) -> Answer | None:
    parts = [said]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]
    chosen = [chosen_by(form, part) for part in parts if part.strip()]
    if None in chosen:
        return None
    return Answer("choices", SEVERAL.join(dict.fromkeys(c for c in chosen if c is not None)))


def _text(form: AnswerForm, said: str) -> Answer | None:
    too_long = len(said) > (form.max_length or TEXT_MOST)
    if too_long or not said.strip() or (form.pattern is not None and form.pattern.match(said) is None):
        return None
    return Answer("text", said)


def _phone(form: AnswerForm, said: str) -> Answer | None:
    """A mobile number. SMS to some countries cost many times as much, which fraud lives on: see `abroad`."""
    number = typed(said, "phone")
    is_taken = isinstance(number, str) and (form.abroad or number.startswith(TAIWAN))
    return Answer("phone", number) if number is not None and is_taken else None


def _bounded(form: AnswerForm, value: Value | None, when: When, on: date | None) -> Answer | None:
    if value is None or not within(value, *limits(form, when)):
        return None
    if not _is_open(form, value, when, on):
        return None
    if isinstance(value, str) and form.max_length is not None and len(value) > form.max_length:
        return None
    return Answer(form.type, value)


_folded = lru_cache(16_384)(fold)
