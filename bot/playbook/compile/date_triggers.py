"""Triggers of time: so long after a state was entered, so many days from a date."""

from __future__ import annotations

from datetime import time

from bot.engine.local_time import Wait
from bot.engine.rule import OnAfter, OnDate, Trigger
from bot.model.said import say
from bot.playbook.compile import times
from bot.playbook.compile.placeholder_names import TYPE_NAMES, is_refused, unknown
from bot.playbook.compile.scope import Scope
from bot.playbook.shape.formats import FORMATS
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at

MIDNIGHT = time(0)


def on_after(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    made = wait_of(scope, value)
    return None if made is None else OnAfter(made)


def wait_of(scope: Scope, node: Node) -> Wait | None:
    """When a timer of a state is due."""
    if isinstance(node, Map):
        return _wait_for_date(scope, node)
    single = scope.scalar(node)
    made = None if single is None else times.wait(single.value)
    if single is not None and made is None:
        fault = FORMATS["wait"](single.value)
        scope.wrong(
            single,
            "bad-duration",
            say("{text} is no wait", text=shown(single.value)),
            None if fault is None else fault.hint,
        )
    return made


def _wait_for_date(scope: Scope, node: Map) -> Wait | None:
    slot, days, at = _from_date(scope, node, node.get("date"))
    if slot is None:
        return None
    text = f"{text_at(node, 'date')} {days:+d}d at {at:%H:%M}"
    return Wait(text, at=at, slot=slot, days=days)


def _from_date(scope: Scope, node: Map, name: Node | None) -> tuple[str | None, int, time]:
    before, after = text_at(node, "days_before"), text_at(node, "days_after")
    if before and after:
        key, _ = node.pairs["days_after"]
        scope.wrong(
            key, "two-kinds", say("days_after stands beside  days_before"), say("leave one of them out")
        )
    days = -int(before) if before.isdecimal() else int(after) if after.isdecimal() else 0
    return _date_slot(scope, name), days, times.clock(text_at(node, "at")) or MIDNIGHT


def _date_slot(scope: Scope, node: Node | None) -> str | None:
    name = scope.scalar(node)
    if name is None:
        return None
    info = scope.book.attributes.get(name.value)
    if info is None:
        if not is_refused(scope.book, "attributes", name.value):
            dates = [key for key, one in scope.book.attributes.items() if one.type == "date"]
            scope.fault(name, unknown("attributes", name.value, dates))
        return None
    if info.type != "date" or info.private:
        is_ = say("private") if info.private else TYPE_NAMES[info.type]
        scope.wrong(
            name,
            "type-mismatch",
            say("{name} is {type}, and a date is counted from here", name=shown(name.value), type=is_),
        )
        return None
    return info.slot


def on_date(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    slot, days, at = _from_date(scope, node, value)
    return None if slot is None else OnDate(slot, days, at, yearly=key.value == "anniversary")
