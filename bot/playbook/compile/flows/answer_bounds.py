"""Between what an answer must lie: `at_least`, `at_most`, `during`, each for the types that it fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.engine.compiled.flow import AnswerBound, AnswerForm, AnswerType, NowWord
from bot.engine.flows.answers import ANSWERS, SOME_DAY, limits
from bot.engine.times import written_time
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.hours import Hours
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import RANGE, ValueType
from bot.model.said import row, say
from bot.model.value import below
from bot.playbook.compile import times
from bot.playbook.compile.scope.placeholder_names import answer_type
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import NameFault
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map

BOUNDED: Mapping[str, tuple[AnswerType, ...]] = {
    key: tuple(name for name, kind in ANSWERS.items() if key in kind.bounds)
    for key in (*RANGE, "during", "on", "max_length", "pattern", "abroad")
}
"""The bounds of an answer, with the types that they are for."""
DAYS_WITH_ALL_MONTHS = 4 * 366
"""Days from one on which all lengths of months and years come."""


class Bounds(NamedTuple):
    """What an answer must be at least and at most, and the hours that must be open then."""

    least: AnswerBound | None
    most: AnswerBound | None
    during: Hours | None
    on: str | None = None


def bounds_of(scope: Scope, block: Map, type_: AnswerType) -> Bounds:
    """The bounds of an answer; those that do not fit its type, or let nothing through, are reported."""
    for key in BOUNDED:
        if key in block.pairs and type_ not in BOUNDED[key]:
            message = say(
                "{key} is for {types}, this answer is {type}",
                key=shown(key),
                types=row(BOUNDED[key], "and"),
                type=shown(type_),
            )
            scope.wrong(block.pairs[key][0], "comparison-not-for-type", message, say("leave it out"))
    least, most = _bound(scope, block, "at_least", type_), _bound(scope, block, "at_most", type_)
    if _is_empty(AnswerForm(type_, at_least=least, at_most=most), scope.book.zone):
        first, last = (scope.scalar(block.get(key)) for key in ("at_least", "at_most"))
        message = say(
            "no answer is at least {least} and at most {most}",
            least=first.value if first is not None else "",
            most=last.value if last is not None else "",
        )
        scope.wrong(
            block.pairs["at_most"][0], "empty-range", message, say("write the smaller one as  at_least")
        )
    return Bounds(least, most, _during(scope, block, type_), _on(scope, block, type_))


def _during(scope: Scope, block: Map, type_: AnswerType) -> Hours | None:
    node = block.get("during")
    return None if node is None or type_ not in BOUNDED["during"] else hours_of(scope, node)


def _on(scope: Scope, block: Map, type_: AnswerType) -> str | None:
    """The question for the day of a time of day: `during` needs it, and nothing else does."""
    name, during = scope.scalar(block.get("on")), block.get("during")
    if type_ not in BOUNDED["on"]:
        return None
    if name is None or during is None:
        if name is not None or during is not None:
            _alone(scope, block, *(("during", "on") if name is None else ("on", "during")))
        return None
    kind = answer_type(scope.where, name.value)
    if isinstance(kind, NameFault):
        scope.fault(name, kind)
    elif kind != "date":
        type_name = TYPES[kind].called
        message = say("{name} is {type}, and a day is meant here", name=shown(name.value), type=type_name)
        scope.wrong(name, "type-mismatch", message, say("name the question whose answer is a date"))
    return name.value


def _alone(scope: Scope, block: Map, key: str, other: str) -> None:
    message = say('"{name}" stands without "{other}"', name=key, other=other)
    scope.wrong(block.pairs[key][0], "missing-key", message, say("add  {key}: …", key=other))


def _is_empty(form: AnswerForm, zone: ZoneInfo) -> bool:
    """Whether no answer lies between the bounds on any day, as far as that can be known."""
    if form.at_least is None or form.at_most is None:
        return False
    if isinstance(form.at_least, DateWord | NowWord) is not isinstance(form.at_most, DateWord | NowWord):
        return False  # a day that stands, and one that moves: that is so on some days only
    for days in range(DAYS_WITH_ALL_MONTHS):
        least, most = limits(form, When(SOME_DAY + timedelta(days=days), zone))
        if least is None or most is None or not below(most, least):
            return False
    return True


def _bound(scope: Scope, block: Map, key: str, type_: AnswerType) -> AnswerBound | None:
    single = scope.scalar(block.get(key))
    if single is None or type_ not in BOUNDED[key]:
        return None
    kind = TYPES[ANSWERS[type_].gives]
    value = _bound_of(single.value, kind, scope.book.zone)
    if value is None:
        message = say(
            "this answer is {type}, and {text} is not",
            type=kind.called,
            text=shown(single.value),
        )
        example = kind.example
        hint = say("write it such as {example}", example=example)
        if kind.relative is not None:
            hint = say("write it such as {example}, or  {other}", example=example, other=kind.relative)
        scope.wrong(single, "type-mismatch", message, hint)
    return value


def _bound_of(text: str, kind: ValueType, zone: ZoneInfo) -> AnswerBound | None:
    """`now`, and a whole day, are bounds of what has both a day and a time."""
    if kind.has_day:
        word = times.today(text) or (times.now(text) if kind.has_clock else None)
        if word is not None:
            return word
        if kind.has_clock and (day := written_time.day(text)) is not None:
            return day
    return kind.written(text, zone)
