"""What a question may ask for, and whether what a person sent is a valid answer to it.

In the limits of an answer (`at_least`, `at_most`, `during`), `today` is the day on which somebody answers,
not the day on which the question was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.flow import AnswerBound, AnswerForm, AnswerType, NowWord
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.texts.text import fold
from bot.engine.texts.typed import typed
from bot.engine.times.bounds import DateWord, When, day_of, within
from bot.engine.times.local_time import as_moment, earlier, later
from bot.engine.types.table import PICKED, TYPES, picked_type, type_of
from bot.engine.types.value_type import ValueType
from bot.model.instance import Answer
from bot.model.message import Message
from bot.model.plain_text import visible
from bot.model.translatable import Translatable, tr
from bot.model.value import Type, Value


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


def field_limits(form: AnswerForm, when: When) -> tuple[str | None, str | None]:
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
    least, most = field_limits(form, when)
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


TAIWAN = "+886"
"""The country code that phones begin with, unless a question takes others (`abroad`)."""
TEXT_MOST = 5_000
"""Characters of a text where the question has no `max_length`."""
SEVERAL = "、"
"""The separator between several choices of one answer."""
SEPARATORS = "、，,\n"
"""The separators between several choices sent by a page."""

Opened: TypeAlias = Callable[[Value], bool]
"""Whether the hours that a question asks for are open then."""


Meant: TypeAlias = Callable[[AnswerForm, TriggerEvent, When, Opened], Value | None]
"""The value that an event means, of the form's type; `None` where it means none. Limits are tested later."""
_Read: TypeAlias = Callable[[AnswerForm, str, When, Opened], Value | None]
"""The value that a text means; `None` where it means none."""


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """What is known of an answer of some type."""

    meant: Meant
    gives: Type = "text"
    """The type of the value."""
    words: tuple[str, ...] = ()
    """What people write for its name who have not learnt it."""
    bounds: tuple[str, ...] = ()
    """What a question may say of such an answer."""
    written: bool = True
    """Whether it is asked for by its name."""
    storable: bool = True
    """Whether an attribute can hold it."""
    personal: Translatable | None = None
    """What it is called, where it falls under the privacy notice by itself."""
    free: bool = False
    """Whether any text may be one."""
    unambiguous: bool = False
    """Whether such a message is always an answer; a text or a number may be meant for something else."""


def _meant_or_refused(read: _Read) -> Meant:
    """Reads texts only: any other event means no value."""

    def meant(form: AnswerForm, event: TriggerEvent, when: When, is_open: Opened) -> Value | None:
        return read(form, event.subject, when, is_open) if event.kind == "text" else None

    return meant


def _of(type_: ValueType) -> Meant:
    """A value picked, or written within the limits."""

    def meant(form: AnswerForm, event: TriggerEvent, when: When, is_open: Opened) -> Value | None:
        if event.kind == "text":
            return type_.from_answer(event.subject, when, *limits(form, when), is_open)
        picked = event.fields.get(type_.name) if type_.picked and event.kind == "postback" else None
        return type_.typed(picked, when.zone) if isinstance(picked, str) else None

    return meant


def _text(form: AnswerForm, text: str, when: When, is_open: Opened) -> str | None:
    text = visible(text)
    too_long = len(text) > (form.max_length or TEXT_MOST)
    if too_long or not text.strip() or (form.pattern is not None and form.pattern.match(text) is None):
        return None
    return text


def _phone(form: AnswerForm, text: str, when: When, is_open: Opened) -> str | None:
    """A mobile number. SMS to some countries cost many times as much, which fraud lives on: see `abroad`."""
    number = typed(text, "phone")
    return number if isinstance(number, str) and (form.abroad or number.startswith(TAIWAN)) else None


def _anything(form: AnswerForm, event: TriggerEvent, when: When, is_open: Opened) -> Value | None:
    return None if event.kind == "postback" else visible(event.subject)


def _picture(form: AnswerForm, event: TriggerEvent, when: When, is_open: Opened) -> Value | None:
    """The id of its message."""
    return event.subject if event.kind == "image" else None


def _address(form: AnswerForm, event: TriggerEvent, when: When, is_open: Opened) -> Value | None:
    """LINE omits an unknown address."""
    if event.kind != "location":
        return None
    return event.fields.get("address") or event.fields.get("title") or event.subject


def chosen_by(form: AnswerForm, text: str) -> str | None:
    """The choice that this text means, compared folded, with its other words; `None` where it means none."""
    folded = fold(text)
    for choice in form.choices:
        if any(_folded(word) == folded for word in (choice.value, *choice.words)):
            return choice.value
    return None


def _several(form: AnswerForm, text: str, when: When, is_open: Opened) -> str | None:
    parts = [text]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]
    chosen = [chosen_by(form, part) for part in parts if part.strip()]
    if None in chosen:
        return None
    return SEVERAL.join(dict.fromkeys(c for c in chosen if c is not None))


_folded = lru_cache(16_384)(fold)

ANSWERS: Mapping[AnswerType, AnswerKind] = {
    **{
        name: AnswerKind(_of(type_), gives=name, words=type_.words, bounds=type_.bounds)
        for name, type_ in TYPES.items()
    },
    "text": AnswerKind(
        _meant_or_refused(_text), words=TYPES["text"].words, bounds=TYPES["text"].bounds, free=True
    ),
    "phone": AnswerKind(
        _meant_or_refused(_phone),
        words=("手機", "電話", "手機號碼"),
        bounds=("abroad",),
        personal=tr("a phone"),
        unambiguous=True,
    ),
    "email": AnswerKind(
        _meant_or_refused(lambda form, text, when, is_open: typed(text, "email")),
        words=("信箱", "電子郵件", "mail"),
        personal=tr("an e-mail address"),
    ),
    "code": AnswerKind(
        _meant_or_refused(lambda form, text, when, is_open: typed(text, "code")),
        words=("驗證碼",),
        unambiguous=True,
    ),
    "image": AnswerKind(_picture, words=("照片", "圖片", "photo", "picture"), storable=False),
    "location": AnswerKind(_address, words=("位置", "地點")),
    "any": AnswerKind(_anything, storable=False, free=True),
    "consent": AnswerKind(
        _meant_or_refused(lambda form, text, when, is_open: typed(text, "yes_no")), gives="yes_no"
    ),
    "choice": AnswerKind(
        _meant_or_refused(lambda form, text, when, is_open: chosen_by(form, text)), written=False
    ),
    "choices": AnswerKind(_meant_or_refused(_several), written=False),
}
"""A type of answers is a row here, its name in `AnswerType`, and a field of pages (`fields.js`)."""


def kind_named(name: str) -> AnswerType | None:
    """The type of answers of this name; `None` where there is none."""
    return _NAMES.get(name)


_NAMES: Mapping[str, AnswerType] = {name: name for name in ANSWERS}


NOTHING_ANSWERED: Mapping[str, Answer] = {}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment of an answer where it only matters whether there is one at which a text is valid."""


def valid_answer(
    form: AnswerForm, event: TriggerEvent, when: When, answers: Mapping[str, Answer] = NOTHING_ANSWERED
) -> Answer | None:
    """The answer that this is, typed; `None` where it is none that the question takes at this moment.

    A picture answers with the id of its message, a place with its address. `answers` are those of the flow
    so far: a time of day may have to lie within the hours of a day that was answered before.
    """
    day = _day(form, answers)

    def is_open(value: Value) -> bool:
        return _is_open(form, value, when, day)

    value = ANSWERS[form.type].meant(form, event, when, is_open)
    if value is None or not within(value, *limits(form, when)) or not is_open(value):
        return None
    return Answer(form.type, value)


def may_answer(form: AnswerForm, text: str, zone: ZoneInfo) -> bool:
    """Whether a text can be an answer on some day: what a date must lie between changes with the day."""
    if form.type in PICKED:
        form = replace(form, at_least=None, at_most=None, during=None)
    return valid_answer(form, TriggerEvent("text", text), When(SOME_DAY, zone)) is not None


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
