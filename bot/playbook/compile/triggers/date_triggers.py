"""Compiles triggers of time: a wait after a state was entered (`after`), and dates of a contact's attribute
(`date`, `anniversary`)."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

from bot.engine.compiled.rule import OnAfter, OnDate, Trigger
from bot.engine.times import time_texts
from bot.engine.times.local_time import Wait
from bot.engine.types.table import TYPES
from bot.model.translatable import tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at

MIDNIGHT = time(0)
"""The time of day where none is written."""


def on_after(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """`after: 3d`, or `after: {date: birthday, days_before: 3, at: 10:00}`."""
    made = wait_of(scope, value)
    return None if made is None else OnAfter(made)


def wait_of(scope: Scope, node: Node) -> Wait | None:
    """How long, or until when, a timer of a state waits; `None` where it is wrong, which is reported."""
    if isinstance(node, Map):
        return _wait_for_date(scope, node)
    return scope.wait(node)


def _wait_for_date(scope: Scope, node: Map) -> Wait | None:
    """A wait for a day counted from a date of the contact."""
    slot, away, at = _date_slot(scope, node.get("date")), _away(scope, node), _at(node)
    if slot is None:
        return None
    span = f"{away.months:+d}mo" if away.months else f"{away.days:+d}d"
    return Wait(f"{text_at(node, 'date')} {span} at {at:%H:%M}", None, at, None, None, slot, *away)


class _Away(NamedTuple):
    """A distance from a date; negative: before it."""

    days: int = 0
    months: int = 0


_AWAY = {
    "days_before": _Away(days=-1),
    "days_after": _Away(days=1),
    "months_before": _Away(months=-1),
    "months_after": _Away(months=1),
}
"""By key: the distance of one unit."""


def _away(scope: Scope, node: Map) -> _Away:
    """The distance that one of these keys gives, none where none is written; two of them are reported."""
    words = [word for word in _AWAY if word in node.pairs]
    for word in words[1:]:
        key, _ = node.pairs[word]
        message = tr("{word} stands beside  {other}", word=word, other=words[0])
        scope.wrong(key, "two-kinds", message, tr("leave one of them out"))
    number = text_at(node, words[0]) if words else ""
    if not number.isdecimal():
        return _Away()
    one = _AWAY[words[0]]
    return _Away(one.days * int(number), one.months * int(number))


def _at(node: Map) -> time:
    """The time of day under `at`."""
    return time_texts.clock(text_at(node, "at")) or MIDNIGHT


def _date_slot(scope: Scope, node: Node | None) -> str | None:
    """The slot in the database of an attribute that is a date; `None`, and reported, for another one."""
    name = scope.scalar(node)
    if name is None:
        return None
    info = scope.book.attributes.get(name.value)
    if info is None:
        if not is_refused(scope.book, "attributes", name.value):
            dates = [key for key, one in scope.book.attributes.items() if one.type == "date"]
            scope.fault(name, unknown(scope.book, "attributes", name.value, dates, "date"))
        return None
    if info.type != "date" or info.private:
        is_ = tr("private") if info.private else TYPES[info.type].called
        scope.wrong(
            name,
            "type-mismatch",
            tr("{name} is {type}, and a date is counted from here", name=quoted(name.value), type=is_),
        )
        return None
    return info.slot


def on_date(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """`date: …` or `anniversary: …`, with `days_before: 3` and the like, and `at`."""
    slot, away = _date_slot(scope, value), _away(scope, node)
    yearly = key.value == "anniversary"
    return None if slot is None else OnDate(slot, away.days, _at(node), yearly, away.months)
